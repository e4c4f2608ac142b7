"""One container as the engine tells of it, and which project and environment it belongs to."""

from __future__ import annotations

from firedoor.services import labels, listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

RUNNING = "running"
HEALTHY = "healthy"
UNHEALTHY = "unhealthy"
STARTING = "starting"
_NEVER = "0001-01-01"


class Container:
    """What one container is and does. Times are as the engine writes them (RFC 3339).

    ``variables`` are those that its first process was started with, image's included: values, never to be shown.
    ``health`` is empty where no health check is. ``ports`` are published ones as ``127.0.0.1:8000->8000/tcp``.
    """

    __slots__ = (
        "created",
        "exit_code",
        "health",
        "id",
        "image",
        "labels",
        "name",
        "ports",
        "project",
        "restarts",
        "service",
        "started",
        "state",
        "variables",
    )

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the engine's own word
        name: str,
        project: str,
        service: str,
        state: str,
        health: str = "",
        image: str = "",
        started: str = "",
        created: str = "",
        exit_code: int = 0,
        labels: Mapping[str, str],
        variables: Mapping[str, str],
        ports: tuple[str, ...] = (),
        restarts: int = 0,
    ) -> None:
        self.id = id
        self.name = name
        self.project = project
        self.service = service
        self.state = state
        self.health = health
        self.image = image
        self.started = started
        self.created = created
        self.exit_code = exit_code
        self.labels = labels
        self.variables = variables
        self.ports = ports
        self.restarts = restarts

    def __repr__(self) -> str:
        return f"Container({self.name!r}, {self.state!r})"

    @property
    def running(self) -> bool:
        """Whether its process runs now, or is about to."""
        return self.state in listing.RUNNING

    @property
    def started_at(self) -> float | None:
        """When it was started, in seconds since the epoch; None when it never was.

        Docker writes UTC, others write their own time with its difference from it.
        """
        from datetime import UTC, datetime

        try:
            moment = datetime.fromisoformat(self.started)
        except ValueError:
            return None
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()

    @property
    def environment(self) -> str:
        """The environment that firedoor started it in; empty for one that it did not start."""
        return self.labels.get(labels.ENVIRONMENT, "")

    @property
    def folder(self) -> str:
        """The checkout that Compose started it from."""
        return self.labels.get(labels.COMPOSE_FOLDER, "")

    def is_of(self, root: str) -> bool:
        """Whether it was started from this checkout."""
        return bool(labels.of_checkout(root, [self.folder]))


def of_inspection(told: Mapping[str, Any]) -> Container:
    """The container of one entry of ``docker container inspect``."""
    state, config = told.get("State") or {}, told.get("Config") or {}
    marks: dict[str, str] = config.get("Labels") or {}
    started = str(state.get("StartedAt") or "")
    return Container(
        id=str(told["Id"]),
        name=str(told.get("Name", "")).removeprefix("/"),
        project=marks.get(labels.COMPOSE_PROJECT, ""),
        service=marks.get(labels.COMPOSE_SERVICE, ""),
        state=str(state.get("Status", "")),
        health=str((state.get("Health") or {}).get("Status", "")).replace("none", ""),
        image=str(config.get("Image", "")),
        started="" if started.startswith(_NEVER) else started,
        created=str(told.get("Created", "")),
        exit_code=int(state.get("ExitCode") or 0),
        labels=marks,
        variables=dict(_variables(config.get("Env") or ())),
        ports=tuple(_ports((told.get("NetworkSettings") or {}).get("Ports") or {})),
        restarts=int(told.get("RestartCount") or 0),
    )


def _variables(listed: Iterable[str]) -> Iterator[tuple[str, str]]:
    for pair in listed:
        name, equals, text = pair.partition("=")
        if equals:  # a name alone is a variable that is not set
            yield name, text


def _ports(told: Mapping[str, Any]) -> Iterator[str]:
    for inside, outside in told.items():
        for place in outside or ():
            host = place.get("HostIp") or "0.0.0.0"  # noqa: S104 - what it is published on
            shown = f"[{host}]" if ":" in host else host
            yield f"{shown}:{place.get('HostPort', '')}->{inside}"
