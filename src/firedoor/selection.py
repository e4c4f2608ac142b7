"""Which environment is meant, and who said so. First hit wins; a near miss gets a suggestion, never a guess."""

import os

from firedoor import sources
from firedoor.errors import SelectionError
from firedoor.origin import DECLARATION, FILE, PROCESS, REQUEST, Origin
from firedoor.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from firedoor.declaration import Project
    from firedoor.environment import Environment

    _Said = tuple[str, Origin, str]  # the selector, where it stands, what it says


class Choice:
    """The chosen environment, the origin of the choice, and the name as it was spelled there."""

    __slots__ = ("environment", "origin", "spelling")

    def __init__(self, environment: "Environment", origin: Origin, spelling: str) -> None:
        self.environment = environment
        self.origin = origin
        self.spelling = spelling

    def __repr__(self) -> str:
        return f"Choice({self.environment.name!r}, {str(self.origin)!r})"


def choose(
    project: "Project",
    requested: str | None,
    process: "Mapping[str, str]",
    duplicates: "Collection[str]" = (),
    *,
    asked_by: str = "the call",
) -> Choice:
    """The environment by request, else by the process's selectors, else by ``.env``, else by the declared default.

    ``asked_by`` says in messages where the request was made; ``duplicates`` are the names that stand twice in the
    process's environment block. Raises SelectionError with every problem of the first source that says anything.
    """
    if requested is not None:
        return _agreed(project, [(asked_by, Origin(REQUEST, asked_by), requested)])
    said = [(name, Origin(PROCESS, name), process[name]) for name in project.selectors if name in process]
    twice = [_twice(name) for name in project.selectors if name in duplicates]
    if said or twice:
        return _agreed(project, said, twice)
    said, problems = _selector_lines(project)
    if said or problems:
        return _agreed(project, said, problems)
    if project.default is not None:
        environment = project.environment(project.default)
        assert environment is not None  # noqa: S101 - the declaration was validated
        return Choice(environment, Origin(DECLARATION, "the declared default"), project.default)
    raise SelectionError(
        [
            Problem(
                "FD101",
                subject=project.selectors[0],
                names=", ".join(project.names),
                selector=project.selectors[0],
            )
        ]
    )


def is_selected(project: "Project", environment: "Environment", process: "Mapping[str, str]") -> bool:
    """Whether it is what the process, ``.env`` or the declaration chooses where nobody asks for an environment."""
    try:
        return choose(project, None, process).environment is environment
    except SelectionError:
        return False


def _twice(name: str) -> Problem:
    return Problem("FD104", subject=name, origin=Origin(PROCESS, name), selector=name)


def _agreed(project: "Project", said: "Sequence[_Said]", problems: "Collection[Problem]" = ()) -> Choice:
    """The one environment that all of them mean; SelectionError when one means none, or they mean several."""
    found = list(problems)
    choices = []
    for selector, origin, spelling in said:
        environment = project.environment(spelling)
        if environment is not None:
            choices.append(Choice(environment, origin, spelling))
        else:
            found.append(unknown(project, spelling, origin, selector))
    if len({choice.environment.name for choice in choices}) > 1:
        found.append(_disagreement(said[0][0], choices))
    if found:
        raise SelectionError(found)
    return choices[0]


def unknown(project: "Project", spelling: str, origin: Origin, selector: str = "") -> Problem:
    """The problem of a name that is no environment: empty (FD105) or not declared (FD102), with the nearest name.

    ``selector`` is the variable that says the name; a request says it by itself.
    """
    names = ", ".join(project.names)
    if not spelling:
        said_by = "The requested environment" if origin.kind == REQUEST else selector
        subject = selector or origin.name
        return Problem("FD105", subject=subject, origin=origin, names=names, selector=said_by)
    from firedoor.schema import nearest  # only a refusal needs the nearest name

    return Problem(
        "FD102",
        subject=_short(spelling),
        origin=origin,
        names=names,
        suggestion=nearest(spelling, project.spellings),
    )


_LONGEST_NAME = 24


def _short(spelling: str) -> str:
    """A mistyped name as it may be shown: quoted, so that blanks are seen, and never long enough to be a key."""
    return repr(spelling if len(spelling) <= _LONGEST_NAME else f"{spelling[:8]}...")


def _disagreement(selector: str, choices: list[Choice]) -> Problem:
    said = ", ".join(f"{choice.origin} says {choice.environment.name}" for choice in choices)
    return Problem("FD103", subject=selector, origin=choices[0].origin, names=said)


def _selector_lines(project: "Project") -> "tuple[list[_Said], list[Problem]]":
    """What the selector lines of ``.env`` say; a broken ``.env`` is a problem, since it might have said something."""
    if not os.path.lexists(os.path.join(project.root, project.fallback_file)):
        return [], []
    entries, problems = sources.read_entries(project, project.fallback_file, None)
    if problems:
        return [], problems
    said: list[_Said] = []
    for entry in entries:
        if entry.key not in project.selectors:
            continue
        origin = Origin(FILE, project.fallback_file, entry.line, entry.column)
        if "$" in entry.value:
            problems.append(Problem("FD106", subject=entry.key, origin=origin, selector=entry.key))
        else:
            said.append((entry.key, origin, entry.value))
    return said, problems
