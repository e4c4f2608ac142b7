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
