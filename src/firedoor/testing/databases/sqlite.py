"""SQLite: a file for each worker in the session's own folder, which pytest tidies up.

Also where the environment says ``:memory:``: there each connection has a database of its own, and what the migrations
put into theirs is gone with them before the first test.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING

from firedoor.testing.databases.database import Database, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.testing.databases.place import Place
    from firedoor.worker_names import Names


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
        """A file of the worker's own. Raises Refused."""
        name = self._names.file()
        target = os.path.join(self._place.folder, self._place.variable, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.lexists(target):
            raise Refused("a file that is not ours has the name already", f"rm {name}")
        with contextlib.closing(sqlite3.connect(target)):
            self._created.append(target)
        database = Database(self._place.variable, name, self._place.url(target))
        self._place.stamp(f"{self._place.text.partition(':')[0]}:///{target}")
        migrate(database)
        return database

    def close(self) -> None:
        """Remove the file and what SQLite keeps beside it."""
        for path in self._created:
            for ending in ("", "-wal", "-shm", "-journal"):
                with contextlib.suppress(FileNotFoundError):
                    os.remove(path + ending)
            with contextlib.suppress(OSError):
                os.rmdir(os.path.dirname(path))
