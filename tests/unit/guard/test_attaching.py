"""The files that a statement of SQLite attaches, and those that it does not name."""

from __future__ import annotations

import pytest

from firedoor.guard import attaching


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("SELECT 1", []),
        ("ATTACH 'a.db' AS x", ["a.db"]),
        ("attach database 'a.db' as x", ["a.db"]),
        ('ATTACH "a.db" AS x', ["a.db"]),
        ("ATTACH `a.db` AS x", ["a.db"]),
        ("ATTACH [a.db] AS x", ["a.db"]),
        ("ATTACH 'it''s.db' AS x", ["it's.db"]),
        ("ATTACH 'it''s''.db' AS x", ["it's'.db"]),
        ("  /* first */ ATTACH -- then\n 'a.db' /* and */ AS x;", ["a.db"]),
        ("SELECT 1; ATTACH 'a.db' AS x; ATTACH 'b.db' AS y", ["a.db", "b.db"]),
        ("ATTACH ? AS x", [None]),
        ("ATTACH :name AS x", [None]),
        ("ATTACH 'a' || '.db' AS x", [None]),
        ("ATTACH ('a.db') AS x", [None]),
        ("ATTACH DATABASE x'612e6462' AS y", [None]),
        ("ATTACH a_file AS x", [None]),
        ("ATTACH", [None]),
        ("ATTACH 'a.db", [None]),
        ("ATTACH 'a.db'", [None]),
        ("SELECT 'attach'", []),
        ("SELECT attach FROM t", []),
        ("INSERT INTO attached VALUES ('ATTACH ''a.db'' AS x')", []),
        ("-- ATTACH 'a.db' AS x", []),
        ("/* ATTACH 'a.db' AS x", []),
        ("SELECT 1 -- ; ATTACH 'a.db' AS x\n", []),
        ("EXPLAIN ATTACH 'a.db' AS x", []),
        ("ATTACH$ 'a.db' AS x", []),
    ],
)
def test_what_is_attached(statement: str, names: list[str | None]) -> None:
    assert list(attaching.names(statement)) == names
