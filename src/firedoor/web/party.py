"""One side of a handshake: which environment it is, and whose calls, answers, tokens and messages it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.problem import Problem
from firedoor.web.marks import Mark

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.web.given import Given


class Party:
    """A project's environment. ``mark`` is what it says of itself."""

    def __init__(self, project: Project, environment: Environment) -> None:
        self.mark = Mark(project.name, environment.name)
        self.environment = environment.name
        self._taken = frozenset(
            [
                *(Mark(project.name, spelling) for spelling in environment.spellings),
                *(mark for name in environment.accepts for mark in _accepted(project, name)),
            ]
        )

    def takes(self, mark: Mark) -> bool:
        """Whether it takes what carries the mark: its own, by any of its names, and what the declaration accepts."""
        return mark in self._taken

    def is_ours(self, mark: Mark) -> bool:
        """Whether the mark is of this project, whichever environment."""
        return mark.project == self.mark.project

    def problem(self, code: str, mark: Mark | None = None, **facts: str) -> Problem:
        """A problem of this environment's; ``mark`` is what the other side says of itself."""
        if mark is not None:
            facts["other"] = str(mark)
        return Problem(code, environment=self.environment, origin=None, **facts)

    def __repr__(self) -> str:
        return f"Party({str(self.mark)!r})"


def _accepted(project: Project, name: str) -> list[Mark]:
    """An accepted environment: one of this project by all its names, another project's as it is written."""
    owner, slash, environment = name.partition("/")
    if slash:
        return [Mark(owner, environment)]
    declared = project.environment(name)
    return [] if declared is None else [Mark(project.name, spelling) for spelling in declared.spellings]


def of(given: Given) -> Party:
    """The party that somebody's settings belong to. Raises as ``Given.configuration`` does."""
    __tracebackhide__ = True
    configuration = given.configuration()
    return Party(configuration.project, configuration.environment)
