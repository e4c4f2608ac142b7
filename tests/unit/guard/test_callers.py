"""Which line of the project asked for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import firedoor
from firedoor.guard import callers

ROOT = str(Path(__file__).parents[3])


def run(path: Path, root: Path) -> str:
    """Call from a function in a file."""
    source = "\n\ndef ask(line, root):\n    return line(root)\n"
    names: dict[str, object] = {}
    exec(compile(source, str(path), "exec"), names)  # noqa: S102 - a frame in that file
    return str(names["ask"](callers.line, str(root)))  # type: ignore[operator]  # wrong on purpose, or a stand-in


def test_the_innermost_line_of_the_project(tmp_path: Path) -> None:
    assert run(tmp_path / "tests" / "test_x.py", tmp_path) == f"tests{os.sep}test_x.py:4"


def test_what_is_installed_in_the_project_is_not_the_projects(tmp_path: Path) -> None:
    for folder in ("site-packages", "dist-packages", ".venv", "venv", "node_modules"):
        assert run(tmp_path / folder / "library.py", tmp_path) == ""


def test_what_begins_alike_is_elsewhere(tmp_path: Path) -> None:
    assert run(tmp_path / "shop2" / "x.py", tmp_path / "shop") == ""


def test_a_line_further_out_counts_where_a_library_connects(tmp_path: Path) -> None:
    """This very file is the project here; the library's frame stands inside of it."""
    asked = run(tmp_path / "library.py", Path(ROOT))
    assert asked.startswith(f"tests{os.sep}unit{os.sep}guard{os.sep}test_callers.py:")


def test_what_is_in_no_file_is_not_in_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(Path("<string>"), tmp_path) == ""


def test_relative_names_of_scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(Path("script.py"), tmp_path) == "script.py:4"


def test_firedoor_itself_never_asks() -> None:
    home = Path(firedoor.__file__).parent
    assert run(home / "guard" / "x.py", home.parent) == ""


ASKS = "def ask():\n    return callers.is_measuring()\n"


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("coverage.sqlitedb", True),
        ("coverage.cmdline", False),
        ("coverage_of.sqlitedb", False),
        ("shop", False),
    ],
)
def test_coverage_measures_and_what_it_runs_does_not(module: str, expected: bool) -> None:
    names: dict[str, Any] = {"__name__": module, "callers": callers}
    exec(compile(ASKS, "module.py", "exec"), names)  # noqa: S102 - a frame of that module
    assert names["ask"]() is expected


def test_the_guards_own_frames_are_not_the_caller() -> None:
    """What is asked by firedoor is asked for whoever called firedoor."""
    home = Path(firedoor.__file__).parent / "guard" / "x.py"
    inner: dict[str, Any] = {"__name__": "firedoor.guard.x", "callers": callers}
    exec(compile(ASKS, str(home), "exec"), inner)  # noqa: S102 - as above
    outer: dict[str, Any] = {"__name__": "coverage.sqlitedb", "inner": inner["ask"]}
    exec(compile("def ask():\n    return inner()\n", "sqlitedb.py", "exec"), outer)  # noqa: S102 - as above
    assert outer["ask"]() is True
