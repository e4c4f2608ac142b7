"""The house keeps its shape: small modules, short functions, layers that hold, one starter of programs."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "firedoor"
MODULES = sorted(SOURCE.rglob("*.py"))

MODULE_LINES = 400
FUNCTION_LINES = 60
USUAL_LINES = 25
USUAL_SHARE = 0.9

PROGRAM_STARTERS = {"subprocess", "pty", "multiprocessing"}


@cache
def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"), filename=str(module))


def functions(module: Path) -> list[tuple[str, int]]:
    """Every function of a module with its length in lines, signature and docstring included."""
    return [
        (f"{module.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def imported(module: Path) -> set[str]:
    """The first names of everything that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_modules_stay_small() -> None:
    lines = {str(module.relative_to(ROOT)): module.read_text("utf-8").count("\n") for module in MODULES}
    assert {name: count for name, count in lines.items() if count > MODULE_LINES} == {}
    assert len(lines) > 20  # the modules were found


def test_functions_stay_short() -> None:
    lengths = [found for module in MODULES for found in functions(module)]
    assert [found for found in lengths if found[1] > FUNCTION_LINES] == []
    usual = [found for found in lengths if found[1] <= USUAL_LINES]
    longer = sorted((found for found in lengths if found[1] > USUAL_LINES), key=lambda found: -found[1])
    assert len(usual) >= USUAL_SHARE * len(lengths), (
        f"{len(longer)} of {len(lengths)} functions are longer: {longer}"
    )


def test_only_process_starts_programs() -> None:
    starters = {str(module.relative_to(SOURCE)) for module in MODULES if imported(module) & PROGRAM_STARTERS}
    assert starters <= {"process.py"}


def test_pydantic_settings_is_never_needed() -> None:
    """Its import alone costs 160 ms; the adapter works on classes whose module has imported it already."""
    users = {str(module.relative_to(SOURCE)) for module in MODULES if "pydantic_settings" in imported(module)}
    assert {name for name in users if not name.startswith("adapters/")} == set()


def test_layers_hold() -> None:
    """Imports run only downwards ([tool.importlinter] in pyproject.toml)."""
    lint = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(SOURCE)))
def test_every_module_says_what_it_is(module: Path) -> None:
    docstring = ast.get_docstring(tree(module)) or ""
    assert docstring.split("\n")[0].endswith((".", ":", "?")), f"{module} has no first sentence"


def test_the_page_about_the_house_names_every_room_and_no_other() -> None:
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    rows = [line.split("|")[2] for line in page.splitlines() if line.startswith("|")][2:]
    named = [name for row in rows for name in row.replace("`", " ").split()]
    there = {
        path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert sorted(named) == sorted(there)
