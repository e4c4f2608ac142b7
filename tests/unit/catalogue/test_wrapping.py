"""Lines: no word is lost, and what is to be copied stays whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor.catalogue.wrapping import wrap


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one", 10, ["one"]),
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 8, ["one two", "three"]),
        ("unbreakable", 4, ["unbreakable"]),
        ("a unbreakable b", 4, ["a", "unbreakable", "b"]),
        ("run `git rm --cached X` now", 10, ["run", "`git rm --cached X`", "now"]),
        ("`a b`, (`c d`) e", 6, ["`a b`,", "(`c d`)", "e"]),
        ("an open ` quote", 8, ["an open", "` quote"]),
    ],
)
def test_wrap(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@given(st.text("ab` "), st.integers(1, 30))
def test_wrapping_keeps_every_character_but_blanks_at_line_ends(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    if "`" not in text:
        assert all(len(line) <= width or " " not in line for line in lines)
