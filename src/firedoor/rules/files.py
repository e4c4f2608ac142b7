"""What an environment's files say of themselves: a file that names another environment is the wrong file."""

from firedoor.origin import FILE, Origin
from firedoor.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.sources import Layer


def selector_lines(
    project: "Project", environment: "Environment", layers: "Iterable[Layer]"
) -> list[Problem]:
    """Selector lines must name the environment the file was read for (FD204), plainly (FD106).

    A file that the declaration reads in every environment only chooses the default: its line is not judged here.
    """
    return [
        problem
        for layer in layers
        if not layer.shared
        for key, text, line, column, _, _literal in layer.entries
        if key in project.selectors
        for problem in _judge(project, environment, key, text, Origin(FILE, layer.name, line, column))
    ]


def _judge(
    project: "Project", environment: "Environment", key: str, text: str, origin: Origin
) -> "Iterable[Problem]":
    if environment.is_(text):
        return
    if "$" in text or not text:
        yield Problem("FD106", subject=key, environment=environment.name, origin=origin, selector=key)
        return
    named = project.environment(text)
    other = named.name if named is not None else "something that is not declared"
    yield Problem(
        "FD204",
        subject=key,
        environment=environment.name,
        origin=origin,
        selector=key,
        other=other,
        file=origin.name,
    )
