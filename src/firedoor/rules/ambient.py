"""What leaks in from the shell. A stale terminal holding production's DATABASE_URL has truncated production."""

from firedoor.declaration import applies
from firedoor.origin import FILE, PROCESS, Origin
from firedoor.problem import WARNING, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.resolve import Resolution, Value
    from firedoor.sources import Layer


def problems(
    project: "Project",
    environment: "Environment",
    layers: "Sequence[Layer]",
    resolution: "Resolution",
    *,
    process: "Mapping[str, str]",
    duplicates: "Collection[str]" = (),
) -> list[Problem]:
    """FD309: a variable stands twice in the environment block.

    And where the environment is not protected: the shell wins over the environment's own file (FD306), does so through
    a reference (FD307), or sets what no file of the environment sets (FD311).
    """
    found = [
        Problem("FD309", subject=name, environment=environment.name, origin=Origin(PROCESS, name))
        for name in sorted(duplicates)
        if name in resolution.values
    ]
    if environment.protected or not layers:
        return found
    for variable in project.variables.values():
        value = resolution.values.get(variable.name)
        if value is None or not variable.sensitive or applies(variable.overridable, environment.name):
            continue
        if value.origin.kind == PROCESS:
            found.extend(_direct(environment, variable, value, layers, process))
        else:
            found.extend(_through_references(project, environment, variable, value, resolution))
    return found


def _direct(
    environment: "Environment",
    variable: "Variable",
    value: "Value",
    layers: "Sequence[Layer]",
    process: "Mapping[str, str]",
) -> "Iterator[Problem]":
    own = next((loser for loser in value.losers if loser.origin.kind == FILE), None)
    if own is None:
        yield Problem(
            "FD311",
            subject=variable.name,
            environment=environment.name,
            origin=value.origin,
            severity=WARNING,
            file=layers[-1].name,
        )
    elif _text_by_files(own, layers, process) != value.text:
        yield Problem(
            "FD306",
            subject=variable.name,
            environment=environment.name,
            origin=value.origin,
            file=str(own.origin),
        )


def _text_by_files(own: "Value", layers: "Sequence[Layer]", process: "Mapping[str, str]") -> str | None:
    """What the files alone make of a value that the shell overrode; None when they cannot finish it."""
    if not own.template:
        return own.text
    from firedoor import interpolation  # most env files refer to nothing

    templates: dict[str, str] = {}
    plain: dict[str, str] = {}
    for layer in layers:
        for key, text, _, _, _, literal in layer.entries:
            templates.pop(key, None)
            plain.pop(key, None)
            (plain if literal or "$" not in text else templates)[key] = text
    result = interpolation.interpolate(templates, lambda key: plain.get(key, process.get(key)))
    return result.texts.get(own.key)


def _through_references(
    project: "Project",
    environment: "Environment",
    variable: "Variable",
    value: "Value",
    resolution: "Resolution",
) -> "Iterator[Problem]":
    """The file says ${DB_HOST}; the shell exports another DB_HOST than the file: the address is the shell's."""
    for used in sorted(resolution.uses(variable.name)):
        part = resolution.values.get(used)
        if part is None or part.origin.kind != PROCESS:
            continue
        declared = project.variables.get(used)
        if declared is not None and (declared.sensitive or applies(declared.overridable, environment.name)):
            continue  # a sensitive part is reported for itself
        own = next((loser for loser in part.losers if loser.origin.kind == FILE), None)
        if own is not None and (own.template or own.text != part.text):
            yield Problem(
                "FD307",
                subject=variable.name,
                environment=environment.name,
                origin=value.origin,
                reference=used,
                file=str(own.origin),
            )
