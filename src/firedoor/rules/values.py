"""What the values must be: set, of their type, allowed here, no placeholder and no key of the wrong world."""

from firedoor import secret, typed_text
from firedoor.declaration import applies
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import WARNING, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.resolve import Resolution, Value


def problems(project: "Project", environment: "Environment", resolution: "Resolution") -> list[Problem]:
    """Every broken rule about single values of this environment."""
    found: list[Problem] = []
    for variable in project.variables.values():
        value = resolution.values.get(variable.name)
        found.extend(_declared(environment, variable, value))
    for name, allowed in environment.require.items():
        declared = project.variables.get(name)
        found.extend(_required_value(environment, name, declared, allowed, resolution.values.get(name)))
    for value in resolution.values.values():
        found.extend(_world(project, environment, value))
    return found


def _declared(environment: "Environment", variable: "Variable", value: "Value | None") -> "Iterator[Problem]":
    if value is None or not value.text:
        if applies(variable.required, environment.name):
            yield _absent(environment, variable.name, value)
        elif value is not None and variable.type not in ("str", "url", "list", "path"):
            yield _wrong_type(environment, variable, value)
        return
    if variable.values:
        if value.text not in variable.values:
            yield Problem(
                "FD305",
                subject=variable.name,
                environment=environment.name,
                origin=value.origin,
                expected="" if variable.sensitive else ", ".join(variable.values),
            )
    elif variable.type != "str" and not typed_text.fits(variable.type, value.text):
        yield _wrong_type(environment, variable, value)
    if environment.protected and variable.sensitive and secret.looks_placeholder(value.text):
        yield Problem("FD310", subject=variable.name, environment=environment.name, origin=value.origin)


def _absent(environment: "Environment", name: str, value: "Value | None") -> Problem:
    origin = Origin(DECLARATION, "firedoor.toml") if value is None else value.origin
    return Problem(
        "FD301" if value is None else "FD302", subject=name, environment=environment.name, origin=origin
    )


def _wrong_type(environment: "Environment", variable: "Variable", value: "Value") -> Problem:
    return Problem(
        "FD303",
        subject=variable.name,
        environment=environment.name,
        origin=value.origin,
        expected=typed_text.EXPECTED[variable.type],
    )


def _required_value(
    environment: "Environment",
    name: str,
    declared: "Variable | None",
    allowed: tuple[object, ...],
    value: "Value | None",
) -> "Iterator[Problem]":
    """A value that an environment requires must be there: what is unset falls back to code nobody looks at."""
    if value is None or not value.text:
        if declared is None or not applies(declared.required, environment.name):
            yield _absent(environment, name, value)
    elif not any(typed_text.equals(value.text, item) for item in allowed):
        sensitive = declared is not None and declared.sensitive
        yield Problem(
            "FD304",
            subject=name,
            environment=environment.name,
            origin=value.origin,
            expected="" if sensitive else " or ".join(_spell(item) for item in allowed),
        )


def _spell(allowed: object) -> str:
    return str(allowed).lower() if isinstance(allowed, bool) else str(allowed)


def _world(project: "Project", environment: "Environment", value: "Value") -> "Iterator[Problem]":
    """A live key outside protected environments, a test key inside one."""
    variable = project.variables.get(value.key)
    if not environment.protected:
        allowed = variable is not None and applies(variable.live, environment.name)
        if not allowed and _is_live_key(value.text):
            yield Problem("FD403", subject=value.key, environment=environment.name, origin=value.origin)
    elif variable is not None and variable.sensitive and secret.looks_test_key(value.text):
        yield Problem(
            "FD405", subject=value.key, environment=environment.name, origin=value.origin, severity=WARNING
        )


def _is_live_key(text: str) -> bool:
    """A long-lived AWS key does not say which world it opens; outside protected environments it counts as live."""
    return secret.looks_live_key(text) or (text.startswith("AKIA") and secret.looks_real_key(text))
