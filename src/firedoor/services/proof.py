"""Whether a container got what the host resolved. Values are compared here and shown nowhere."""

from __future__ import annotations

from firedoor.fingerprint import fingerprint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from firedoor.problem import Problem
    from firedoor.services.container import Container
    from firedoor.services.plan import Plan


def differing(expected: Mapping[str, str | None], given: Mapping[str, str]) -> list[str]:
    """The names of the variables that are not in the container as they are expected, sorted."""
    return sorted(
        name
        for name, text in expected.items()
        if (text is None) != (name not in given)
        or fingerprint(text or "") != fingerprint(given.get(name, ""))
    )


def problems(plan: Plan, containers: Iterable[Container]) -> Iterator[Problem]:
    """FD716 for each variable that a running container has otherwise than it was to get it."""
    values = plan.configuration.values
    for one in containers:
        service = plan.marked_services.get(one.service)
        if service is None or not one.running:
            continue
        expected = {name: text for name, text in service.variables.items() if text is not None}
        for name in differing(expected, one.variables):
            said = values.get(name)
            yield plan.problem(
                "FD716",
                name,
                "services",
                one.service,
                "environment",
                name,
                service=one.service,
                source=str(said.origin) if said is not None else "the Compose files",
                winner=_winner(plan, one, name),
            )


def _winner(plan: Plan, one: Container, name: str) -> str:
    if name not in one.variables:
        return "nothing: the variable is not set in the container"
    if one.environment != plan.configuration.environment.name:
        return "an earlier start that was not firedoor's"
    return "what the container was created with"
