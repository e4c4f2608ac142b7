"""The parts of a suite's start that need no suite."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import guard
from firedoor.errors import FiredoorError, GuardError
from firedoor.problem import Problem
from firedoor.testing import start
from support.guarding import configuration, declare

if TYPE_CHECKING:
    from support.project import ProjectFolder


def config(*plugins: str, named: str = "") -> Any:
    options = SimpleNamespace(plugins=[*plugins])
    return SimpleNamespace(known_args_namespace=options, getini=lambda name: {start.SETTING: named}[name])


@pytest.mark.parametrize(
    ("worker", "plugins", "expected"),
    [
        ("gw0", ("no:terminal",), True),
        ("gw0", ("no:cacheprovider",), False),
        ("gw0", (), False),
        ("", ("no:terminal",), False),
    ],
)
def test_a_worker_is_known_by_both_marks_of_xdist(
    monkeypatch: pytest.MonkeyPatch, worker: str, plugins: tuple[str, ...], expected: bool
) -> None:
    monkeypatch.delenv(start.WORKER, raising=False)
    if worker:
        monkeypatch.setenv(start.WORKER, worker)
    assert start._is_worker(config(*plugins)) is expected


def test_every_environment_for_tests_is_named_to_whoever_is_elsewhere(project: ProjectFolder) -> None:
    declare(project, declared="[environments.ci]\ntests = true\n", files={".env.ci": ""})
    for name, protected in (("staging", ""), ("production", "protected")):
        made = configuration(project, name)
        told = start._of_environment(made, unit_only=False)
        assert told == [
            Problem(
                "FD630",
                subject=name,
                environment=name,
                origin=made.choice.origin,
                protected=protected,
                for_tests="testing, ci",
            )
        ]
        assert start._of_environment(made, unit_only=True) == (told if protected else [])
    for name in ("testing", "ci"):
        made = configuration(project, name)
        assert start._of_environment(made, unit_only=False) == []


def test_the_process_gets_exactly_these_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(os.environ)
    monkeypatch.setenv("GOES", "away")
    monkeypatch.setenv("CHANGES", "old")
    start._set_process({**before, "CHANGES": "new", "COMES": "in"})
    assert dict(os.environ) == {**before, "CHANGES": "new", "COMES": "in"}
    start._set_process(before)
    assert dict(os.environ) == before


@pytest.mark.parametrize("unit_only", [True, False])
def test_unit_tests_alone_are_closed_from_the_start(project: ProjectFolder, unit_only: bool) -> None:
    declare(project)
    with start._guarded(configuration(project), unit_only=unit_only):
        standing = guard.armed()
        assert standing is not None
        assert standing.environment.name == "testing"
        if unit_only:
            with pytest.raises(GuardError) as refused:
                standing.check_resource("database", "postgresql://127.0.0.1/shop_test")
            assert [one.code for one in refused.value.problems] == ["FD631"]
        else:
            assert standing.check_resource("database", "postgresql://127.0.0.1/shop_test") == "DATABASE_URL"
    assert guard.armed() is None


def test_what_is_wrong_comes_in_the_declaration_s_order(project: ProjectFolder) -> None:
    declare(project)
    made = configuration(project)
    problems = [Problem("FD301", subject="B", environment=name) for name in ("production", "testing")]
    with pytest.raises(FiredoorError) as refused:
        start._require(made, problems)
    assert [one.environment for one in refused.value.problems] == ["testing", "production"]
    start._require(made, [])
