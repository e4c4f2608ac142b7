"""The start of a test suite: which environment it is, whether that holds, and the barriers around it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Never

import pytest

from firedoor import boundary, child_environment, declaration, guard, verification
from firedoor.errors import DeclarationError, FiredoorError
from firedoor.problem import NOTE, Problem, has_errors, in_order
from firedoor.testing import marks, real_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firedoor.declaration import Project
    from firedoor.resolve import Configuration

WORKER = "PYTEST_XDIST_WORKER"
SETTING = "firedoor_env"


@dataclass
class Started:
    """A suite that may run: its configuration, what must be said of it, and the way back.

    ``unit_only`` says that the suite was asked for unit tests alone, which then reach nothing whatever they are marked.
    """

    configuration: Configuration
    unit_only: bool
    warnings: Sequence[Problem] = ()
    held_back: Sequence[str] = ()
    _before: Mapping[str, str] = field(default_factory=dict, repr=False)

    def end(self) -> None:
        """Take the guard away and give the process its variables back."""
        guard.disarm()
        _set_process(self._before)


def begin(config: pytest.Config, folder: str) -> Started | None:
    """Judge, prepare and guard this process for the suite; None where no project is declared after all.

    Raises pytest.UsageError, which ends the run with exit code 4, with every problem.
    """
    __tracebackhide__ = True
    outcome = _begin(config, folder)
    if isinstance(outcome, str):
        raise pytest.UsageError(outcome)
    return outcome


def _begin(config: pytest.Config, folder: str) -> Started | str | None:
    """What was started, or why not, in the words that the run ends with."""
    try:
        project = declaration.load(folder)
    except DeclarationError as error:
        return None if [problem.code for problem in error.problems] == ["FD001"] else str(error)
    before = dict(os.environ)
    _choose(config, project)
    try:
        return _started(config, project, before)
    except FiredoorError as error:
        _set_process(before)
        return str(type(error)(error.problems))


def _choose(config: pytest.Config, project: Project) -> None:
    """The ini file chooses where no selector variable does; it is not heard where one does."""
    named = str(config.getini(SETTING) or "")
    if named and not any(name in os.environ for name in project.selectors):
        os.environ[project.selectors[0]] = named


def _started(config: pytest.Config, project: Project, before: Mapping[str, str]) -> Started:
    configuration = boundary.configure(project)
    unit_only = marks.is_unit_only(config.known_args_namespace.markexpr)
    _require(configuration, _of_environment(configuration, unit_only=unit_only))
    _require(configuration, configuration.problems)
    variables, held_back = child_environment.build(configuration)
    _require(configuration, real_keys.problems(configuration, variables))
    found = [*configuration.problems, *held_back]
    asks = not unit_only and WORKER not in os.environ and not config.known_args_namespace.collectonly
    if asks:  # xdist's workers need not ask what the controller has
        found = [*verification.problems(configuration), *held_back]
    _require(configuration, found)
    _set_process(variables)
    guard.arm(configuration)
    return Started(
        configuration,
        unit_only,
        [problem for problem in in_order(found, project.names) if problem.severity != NOTE],
        sorted(problem.subject for problem in held_back if problem.severity == NOTE),
        before,
    )


def _of_environment(configuration: Configuration, *, unit_only: bool) -> list[Problem]:
    """FD630: no tests in a protected environment, and only unit tests where it is not declared for tests."""
    environment = configuration.environment
    if environment.tests or (unit_only and not environment.protected):
        return []
    for_tests = ", ".join(one.name for one in configuration.project.environments if one.tests)
    return [
        Problem(
            "FD630",
            subject=environment.name,
            environment=environment.name,
            origin=configuration.choice.origin,
            protected="protected" if environment.protected else "",
            for_tests=for_tests,
        )
    ]


def _require(configuration: Configuration, problems: Sequence[Problem]) -> None:
    """Raises FiredoorError with all of them when one is an error."""
    if has_errors(problems):
        raise FiredoorError(in_order(problems, configuration.project.names))


def _set_process(variables: Mapping[str, str]) -> None:
    """Make these the process's variables, by no more changes than there are."""
    for name in [name for name in os.environ if name not in variables]:
        del os.environ[name]
    for name, text in variables.items():
        if os.environ.get(name) != text:
            os.environ[name] = text


def stop(problem: Problem) -> Never:
    """End the run, from a later hook, with the problem and exit code 4."""
    raise pytest.UsageError(str(FiredoorError([problem])))
