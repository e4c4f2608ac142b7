"""The start of a test suite: which environment it is, whether that holds, and the barriers around it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
    guarded: ExitStack
    warnings: Sequence[Problem] = ()
    held_back: Sequence[str] = ()
    _before: Mapping[str, str] = field(default_factory=dict, repr=False)

    def end(self) -> None:
        """Take the guard away and give the process its variables back."""
        self.guarded.close()
        _set_process(self._before)


def begin(config: pytest.Config, folders: Sequence[str]) -> Started | None:
    """Judge, prepare and guard this process for the suite; None where there is no declaration after all.

    Raises pytest.UsageError, which ends the run with exit code 4, with every problem.
    """
    __tracebackhide__ = True
    outcome = _begin(config, folders)
    if isinstance(outcome, str):
        raise pytest.UsageError(outcome)
    return outcome


def _begin(config: pytest.Config, folders: Sequence[str]) -> Started | str | None:
    """What was started, or why not, in the words that the run ends with."""
    try:
        project = _project(folders)
    except DeclarationError as error:
        return None if _is_absence(error) and not _named(config) else str(error)
    before = dict(os.environ)
    try:
        return _started(config, project, before)
    except FiredoorError as error:
        _set_process(before)
        return str(type(error)(error.problems))


def _project(folders: Sequence[str]) -> Project:
    """The project that the first of the folders belongs to. Raises DeclarationError when none does."""
    *most, last = folders
    for folder in most:
        try:
            return declaration.load(folder)
        except DeclarationError as error:
            if not _is_absence(error):
                raise
    return declaration.load(last)


def _is_absence(error: DeclarationError) -> bool:
    return [problem.code for problem in error.problems] == ["FD001"]


def _named(config: pytest.Config) -> str:
    """The environment that the ini file names; empty when it names none."""
    return str(config.getini(SETTING) or "")


def _asked(config: pytest.Config, project: Project) -> str | None:
    """The ini file's environment where no selector variable is set; it is not heard where one is."""
    is_chosen = any(name in os.environ for name in project.selectors)
    return None if is_chosen else _named(config) or None


def _started(config: pytest.Config, project: Project, before: Mapping[str, str]) -> Started:
    configuration = boundary.configure(project, _asked(config, project), asked_by=SETTING)
    unit_only = marks.is_unit_only(config.known_args_namespace.markexpr)
    _require(configuration, _of_environment(configuration, unit_only=unit_only))
    _require(configuration, configuration.problems)
    variables, held_back = child_environment.build(configuration)
    _require(configuration, real_keys.problems(configuration, variables))
    found = [*configuration.problems, *held_back]
    if not (unit_only or config.known_args_namespace.collectonly or _is_worker(config)):
        found = [*verification.problems(configuration), *held_back]
    _require(configuration, found)
    _set_process(variables)
    return Started(
        configuration,
        unit_only,
        _guarded(configuration, unit_only=unit_only),
        [problem for problem in in_order(found, project.names) if problem.severity != NOTE],
        sorted(problem.subject for problem in held_back if problem.severity == NOTE),
        before,
    )


def _is_worker(config: pytest.Config) -> bool:
    """Whether xdist started this process, which need not ask what the one that started it has asked.

    The variable alone would not do: a program that a worker's test starts has it, too.
    """
    return WORKER in os.environ and "no:terminal" in config.known_args_namespace.plugins


def _guarded(configuration: Configuration, *, unit_only: bool) -> ExitStack:
    """Arm the guard, and close it where nothing but unit tests was asked for; what takes both back."""
    way_back = ExitStack()
    guard.arm(configuration)
    way_back.callback(guard.disarm)
    standing = guard.armed()
    if unit_only and standing is not None:
        way_back.enter_context(standing.closed())
    return way_back


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
