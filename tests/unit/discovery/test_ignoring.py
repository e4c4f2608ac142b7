"""Lines for .gitignore: judged by what git then ignores."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor import version_control
from firedoor.declaration import Project
from firedoor.discovery import ignoring
from firedoor.environment import Environment
from firedoor.rules import env_files

if TYPE_CHECKING:
    from support.project import ProjectFolder


def declared(folder: ProjectFolder, **fields: object) -> Project:
    environments = (
        Environment("dev", aliases=("development",)),
        Environment("prod", order=1, protected=True),
    )
    base: dict[str, object] = {
        "root": str(folder.root),
        "path": "",
        "name": "p",
        "environments": environments,
    }
    return Project(**{**base, **fields})  # type: ignore[arg-type]  # what a test gives


@pytest.fixture(params=["with git", "without git"])
def folder(
    request: pytest.FixtureRequest, project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> ProjectFolder:
    if request.param == "with git":
        project.git("init", "-q")
    else:
        monkeypatch.setattr(version_control, "ignored", lambda *_: None)
    return project


@pytest.mark.requirement("A2")
@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ("", [".env", ".env.*", "!.env.*.example", "!.env.example"]),
        ("*.pyc\n", [".env", ".env.*", "!.env.*.example", "!.env.example"]),
        (".env\n", [".env.*", "!.env.*.example", "!.env.example"]),
        (".env*\n", ["!.env.*.example", "!.env.example"]),
        (".env*\n!.env*.example\n", []),
        (".env\n.env.*\n!*.example\n", []),
        ("# .env*\n.env.*\n", [".env", "!.env.*.example", "!.env.example"]),
        (".env.dev\n/.env\n.env.development\n", [".env.*", "!.env.*.example", "!.env.example"]),
    ],
)
def test_real_files_out_and_examples_in(folder: ProjectFolder, present: str, expected: list[str]) -> None:
    """A2: examples are committed, real files are not."""
    folder.write(".gitignore", present)
    project = declared(folder)
    shown = [".env.dev.example", ".env.prod.example", ".env.example"]
    lines = ignoring.lines_needed(project, shown)
    assert lines == expected
    folder.write(".gitignore", ignoring.added_to(present, lines) if lines else present)
    assert ignoring.lines_needed(project, shown) == []


@pytest.mark.parametrize("present", ["", ".envs/*\n!.envs/.dev/\n", ".envs/\n", "/.envs\n", ".*\n"])
def test_what_git_then_sees(project: ProjectFolder, present: str) -> None:
    project.git("init", "-q").write(".gitignore", present)
    made = declared(project, files=(".envs/.{env}/.app", ".envs/.{env}/.db"), fallback_file=".env.all")
    for path in (
        *env_files.real_files(made),
        ".envs/.dev/.app.example",
        ".envs/.prod/.app.example",
        ".envs/.prod/other",
    ):
        project.write(path, "A=1")
    shown = [".envs/.dev/.app.example", ".envs/.prod/.app.example"]
    lines = ignoring.lines_needed(made, shown)
    project.write(".gitignore", ignoring.added_to(present, lines))
    project.git("add", "-A")
    tracked = version_control.tracked_files(str(project.root)) or frozenset()
    assert tracked >= set(shown)
    wanted = {".envs/.dev/.app", ".envs/.dev/.db"} if "!.envs/.dev/" in present else set()
    assert {path for path in env_files.real_files(made) if path in tracked} == wanted
    assert (".envs/.prod/other" in tracked) is (present == "")
    assert ignoring.lines_needed(made, shown) == []


def test_defaults_that_are_committed_stay(project: ProjectFolder) -> None:
    made = declared(project, files=(".env", ".env.{env}"))
    assert ".env" in ignoring.lines_needed(made, [], ())
    assert ".env" not in ignoring.lines_needed(made, [], {".env"})


def test_examples_that_are_yet_to_come_are_let_in(folder: ProjectFolder) -> None:
    assert ignoring.lines_needed(declared(folder), []) == [".env", ".env.*", "!.env.*.example"]
    inside = declared(folder, files=("envs/{env}.env",), fallback_file="envs/all.env")
    assert ignoring.lines_needed(inside, []) == ["/envs/all.env", "/envs/*.env"]


@pytest.mark.parametrize(
    ("present", "whole"),
    [
        ("", "#\nA\nB\n"),
        ("x\n", "x\n\n#\nA\nB\n"),
        ("x", "x\n\n#\nA\nB\n"),
        ("x\r\ny", "x\r\ny\r\n\r\n#\r\nA\r\nB\r\n"),
    ],
)
def test_lines_are_added_at_the_end(present: str, whole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ignoring, "HEADING", "#")
    assert ignoring.added_to(present, ["A", "B"]) == whole


def test_without_git_an_unreadable_gitignore_counts_as_none(project: ProjectFolder) -> None:
    os.mkdir(project.root / ".gitignore")
    assert ignoring.lines_needed(declared(project), []) == [".env", ".env.*", "!.env.*.example"]
