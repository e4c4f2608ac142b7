"""Every requirement that this release promises is named by a test that proves it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]

# The ids of the mission's facts: A is the FastAPI backend's guide, B the one variable, C the general practice.
PROMISED = {*(f"A{n}" for n in range(1, 10)), "A13", "A14", "B1", "B2", "B12", "C1", "C2", "C3"}
ID = re.compile(r"\b[ABC]\d{1,2}\b")


def named(path: Path) -> set[str]:
    """The ids in a test file's docstrings and in its ``requirement`` marks."""
    ids: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            ids.update(ID.findall(ast.get_docstring(node) or ""))
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "requirement"
        ):
            ids.update(str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))
    return ids


def test_every_promised_requirement_is_named_by_a_test() -> None:
    proofs = {path: named(path) for path in TESTS.rglob("test_*.py") if path != Path(__file__)}
    missing = PROMISED - set().union(*proofs.values())
    assert sorted(missing) == []
