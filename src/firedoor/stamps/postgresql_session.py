"""Asking a PostgreSQL server over a connection that an application's driver has just opened: one round trip, no trace.

Each driver would begin a transaction, prepare the statement or learn types first, and each of these is a round trip or
something left in a session that a pooler lends to others. So each is asked in the way that does none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.stamps.postgresql_answer import WHOLE, Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.stamps.observation import Observation

    Ask = Callable[[Any, str], list[str]]


class Asker:
    """Asks the connections of one engine. From the second on, the question is whether anything has changed."""

    def __init__(self, driver: str, *, is_async: bool) -> None:
        self._ask = _DRIVERS.get((driver, is_async), _plainly)
        self._known: tuple[str, str, Observation] | None = None

    def __call__(self, connection: Any) -> Observation:
        """What the server says of itself. Raises whatever the driver raises, and ValueError."""
        known = self._known
        if known is not None and self._says(connection, known[0], known[1]):
            return known[2]
        (text,) = self._ask(connection, WHOLE)
        answer = Answer(text)
        observation = answer.observation()
        statement, expected = answer.again()
        self._known = (statement, expected, observation) if expected else None
        return observation

    def _says(self, connection: Any, statement: str, expected: str) -> bool:
        try:
            return self._ask(connection, statement) == [expected]
        except Exception:  # noqa: BLE001 - no such table any more, or no right to it: the whole is asked
            return False


def _psycopg(connection: Any, statement: str) -> list[str]:
    from psycopg.rows import tuple_row

    before = connection.autocommit
    connection.autocommit = True
    try:
        with connection.cursor(row_factory=tuple_row) as cursor:
            return [row[0] for row in cursor.execute(statement, prepare=False).fetchall()]
    finally:
        connection.autocommit = before


def _psycopg_async(connection: Any, statement: str) -> list[str]:
    async def ask(raw: Any) -> list[str]:
        from psycopg.rows import tuple_row

        before = raw.autocommit
        await raw.set_autocommit(True)
        try:
            async with raw.cursor(row_factory=tuple_row) as cursor:
                await cursor.execute(statement, prepare=False)
                return [row[0] for row in await cursor.fetchall()]
        finally:
            await raw.set_autocommit(before)

    answer: list[str] = connection.run_async(ask)
    return answer


def _psycopg2(connection: Any, statement: str) -> list[str]:
    from psycopg2.extensions import cursor as plain_cursor

    before = connection.autocommit
    connection.autocommit = True
    try:
        with connection.cursor(cursor_factory=plain_cursor) as cursor:
            cursor.execute(statement)
            return [row[0] for row in cursor.fetchall()]
    finally:
        connection.autocommit = before


def _asyncpg(connection: Any, statement: str) -> list[str]:
    """asyncpg prepares every query, which is a round trip of its own. COPY is the exception."""

    async def ask(raw: Any) -> list[str]:
        received = bytearray()

        async def take(data: bytes) -> None:
            received.extend(data)

        await raw.copy_from_query(statement, output=take)
        return received.decode("ascii").splitlines()

    answer: list[str] = connection.run_async(ask)
    return answer


def _plainly(connection: Any, statement: str) -> list[str]:
    """Any other driver, by what all of them have in common."""
    cursor = connection.cursor()
    try:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]
    finally:
        cursor.close()
        connection.rollback()


_DRIVERS: dict[tuple[str, bool], Ask] = {
    ("psycopg", False): _psycopg,
    ("psycopg", True): _psycopg_async,
    ("psycopg2", False): _psycopg2,
    ("asyncpg", True): _asyncpg,
}
