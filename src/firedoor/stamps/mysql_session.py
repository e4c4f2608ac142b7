"""Asking a MySQL or MariaDB server over a connection that an application's driver has just opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.stamps.mysql_answer import WHOLE, Answer

if TYPE_CHECKING:
    from firedoor.stamps.observation import Observation


class Asker:
    """Asks the connections of one engine. The statement reads nothing that would begin a transaction."""

    def __init__(self, driver: str, *, is_async: bool) -> None:
        """Every driver of MySQL is asked in the same way."""

    def __call__(self, connection: Any) -> Observation:
        """What the server says of itself. Raises whatever the driver raises, and ValueError."""
        cursor = connection.cursor()
        try:
            cursor.execute(WHOLE)
            ((text,),) = cursor.fetchall()
        finally:
            cursor.close()
        return Answer(text if isinstance(text, str) else text.decode("ascii")).observation()
