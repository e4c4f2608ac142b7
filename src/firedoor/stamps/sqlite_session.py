"""Asking SQLite over a connection that an application has just opened: which file it opened, and for its stamp."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from firedoor.stamps.sqlite import observation, stored_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.stamps.observation import Observation

_FILE = "SELECT file FROM pragma_database_list WHERE name = 'main'"


class Asker:
    """Asks the connections of one engine. A file is asked anew each time: that costs no round trip."""

    def __init__(self, driver: str, *, is_async: bool) -> None:
        """Every driver of SQLite is asked in the same way."""

    def __call__(self, connection: Any) -> Observation | None:
        """What the file is; None for a database in memory. Raises whatever the driver raises, and OSError."""

        def rows(statement: str) -> Sequence[Sequence[Any]]:
            cursor = connection.cursor()
            try:
                cursor.execute(statement)
                found: Sequence[Sequence[Any]] = cursor.fetchall()
            finally:
                cursor.close()
            return found

        ((path,),) = rows(_FILE)
        if not path:
            return None
        stored = stored_rows(rows)
        connection.rollback()
        return observation(os.stat(path), stored, writable=os.access(path, os.W_OK))
