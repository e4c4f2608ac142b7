"""Secrets as files, one for each variable, in the folder where Docker or Kubernetes mounts them.

The folder is listed, never searched: what is there decides, and a file system that knows no case changes nothing.
"""

import os

from firedoor import reading
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.declaration import Project
    from firedoor.environment import Environment

_NUL = "a NUL stands in it"


class Found:
    """What a folder holds for an environment: ``texts`` are (variable, path as shown, text), by variable."""

    __slots__ = ("problems", "texts")

    def __init__(self) -> None:
        self.texts: list[tuple[str, str, str]] = []
        self.problems: list[Problem] = []


def of(project: "Project", environment: "Environment", folder: str) -> Found:
    """The declared variables that the folder sets. Names that nobody declared are left alone; no folder, no secrets."""
    found = Found()
    try:
        names = os.listdir(os.path.join(project.root, folder))
    except FileNotFoundError:
        return found
    except OSError as error:
        detail = error.strerror or "the system refused"
        found.problems.append(_problem("FD226", environment, folder, folder, detail=detail))
        return found
    in_capitals = {name.upper(): name for name in project.variables}
    for name in sorted(names):
        path = f"{folder}/{name}"
        if name in project.selectors:
            found.problems.append(_problem("FD229", environment, name, path, selector=name))
        elif name in project.variables:
            _read(project, environment, name, path, found)
        elif name.upper() in in_capitals:
            other = in_capitals[name.upper()]
            found.problems.append(_problem("FD228", environment, other, path, file=path))
    return found


def _read(project: "Project", environment: "Environment", name: str, path: str, found: Found) -> None:
    data = reading.read_bytes(os.path.join(project.root, path))
    if isinstance(data, reading.Failure):
        found.problems.append(_problem("FD226", environment, path, path, detail=data.detail))
        return
    text = reading.decode(data)
    if isinstance(text, reading.Failure):
        found.problems.append(_problem("FD227", environment, path, path, detail=text.detail))
    elif "\0" in text:
        found.problems.append(_problem("FD227", environment, path, path, detail=_NUL))
    else:
        found.texts.append((name, path, without_line_end(text)))


def without_line_end(text: str) -> str:
    """The text without the one line end that editors and ``echo`` put behind it."""
    return text[:-2] if text.endswith("\r\n") else text.removesuffix("\n")


def _problem(code: str, environment: "Environment", subject: str, path: str, **facts: str) -> Problem:
    return Problem(code, subject=subject, environment=environment.name, origin=Origin(FILE, path), **facts)
