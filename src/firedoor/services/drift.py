"""What has changed in the files since a container was started: by variable and by part, never by value."""

from __future__ import annotations

from firedoor.services import labels, model, proof

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.services.container import Container
    from firedoor.services.plan import Plan


class Drift:
    """How one service differs from today's files. ``files`` are those that say the changed variables now."""

    __slots__ = ("files", "gone", "parts", "service", "variables")

    def __init__(
        self,
        service: str,
        *,
        variables: Sequence[str] = (),
        gone: Sequence[str] = (),
        parts: Sequence[str] = (),
        files: Sequence[str] = (),
    ) -> None:
        self.service = service
        self.variables = tuple(variables)
        self.gone = tuple(gone)
        self.parts = tuple(parts)
        self.files = tuple(files)

    def __bool__(self) -> bool:
        return bool(self.variables or self.gone or self.parts)

    def __repr__(self) -> str:
        return f"Drift({self.service!r}, {self.variables}, {self.gone}, {self.parts})"


def of(plan: Plan, one: Container) -> Drift:
    """The drift of a container that firedoor started; empty when it is as its files are today."""
    service = plan.marked_services.get(one.service)
    if service is None:
        return Drift(one.service, parts=("the service is in no file any more",))
    variables = proof.differing(service.variables, one.variables)
    before = set(filter(None, one.labels.get(labels.VARIABLES, "").split(",")))
    gone = sorted(before - service.variables.keys())
    now = service.data["labels"]
    parts = (
        model.changed_parts(one.labels.get(labels.PARTS, ""), now[labels.PARTS])
        if one.labels.get(labels.DIGEST) != now[labels.DIGEST]
        else []
    )
    files = _files(plan, [*variables, *gone])
    return Drift(one.service, variables=variables, gone=gone, parts=parts, files=files)


def _files(plan: Plan, names: list[str]) -> tuple[str, ...]:
    """The files that the variables come from today; where no file says one, the environment's own."""
    values = plan.configuration.values
    found = []
    for name in names:
        value = values.get(name)
        if value is not None and value.origin.kind == "file":
            found.append(value.origin.name)
    return tuple(dict.fromkeys(found))
