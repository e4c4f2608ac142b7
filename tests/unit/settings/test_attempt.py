"""A program that reloads itself is refused production by its own load, however it was started."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

import firedoor

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARED = "[environments.dev]\n[environments.prod]\nprotected = true\n"


@pytest.fixture
def two(project: ProjectFolder) -> ProjectFolder:
    return project.write("firedoor.toml", DECLARED).write(".env.dev", "A=1\n").write(".env.prod", "A=2\n")


@pytest.mark.requirement("A6")
@pytest.mark.parametrize("where", ["argv", "orig_argv"])
def test_a_reloader_does_not_load_production(
    two: ProjectFolder, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(sys, where, ["/venv/bin/uvicorn", "src.main:app", "--reload"])
    with pytest.raises(firedoor.ConfigurationError) as refusal:
        firedoor.load(environment="prod", start=two.root)
    assert [problem.code for problem in refusal.value.problems] == ["FD801"]


def test_control_it_loads_development(two: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/venv/bin/uvicorn", "src.main:app", "--reload"])
    assert firedoor.load(environment="dev", start=two.root)["A"] == "1"


def test_control_production_loads_without_a_reloader(
    two: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/venv/bin/uvicorn", "src.main:app"])
    assert firedoor.load(environment="prod", start=two.root)["A"] == "2"


def test_a_debug_switch_in_the_shell_does_not_load_production(
    two: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(firedoor.ConfigurationError, match="FD802"):
        firedoor.load(environment="prod", start=two.root)
