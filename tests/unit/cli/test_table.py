"""Columns as wide as what is in them, and nothing in them that drives a terminal."""

from __future__ import annotations

from firedoor.cli import table


def test_columns() -> None:
    assert table.render(("A", "BB", "C"), [("1", "2", "3"), ("four", "", "5"), ("", "", "")]) == (
        "A     BB  C\n1     2   3\nfour      5\n"
    )
    assert table.render(("A", "B"), []) == "A  B"


def test_control_characters_are_spelled_out() -> None:
    assert table.render(("A",), [("\x1b[2J",), ("a\nb",), ("\u202e",)]) == "A\n\\x1b[2J\na\\nb\n\\u202e"
