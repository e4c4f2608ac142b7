"""The words without which nothing destroys, and what only looks like one."""

from __future__ import annotations

import pytest

from firedoor.destruction import words


@pytest.mark.parametrize(
    "text",
    [
        *(
            "drop",
            "DROP TABLE a",
            "x;Drop/**/table a",
            "/*!50000DROP TABLE a*/",
            "(delete from a)",
            "1update a",
            "$1delete",
        ),
        *(
            "truncate a",
            "CREATE OR REPLACE TABLE",
            "execute immediate 'x'",
            "prepare s",
            "copy a to program 'x'",
        ),
        *(
            "select dblink_exec()",
            "select dblink()",
            "select query_to_xmlschema()",
            "updated update",
            "DELETE$",
        ),
    ],
)
def test_there(text: str) -> None:
    assert words.are_in(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "SELECT 1",
            "select updated_at",
            "select last_update from t",
            "dropped",
            "xdrop",
            "drop_",
            "drop1",
            "_drop",
        ),
        *("undelete", "éupdate", "deleteé", "programs", "my_dblink", "INSERT INTO a VALUES (1)", "replaced"),
    ],
)
def test_not_there(text: str) -> None:
    assert not words.are_in(text)


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgres", "INSERT INTO log VALUES ('drop table a', 'it''s an update')"),
        ("postgres", 'INSERT INTO "log" ("a") VALUES (\'{"delete": 1} -- $x$ /* # `\')'),
        ("mysql", "INSERT INTO `log` VALUES ('delete\\n', 'it\\'s an update\\\\')"),
        ("sqlite", "INSERT INTO log VALUES ('drop table a')"),
    ],
)
def test_only_in_literals(dialect: str, text: str) -> None:
    assert words.are_in(text)
    assert not words.may_stand_outside(text, dialect)


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgres", "INSERT INTO log VALUES ('x'); DROP TABLE a"),
        ("postgres", "INSERT INTO log VALUES ('it's); drop table a"),
        ("postgres", "INSERT INTO log VALUES (E'\\'); drop table a --')"),
        ("postgres", "INSERT INTO log VALUES ('\\n update')"),
        ("postgres", "SELECT 1 -- '\n; drop table a --'"),
        ("postgres", "SELECT $$'$$; drop table a; SELECT $$'$$"),
        ("postgres", "SELECT /* ' */ 1; drop table a /* ' */"),
        ("postgres", 'SELECT "\'"; drop table a; SELECT "\'"'),
        ("postgres", "DO LANGUAGE plpgsql 'BEGIN drop table a; END'"),
        ("postgres", "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'drop table a'"),
        ("postgres", "SELECT dblink_exec('c', 'drop table a')"),
        ("mysql", "PREPARE s FROM 'drop table a'"),
        ("mysql", "SELECT '\\\\'; drop table a; SELECT '\\\\'"),
        ("mysql", "SELECT 1 # '\n; drop table a # '"),
        ("mysql", "SELECT `'`; drop table a; SELECT `'`"),
        ("mysql", 'SELECT "a`", \'update\', `"`'),
        ("sqlite", "SELECT [']; drop table a; SELECT [']"),
        ("sqlite", "SELECT '\\'; drop table a; SELECT '\\'"),
    ],
)
def test_maybe_elsewhere(dialect: str, text: str) -> None:
    assert words.may_stand_outside(text, dialect)
