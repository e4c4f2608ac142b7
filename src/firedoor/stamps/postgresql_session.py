"""Asking a PostgreSQL server over a connection that an application's driver has just opened: one round trip, no trace.

Each driver would begin a transaction, prepare the statement or learn types first, and each of these is a round trip or
something left in a session that a pooler lends to others. So each is asked in the way that does none of it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from firedoor.stamps.postgresql_answer import WHOLE, Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from firedoor.stamps.observation import Observation
    from firedoor.stamps.postgresql_answer import Row

    Ask = Callable[[Any, str], list[Row]]


class Talk:
    """What the connections of one login to one database are asked: from the second on, whether anything has changed."""

    def __init__(self) -> None:
        self._known: tuple[str, Row, Observation] | None = None

    def begin(self) -> Generator[str, list[Row], Observation]:
        """Gives statements, takes their rows, or what was raised instead; returns what the server says of itself.

        Raises what was thrown into it at the end, and ValueError when the rows are no answer.
        """
        known = self._known
        if known is not None:
            try:
                rows = yield known[0]
            except Exception:  # noqa: BLE001 - no such table any more, or no right to it: the whole is asked
                rows = []
            if rows == [known[1]]:
                return known[2]
        ((text,),) = yield WHOLE
        answer = Answer(text)
        observation = answer.observation()
        again = answer.again()
        self._known = None if again is None else (*again, observation)
        return observation


class Asker:
    """Asks the connections of one engine."""

    def __init__(self, driver: str, *, is_async: bool) -> None:
        self._ask = _DRIVERS.get((driver, is_async), _plainly)
        self._talk = Talk()

    def __call__(self, connection: Any) -> Observation:
        """What the server says of itself. Raises whatever the driver raises, and ValueError."""
        talk = self._talk.begin()
        step: Callable[[], str] = partial(next, talk)
        while True:
            try:
                statement = step()
            except StopIteration as done:
                observation: Observation = done.value
                return observation
            try:
                step = partial(talk.send, self._ask(connection, statement))
            except Exception as error:  # noqa: BLE001 - it is raised again where it matters
                step = partial(talk.throw, error)


def _texts(rows: Iterable[Sequence[object]]) -> list[Row]:
    """The rows as texts, whatever types the driver makes of them; nothing is an empty text."""
    return [tuple("" if cell is None else str(cell) for cell in row) for row in rows]


def _psycopg(connection: Any, statement: str) -> list[Row]:
    from psycopg.rows import tuple_row

    before = connection.autocommit
    connection.autocommit = True
    try:
        with connection.cursor(row_factory=tuple_row) as cursor:
            return _texts(cursor.execute(statement, prepare=False))
    finally:
        connection.autocommit = before


def _psycopg_async(connection: Any, statement: str) -> list[Row]:
    async def ask(raw: Any) -> list[Row]:
        from psycopg.rows import tuple_row

        before = raw.autocommit
        await raw.set_autocommit(True)
        try:
            async with raw.cursor(row_factory=tuple_row) as cursor:
                await cursor.execute(statement, prepare=False)
                return _texts(await cursor.fetchall())
        finally:
            await raw.set_autocommit(before)

    answer: list[Row] = connection.run_async(ask)
    return answer


def _psycopg2(connection: Any, statement: str) -> list[Row]:
    from psycopg2 import extensions

    before = connection.autocommit
    connection.autocommit = True
    try:
        # other classes of connections make cursors of their own
        with extensions.connection.cursor(connection, cursor_factory=extensions.cursor) as cursor:
            cursor.execute(statement)
            return _texts(cursor.fetchall())
    finally:
        connection.autocommit = before


def _asyncpg(connection: Any, statement: str) -> list[Row]:
    async def ask(raw: Any) -> list[Row]:
        return await copied(raw, statement)

    answer: list[Row] = connection.run_async(ask)
    return answer


async def copied(connection: Any, statement: str) -> list[Row]:
    """The rows of a statement over asyncpg's own connection, which prepares every query but COPY, in a round trip."""
    received = bytearray()

    async def take(data: bytes) -> None:
        received.extend(data)

    await connection.copy_from_query(statement, output=take)
    return [
        tuple(_unescaped(cell) for cell in line.split("\t")) for line in received.decode().split("\n")[:-1]
    ]


def _unescaped(cell: str) -> str:
    """A cell of COPY's text format. A stamp is printable, so a backslash is all that can be escaped in it."""
    return "" if cell == "\\N" else cell.replace("\\\\", "\\")


def _plainly(connection: Any, statement: str) -> list[Row]:
    """Any other driver, by what all of them have in common."""
    cursor = connection.cursor()
    try:
        cursor.execute(statement)
        return _texts(cursor.fetchall())
    finally:
        cursor.close()
        connection.rollback()


_DRIVERS: dict[tuple[str, bool], Ask] = {
    ("psycopg", False): _psycopg,
    ("psycopg", True): _psycopg_async,
    ("psycopg2", False): _psycopg2,
    ("asyncpg", True): _asyncpg,
}
