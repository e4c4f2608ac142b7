"""Which conditions hold rows back, as far as their text says."""

from __future__ import annotations

import pytest
import sqlglot

from firedoor.destruction.conditions import binds

BINDING = [
    *(
        "id = 1",
        "(id = 1)",
        "id = %s",
        "id > 0",
        "id IS NULL",
        "NOT id = 1",
        "NOT (id = 1 AND true)",
        "active",
        "NOT active",
    ),
    *(
        "id = 1 AND true",
        "1 = 1 AND id = 1",
        "id = 1 OR id = 2",
        "id = 1 OR false",
        "id <> id",
        "NOT (id = id)",
    ),
    *(
        "false",
        "0 = 1",
        "NOT true",
        "NULL",
        "0",
        "1 = 1 AND false",
        "id IN (1, 2)",
        "id LIKE '%'",
        "a.id = b.id",
    ),
    *(
        "NOT (true OR id = 1)",
        "NOT (1 = 1 AND id = id)",
        "NOT NOT id = 1",
        "lower(id) = id",
        "id < id",
        "id IS NOT NULL",
    ),
]
FREE = [
    *(
        "true",
        "1",
        "1 = 1",
        "'a' = 'a'",
        "NOT false",
        "NOT 0",
        "%s",
        "now() > '2026-01-01'",
        "EXISTS (SELECT 1)",
        "2 > 1",
    ),
    *(
        "id = id",
        "id >= id",
        "id <= id",
        "id IS NOT DISTINCT FROM id",
        "id LIKE id",
        "NOT (id <> id)",
        "NOT (id < id)",
    ),
    *(
        "true OR id = 1",
        "id = 1 OR 1 = 1",
        "id = id AND true",
        "(true)",
        "NOT NOT true",
        "NOT (false AND id = 1)",
    ),
    *(
        "NOT (id <> id AND id = 1)",
        "NOT (id <> id OR false)",
        "lower(id) = lower(id)",
        '"1"',
        "'x'",
        "1 IN (1)",
        "NOT (id > id)",
    ),
]


@pytest.mark.parametrize("text", BINDING)
def test_it_binds(text: str) -> None:
    assert binds(sqlglot.parse_one(text, read="postgres"))


@pytest.mark.parametrize("text", FREE)
def test_it_lets_everything_through(text: str) -> None:
    assert not binds(sqlglot.parse_one(text, read="postgres"))


def test_none_lets_everything_through() -> None:
    assert not binds(None)
