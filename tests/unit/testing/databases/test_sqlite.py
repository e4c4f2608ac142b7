"""Files of SQLite for workers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from firedoor.testing.databases import database, sqlite
from firedoor.testing.databases.names import Names
from firedoor.testing.databases.place import Place

if TYPE_CHECKING:
    from pathlib import Path

    from firedoor.testing.databases.database import Database

NAMES = Names("/home/shop", "run", "gw0")


def place(folder: Path, text: str, kind: str = "database") -> Place:
    return Place("shop", "testing", "DATABASE_URL", kind, text, str(folder), str(folder))


def migrate(into: Database) -> None:
    with closing(sqlite3.connect(into.url.partition(":///")[2])) as connection:
        connection.execute("CREATE TABLE people (name)")


def test_a_worker_s_file_is_stamped_migrated_and_gone_afterwards(tmp_path: Path) -> None:
    made = place(tmp_path, "sqlite+aiosqlite:///shop.db")
    keeper = database.keeper(made, NAMES)
    assert isinstance(keeper, sqlite.Keeper)
    found = keeper.create(migrate)
    path = tmp_path / f"{NAMES.own('sqlite')}.db"
    assert (found.variable, found.name, found.url) == (
        "DATABASE_URL",
        path.name,
        f"sqlite+aiosqlite:///{path}",
    )
    assert made.is_ours(found.url)
    assert not made.is_ours(f"sqlite:///{tmp_path}/other.db")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM people").fetchall() == []
    keeper.close()
    keeper.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_a_database_in_memory_is_everybody_s_own_already(tmp_path: Path, text: str) -> None:
    seen: list[Database] = []
    keeper = sqlite.open_at(place(tmp_path, text), NAMES)
    found = keeper.create(seen.append)
    assert (found.name, found.url) == (":memory:", text)
    assert seen == [found]
    keeper.close()
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_stamped_is_refused(tmp_path: Path) -> None:
    with pytest.raises(database.Refused) as refused:
        place(tmp_path, "sqlite:///x.db").stamp(f"sqlite:///{tmp_path}/missing/x.db")
    assert refused.value.reason == "the new database could not be stamped"
    place(tmp_path, "mongodb://h/x").stamp("mongodb://h/x")  # there are no stamps in it
    assert not place(tmp_path, "mongodb://h/x").is_ours("mongodb://h/x")


def test_what_nobody_can_create_has_no_keeper(tmp_path: Path) -> None:
    assert database.keeper(place(tmp_path, "mongodb://localhost/x"), NAMES) is None


def test_an_address_is_spelled_with_another_database(tmp_path: Path) -> None:
    made = place(tmp_path, "postgresql+asyncpg://u:p@h:1/shop_test?sslmode=require")
    assert made.database == "shop_test"
    assert made.url("x") == "postgresql+asyncpg://u:p@h:1/x?sslmode=require"
    assert made.plain("postgresql") == "postgresql://u:p@h:1/shop_test?sslmode=require"
    assert "u:p" not in repr(made)
