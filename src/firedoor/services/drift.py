"""What has changed in the files since a container was started: by variable and by part, never by value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firedoor.services import labels, model, proof

if TYPE_CHECKING:
    from firedoor.services.container import Container
    from firedoor.services.plan import Plan


@dataclass(frozen=True)
class Drift:
    """How one service differs from today's files. ``files`` are those that say the changed variables now."""

    service: str
    variables: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.variables or self.gone or self.parts)


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
    return Drift(one.service, tuple(variables), tuple(gone), tuple(parts), _files(plan, [*variables, *gone]))


def _files(plan: Plan, names: list[str]) -> tuple[str, ...]:
    """The files that the variables come from today; where no file says one, the environment's own."""
    values = plan.configuration.values
    found = []
    for name in names:
        value = values.get(name)
        if value is not None and value.origin.kind == "file":
            found.append(value.origin.name)
    return tuple(dict.fromkeys(found))
