"""Files of SQLite for workers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from firedoor.testing.databases import database, sqlite
from firedoor.testing.databases.place import Place
from firedoor.worker_names import Names

if TYPE_CHECKING:
    from pathlib import Path

    from firedoor.testing.databases.database import Database

NAMES = Names("/home/shop", "run", "gw0")


def place(folder: Path, text: str, *, variable: str = "DATABASE_URL") -> Place:
    return Place("shop", "testing", variable, "database", text, str(folder), str(folder))


def migrate(into: Database) -> None:
    with closing(sqlite3.connect(into.url.partition(":///")[2])) as connection:
        connection.execute("CREATE TABLE people (name)")


def test_a_worker_s_file_is_stamped_migrated_and_gone_afterwards(tmp_path: Path) -> None:
    made = place(tmp_path, "sqlite+aiosqlite:///shop.db")
    keeper = database.keeper(made, NAMES)
    assert isinstance(keeper, sqlite.Keeper)
    found = keeper.create(migrate)
    path = tmp_path / "DATABASE_URL" / NAMES.file()
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


@pytest.mark.parametrize(
    "text",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true", "sqlite:///?timeout=9"],
)
def test_a_database_in_memory_is_a_file_that_every_connection_sees(tmp_path: Path, text: str) -> None:
    keeper = sqlite.open_at(place(tmp_path, text), NAMES)
    found = keeper.create(migrate)
    assert found.url == f"sqlite:///{tmp_path}/DATABASE_URL/{NAMES.file()}"
    with closing(sqlite3.connect(found.url.partition(":///")[2])) as connection:
        assert connection.execute("SELECT * FROM people").fetchall() == []
    keeper.close()
    assert list(tmp_path.iterdir()) == []


def test_two_variables_have_two_files_with_their_own_options(tmp_path: Path) -> None:
    made = (
        place(tmp_path, "sqlite:///a.db?timeout=9"),
        place(tmp_path, "sqlite:///b.db", variable="OTHER_URL"),
    )
    keepers = [sqlite.open_at(one, NAMES) for one in made]
    first, second = (keeper.create(lambda _: None) for keeper in keepers)
    assert first.url == f"sqlite:///{tmp_path}/DATABASE_URL/{NAMES.file()}?timeout=9"
    assert second.url == f"sqlite:///{tmp_path}/OTHER_URL/{NAMES.file()}"
    for keeper in keepers:
        keeper.close()


def test_a_file_of_somebody_else_is_neither_used_nor_removed(tmp_path: Path) -> None:
    path = tmp_path / "DATABASE_URL" / NAMES.file()
    path.parent.mkdir()
    path.write_text("theirs")
    keeper = sqlite.open_at(place(tmp_path, "sqlite:///a.db"), NAMES)
    with pytest.raises(database.Refused, match="not ours has the name already"):
        keeper.create(migrate)
    keeper.close()
    assert path.read_text() == "theirs"


def test_one_database_is_spelled_as_each_of_its_variables_spells_it(tmp_path: Path) -> None:
    made = place(tmp_path, "sqlite:///a.db?timeout=9")
    first = sqlite.open_at(made, NAMES).create(lambda _: None)
    beside = place(tmp_path, "sqlite+aiosqlite:///a.db", variable="OTHER_URL").beside(first)
    assert (beside.variable, beside.name) == ("OTHER_URL", first.name)
    assert beside.url == f"sqlite+aiosqlite:///{tmp_path}/DATABASE_URL/{NAMES.file()}"
    served = database.Database("DATABASE_URL", "x_fd", "postgresql://u:p@h/x_fd")
    assert (
        place(tmp_path, "postgresql+asyncpg://u:p@h/x").beside(served).url
        == "postgresql+asyncpg://u:p@h/x_fd"
    )


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
    assert "u:p" not in repr(made)
