"""One line of the engine's list of containers: enough to know whose a container is and which ports it holds."""

from firedoor.services import labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

RUNNING = ("running", "restarting", "paused")
_COLUMNS = ("{{.ID}}", "{{.State}}", "{{.Ports}}", "{{.Names}}")
_LABELS = (labels.COMPOSE_PROJECT, labels.COMPOSE_FOLDER, labels.ENVIRONMENT)
# what `docker ps --format` is asked for
FORMAT = "\t".join((*_COLUMNS, *(f'{{{{.Label "{label}"}}}}' for label in _LABELS)))


class Listed:
    """A container of the list. ``published`` are the host's ports that it holds: address, number, protocol."""

    __slots__ = ("environment", "folder", "id", "name", "project", "published", "running")

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the engine's own word
        name: str,
        state: str,
        marks: "Mapping[str, str]",
        published: "Iterable[tuple[str, int, str]]" = (),
    ) -> None:
        self.id = id
        self.name = name
        self.running = state in RUNNING
        self.project = marks.get(labels.COMPOSE_PROJECT, "")
        self.folder = marks.get(labels.COMPOSE_FOLDER, "")
        self.environment = marks.get(labels.ENVIRONMENT, "")
        self.published = frozenset(published)

    def __repr__(self) -> str:
        return f"Listed({self.name!r})"


def of_line(line: str) -> Listed | None:
    """A line of ``docker ps`` in ``FORMAT``; None for one that is cut short."""
    told = line.split("\t")
    if len(told) != len(_COLUMNS) + len(_LABELS):
        return None
    id_, state, ports, name, *marks = told
    known = dict(zip(_LABELS, marks, strict=True))
    return Listed(id=id_, name=name, state=state, marks=known, published=_published(ports))


def of_answer(told: "Mapping[str, Any]") -> Listed:
    """An entry of the answer to ``/containers/json``."""
    names = told.get("Names") or [""]
    return Listed(
        id=str(told["Id"]),
        name=str(names[0]).removeprefix("/"),
        state=str(told.get("State", "")),
        marks=told.get("Labels") or {},
        published=[
            (str(port.get("IP") or ""), int(port["PublicPort"]), str(port.get("Type", "tcp")))
            for port in told.get("Ports") or ()
            if port.get("PublicPort")
        ],
    )


def _published(shown: str) -> "Iterator[tuple[str, int, str]]":
    """The host's ports in ``127.0.0.1:8000->8000/tcp, :::9000-9001->9000-9001/tcp, [::1]:9002->80/udp``."""
    for part in shown.split(", "):
        outside, arrow, inside = part.partition("->")
        if arrow:
            host, _, numbers = outside.rpartition(":")
            first, _, last = numbers.partition("-")
            protocol = inside.partition("/")[2] or "tcp"
            for number in range(int(first), int(last or first) + 1):
                yield host.strip("[]"), number, protocol
