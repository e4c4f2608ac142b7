"""Every requirement that this release promises is named by a test that proves it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

# The ids of the mission's facts: A is the FastAPI backend's guide, B the one variable, C the general practice.
PROMISED = {
    *(f"A{number}" for number in (*range(1, 11), 13, 14)),
    *(f"B{number}" for number in range(1, 13)),
    *(f"C{number}" for number in range(1, 7)),
}
ID = re.compile(r"\b[ABC]\d{1,2}\b")


def named(source: str) -> set[str]:
    """The ids in a test file's docstrings, in its ``requirement`` marks, and in the ``requirement`` of its scenarios."""
    ids: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            ids.update(ID.findall(ast.get_docstring(node) or ""))
        elif isinstance(node, ast.Call):
            ids.update(id_ for text in _texts(node) for id_ in ID.findall(text))
    return ids


def _texts(call: ast.Call) -> list[str]:
    marks = call.args if isinstance(call.func, ast.Attribute) and call.func.attr == "requirement" else []
    fields = [keyword.value for keyword in call.keywords if keyword.arg == "requirement"]
    return [
        node.value
        for node in (*marks, *fields)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_every_promised_requirement_is_named_by_a_test() -> None:
    files = [*TESTS.rglob("test_*.py"), TESTS / "scenarios" / "table.py"]
    proofs = {path: named(path.read_text(encoding="utf-8")) for path in files if path != Path(__file__)}
    missing = PROMISED - set().union(*proofs.values())
    assert sorted(missing) == []


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        ('"""A1 and A13."""', {"A1", "A13"}),
        ('def test():\n    """Proves B2: always."""', {"B2"}),
        ('async def test():\n    """C3."""', {"C3"}),
        ('class TestIt:\n    """A4"""', {"A4"}),
        ('@pytest.mark.requirement("A8", "C1")\ndef test(): ...', {"A8", "C1"}),
        ('ALL = [Scenario("x", {}, requirement="A8 C4")]', {"A8", "C4"}),
        ('# A1 in a comment\nx = "A2"\nfind("A3", requirement=id)', set()),
        ('def test():\n    """FD201, BA1, A1x, utf8."""', set()),
    ],
)
def test_where_an_id_counts(source: str, ids: set[str]) -> None:
    assert named(source) == ids
