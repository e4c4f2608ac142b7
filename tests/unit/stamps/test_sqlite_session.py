"""A connection that an application has opened is asked, and left as it was."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.stamps import sqlite as marker
from firedoor.stamps.sqlite_session import Asker
from support.stamping import address, stamp

if TYPE_CHECKING:
    from pathlib import Path


class Connection:
    """A connection of any driver; notes what becomes of it."""

    def __init__(self, path: Path | str) -> None:
        self.inner = sqlite3.connect(path)
        self.open = 0
        self.left = False

    def cursor(self) -> Cursor:
        self.open += 1
        return Cursor(self)

    def rollback(self) -> None:
        assert self.open == 0
        self.left = True


class Cursor:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.inner = connection.inner.cursor()

    def execute(self, statement: str) -> None:
        self.inner.execute(statement)

    def fetchall(self) -> Any:
        return self.inner.fetchall()

    def close(self) -> None:
        self.connection.open -= 1
        self.inner.close()


@pytest.mark.parametrize("is_stamped", [True, False])
@pytest.mark.parametrize("factory", [str, bytes])
def test_the_file_is_asked_and_nothing_is_left_open(
    tmp_path: Path, is_stamped: bool, factory: type[str | bytes]
) -> None:
    place = address("database", f"sqlite:///{tmp_path}/shop.db")
    sqlite3.connect(tmp_path / "shop.db").execute("CREATE TABLE t (a)").connection.close()
    if is_stamped:
        marker.write(place, stamp(), replacing=None)
    connection = Connection(tmp_path / "shop.db")
    if not is_stamped:  # a stamp in bytes is none that we wrote
        connection.inner.text_factory = factory
    assert Asker("any", is_async=False)(connection) == marker.observe(place)
    assert (connection.open, connection.left) == (0, True)


def test_a_database_in_memory_is_nobodys() -> None:
    connection = Connection(":memory:")
    assert Asker("any", is_async=True)(connection) is None
    assert connection.open == 0


def test_a_cursor_that_fails_is_closed(tmp_path: Path) -> None:
    connection = Connection(tmp_path / "shop.db")
    connection.inner.close()
    broken = sqlite3.connect(tmp_path / "shop.db")
    broken.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
    connection.inner = broken
    with pytest.raises(sqlite3.DatabaseError):
        Asker("any", is_async=False)(connection)
    assert connection.open == 0
