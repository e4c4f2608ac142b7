"""SQLite: a file for each worker in the session's own folder, which pytest tidies up; one in memory stays there."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING

from firedoor.testing.databases.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.testing.databases.names import Names
    from firedoor.testing.databases.place import Place


def open_at(place: Place, names: Names) -> Keeper:
    """Nothing is opened yet."""
    return Keeper(place, names)


class Keeper:
    """The file of one worker."""

    def __init__(self, place: Place, names: Names) -> None:
        self._place = place
        self._names = names
        self._created: list[str] = []

    def create(self, migrate: Callable[[Database], None]) -> Database:
        """A file of the worker's own; each process has a database in memory for itself already."""
        scheme, _, path = self._place.text.partition("://")
        if ":memory:" in path or "mode=memory" in path or not path.strip("/"):
            database = Database(self._place.variable, ":memory:", self._place.text)
            migrate(database)
            return database
        name = f"{self._names.own('sqlite')}.db"
        target = os.path.join(self._place.folder, name)
        with contextlib.closing(sqlite3.connect(target)):
            self._created.append(target)
        database = Database(self._place.variable, name, f"{scheme}:///{target}")
        self._place.stamp(database.url)
        migrate(database)
        return database

    def close(self) -> None:
        """Remove the file and what SQLite keeps beside it."""
        for path in self._created:
            for ending in ("", "-wal", "-shm", "-journal"):
                with contextlib.suppress(FileNotFoundError):
                    os.remove(path + ending)
