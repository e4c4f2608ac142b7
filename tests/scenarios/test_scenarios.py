"""Every scenario by every path: cached or not, library or command line. All must give the one verdict."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration
from firedoor.errors import SelectionError
from scenarios.table import SCENARIOS, Scenario

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from support.project import ProjectFolder

NAMES = [scenario.name for scenario in SCENARIOS]


def _write(project: ProjectFolder, scenario: Scenario) -> None:
    project.write("firedoor.toml", scenario.declaration)
    for name, content in scenario.files.items():
        project.write(name, content)


def _judge(
    loaded: Project, scenario: Scenario
) -> tuple[str | None, tuple[tuple[str, str], ...], dict[str, str]]:
    try:
        configuration = boundary.configure(loaded, scenario.asked, process=scenario.process)
    except SelectionError as error:
        return None, tuple((problem.code, problem.subject) for problem in error.problems), {}
    problems = tuple((problem.code, problem.subject) for problem in configuration.problems)
    if scenario.chosen_by is not None:
        assert str(configuration.choice.origin) == scenario.chosen_by
    return configuration.environment.name, problems, configuration.texts


@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
@pytest.mark.parametrize("use_cache", [False, True], ids=["compiled", "cached"])
def test_library(project: ProjectFolder, scenario: Scenario, use_cache: bool) -> None:
    _write(project, scenario)
    if use_cache:
        declaration.load(project.root)
    loaded = declaration.load(project.root, use_cache=use_cache)
    environment, problems, texts = _judge(loaded, scenario)
    assert environment == scenario.environment
    assert problems == scenario.problems
    assert {key: texts.get(key) for key in scenario.values} == scenario.values


@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
def test_run_gives_the_same_verdict(project: ProjectFolder, scenario: Scenario) -> None:
    _write(project, scenario)
    loaded = declaration.load(project.root, use_cache=False)
    try:
        problems = boundary.configure(loaded, scenario.asked, process=scenario.process).problems
    except SelectionError as error:
        problems = error.problems
    refused = any(problem.severity == "error" for problem in problems)
    asked = ("-e", scenario.asked) if scenario.asked else ()
    result = project.firedoor("run", *asked, "--", "/bin/echo", "started", env=scenario.process)
    assert (result.code, result.stdout) == ((1, "") if refused else (0, "started\n")), result.everything
    said = re.findall(r"\bFD\d{3}\b", result.stderr)
    assert [code for code, _ in scenario.problems if code not in said] == []
    assert "SECRET-" not in result.everything


@pytest.mark.skipif(not os.path.exists("/usr/bin/env"), reason="needs POSIX's env")
@pytest.mark.parametrize(
    "scenario", [s for s in SCENARIOS if s.values and not s.problems], ids=lambda scenario: scenario.name
)
def test_run_gives_the_child_these_values(project: ProjectFolder, scenario: Scenario) -> None:
    _write(project, scenario)
    asked = ("-e", scenario.asked) if scenario.asked else ()
    result = project.firedoor("run", *asked, "--", "/usr/bin/env", "-0", env=scenario.process, code=0)
    child = dict(pair.split("=", 1) for pair in result.stdout.split("\0") if pair)
    assert {key: child.get(key) for key in scenario.values} == scenario.values
