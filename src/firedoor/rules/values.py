"""What the values must be: set, of their type, allowed here, no placeholder and no key of the wrong world."""

from firedoor import live_key, typed_text
from firedoor.declaration import applies
from firedoor.origin import FILE, PROCESS, Origin
from firedoor.problem import WARNING, Problem
from firedoor.resolve import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.resolve import Resolution

# what cannot be made up, since somebody else hands it out
_GIVEN_BY_OTHERS = ("key", "database", "cache", "bucket", "vector", "queue", "http", "smtp")


def problems(
    project: "Project", environment: "Environment", resolution: "Resolution", home: str | None
) -> list[Problem]:
    """Every broken rule about single values of this environment.

    ``home`` is the file where a missing value belongs; None when files could not be read, so that nobody can say what
    is missing.
    """
    found: list[Problem] = []
    for name in _wanted(project, environment):
        found.extend(_absent(environment, name, resolution, home, declared=project.variables))
    for variable in project.variables.values():
        value = resolution.values.get(variable.name)
        if value is not None and not value.template:
            found.extend(_declared(environment, variable, value))
    for name, allowed in environment.require.items():
        value = resolution.values.get(name)
        if value is not None and value.text and not value.template:
            found.extend(_required_value(environment, project.variables.get(name), allowed, value))
    found.extend(_spelled_twice(project, environment, resolution))
    if environment.protected:
        found.extend(_test_keys(project, environment, resolution))
    together = "\n".join(
        [value.text for value in resolution.values.values()]
    )  # one look instead of thousands
    if not environment.protected and live_key.may_hold_one(together):
        found.extend(_live_keys(project, environment, resolution))
    if "\0" in together:
        found.extend(
            Problem("FD208", subject=value.key, environment=environment.name, origin=value.origin)
            for value in resolution.values.values()
            if "\0" in value.text  # no process can be given it
        )
    return found


def _wanted(project: "Project", environment: "Environment") -> "dict[str, None]":
    """What must be set here. A value that an environment requires must be there too: code nobody sees decides else."""
    declared = (v.name for v in project.variables.values() if applies(v.required, environment.name))
    return dict.fromkeys((*declared, *environment.require))


def _absent(
    environment: "Environment",
    name: str,
    resolution: "Resolution",
    home: str | None,
    *,
    declared: "Collection[str]",
) -> "Iterator[Problem]":
    value = resolution.values.get(name)
    if value is None:
        if home is None:
            return
        from firedoor.schema import nearest  # only a refusal needs the nearest name

        # a key that is declared is no misspelling of another one
        undeclared = [key for key in resolution.values if key not in declared]
        yield Problem(
            "FD301",
            subject=name,
            environment=environment.name,
            origin=Origin(FILE, home),
            file="" if environment.fallback == "process" else home,
            suggestion=nearest(name, undeclared),
        )
    elif not value.text:
        yield Problem("FD302", subject=name, environment=environment.name, origin=value.origin)


def _declared(environment: "Environment", variable: "Variable", value: "Value") -> "Iterator[Problem]":
    if not value.text:
        needs_text = variable.type not in ("str", "url", "list", "path", "enum")
        if needs_text and not applies(variable.required, environment.name):
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
    if environment.protected and variable.sensitive and _is_placeholder(value.text):
        made_up = "" if variable.resource in _GIVEN_BY_OTHERS else variable.resource or "secret"
        yield Problem(
            "FD310", subject=variable.name, environment=environment.name, origin=value.origin, made_up=made_up
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
    environment: "Environment", declared: "Variable | None", allowed: tuple[object, ...], value: "Value"
) -> "Iterator[Problem]":
    if declared is not None and not declared.values and not typed_text.fits(declared.type, value.text):
        return  # said already: it is not even of its type
    if not any(typed_text.equals(value.text, item) for item in allowed):
        sensitive = declared is not None and declared.sensitive
        yield Problem(
            "FD304",
            subject=value.key,
            environment=environment.name,
            origin=value.origin,
            expected="" if sensitive else " or ".join(_spell(item) for item in allowed),
        )


def _spell(allowed: object) -> str:
    return str(allowed).lower() if isinstance(allowed, bool) else str(allowed)


def _spelled_twice(
    project: "Project", environment: "Environment", resolution: "Resolution"
) -> "Iterator[Problem]":
    """DEBUG=false and debug=true: what ignores case reads one of them, and nobody can say which (FD313).

    Of a resource or secret, another spelling alone is one too many: no rule would look at it.
    """
    names = {name.upper(): name for name in (*project.variables, *environment.require)}
    for key in [key for key in resolution.values if key.upper() in names and key not in project.variables]:
        name = names[key.upper()]
        value = resolution.values[key]
        held = resolution.values.get(name)
        if held is None:
            yield from _only_otherwise(project, environment, name, value)
        elif held.text != value.text:
            yield Problem("FD313", subject=name, environment=environment.name, origin=value.origin, other=key)


def _only_otherwise(
    project: "Project", environment: "Environment", name: str, value: "Value"
) -> "Iterator[Problem]":
    declared = project.variables.get(name)
    if declared is not None and declared.sensitive:
        yield Problem(
            "FD313",
            subject=name,
            environment=environment.name,
            origin=value.origin,
            other=value.key,
            declared=name,
        )


def spelled_otherwise_by_shell(
    project: "Project",
    environment: "Environment",
    values: "Mapping[str, Value]",
    process: "Mapping[str, str]",
) -> "Iterator[Problem]":
    """The same of what the shell exports: a settings class that ignores case reads it where nothing else is set."""
    names = {variable.name.upper(): variable.name for variable in project.sensitive}
    for key, text in process.items():
        name = names.get(key.upper())
        if name is not None and not {name, key} & values.keys():
            yield from _only_otherwise(project, environment, name, Value(key, text, Origin(PROCESS, key)))


def _test_keys(
    project: "Project", environment: "Environment", resolution: "Resolution"
) -> "Iterator[Problem]":
    """A test key inside a protected environment (FD405)."""
    for variable in project.sensitive:
        held = resolution.values.get(variable.name)
        if held is not None and _is_test_key(held.text):
            yield Problem(
                "FD405", subject=held.key, environment=environment.name, origin=held.origin, severity=WARNING
            )


def _live_keys(
    project: "Project", environment: "Environment", resolution: "Resolution"
) -> "Iterator[Problem]":
    """A live key outside protected environments (FD403)."""
    for value in resolution.values.values():
        if live_key.opens_more_than_a_test(value.text):
            declared = project.variables.get(value.key)
            if declared is None or not applies(declared.live, environment.name):
                yield Problem("FD403", subject=value.key, environment=environment.name, origin=value.origin)


def _is_placeholder(text: str) -> bool:
    from firedoor import secret  # only protected environments ask

    return secret.looks_placeholder(text)


def _is_test_key(text: str) -> bool:
    from firedoor import secret

    return secret.looks_test_key(text)
