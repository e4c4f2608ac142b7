"""psycopg 3, synchronous and asynchronous: its C library connects by itself, so it is asked what it was told.

Every connection, a pool's too, is made by one generator of the class, whoever holds ``connect``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.adaptors import postgresql_sessions
from firedoor.guard.patching import Patches
from firedoor.stamps.postgresql_session import Talk

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.stamps.observation import Observation
    from firedoor.stamps.postgresql_answer import Row

LIBRARY = "psycopg"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Ask before each connection is made, and of the server before anybody gets it."""
    patches = Patches()
    base = next(one for one in module.Connection.__mro__ if "_connect_gen" in vars(one))
    patches.wrap(base, "_connect_gen", lambda original: _made(guard, original))
    return patches.undo


def _made(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    known = postgresql_sessions.Known(Talk)

    def _connect_gen(cls: Any, conninfo: str = "", *rest: Any, **named: Any) -> Generator[Any, Any, Any]:
        __tracebackhide__ = True
        try:
            variable = guard.check_resource("database", conninfo)
        except GuardError:
            del conninfo, rest, named  # a traceback that shows locals must not show these
            raise
        connection = yield from original(cls, conninfo, *rest, **named)
        if not guard.is_asleep():
            reached = connection.pgconn
            place = (reached.host, reached.hostaddr, reached.port, reached.db, reached.user)
            answer = yield from _asked(reached, known.of(place).begin())
            accepted = False
            try:
                guard.observe(lambda: answer, variable=variable)
                accepted = True
            finally:
                if not accepted:
                    reached.finish()
                    del conninfo, rest, named, place
        return connection

    return _connect_gen


def _asked(session: Any, talk: Generator[str, list[Row], Observation]) -> Generator[Any, Any, Observation]:
    """What the server says of itself, by the simple protocol: no transaction, nothing prepared."""
    try:
        statement = next(talk)
        while True:
            rows = yield from _rows(session, statement)
            try:
                statement = talk.send(rows)
            except StopIteration as done:
                observation: Observation = done.value
                return observation
    except Exception:  # noqa: BLE001 - its words may hold the address
        return postgresql_sessions.unreadable()


def _rows(session: Any, statement: str) -> Generator[Any, Any, list[Row]]:
    """The rows as texts; none where the server answered with an error."""
    from psycopg import generators

    session.send_query(statement.encode())
    (result,) = yield from _waiting(session, generators.execute(session))
    cells = range(result.nfields)
    return [
        tuple(bytes(result.get_value(row, cell) or b"").decode() for cell in cells)
        for row in range(result.ntuples)
    ]


def _waiting(session: Any, running: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """Who waits for a connection is told at which socket; who waits for an answer knows it."""
    ready = None
    while True:
        try:
            wanted = running.send(ready)
        except StopIteration as done:
            return done.value
        ready = yield session.socket, wanted
