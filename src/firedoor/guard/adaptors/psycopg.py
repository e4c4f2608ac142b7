"""psycopg 3, synchronous and asynchronous: its C library connects by itself, so it is asked what it was told.

Every connection, a pool's too, is made by one generator of the class, whoever holds ``connect``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.adaptors import postgresql_sessions
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.stamps.observation import Observation

LIBRARY = "psycopg"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Ask before each connection is made, and of the server before anybody gets it."""
    patches = Patches()
    base = next(one for one in module.Connection.__mro__ if "_connect_gen" in vars(one))
    patches.wrap(base, "_connect_gen", lambda original: _made(guard, original))
    return patches.undo


def _made(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def _connect_gen(cls: Any, conninfo: str = "", *rest: Any, **named: Any) -> Generator[Any, Any, Any]:
        __tracebackhide__ = True
        try:
            variable = guard.check_resource("database", conninfo)
        except GuardError:
            del conninfo, rest, named  # a traceback that shows locals must not show these
            raise
        connection = yield from original(cls, conninfo, *rest, **named)
        if not guard.is_asleep():
            answer = yield from _asked(connection.pgconn)
            accepted = False
            try:
                guard.observe(lambda: answer, variable=variable)
                accepted = True
            finally:
                if not accepted:
                    connection.pgconn.finish()
        return connection

    return _connect_gen


def _asked(session: Any) -> Generator[Any, Any, Observation]:
    """What the server says of itself, by the simple protocol: no transaction, nothing prepared."""
    from psycopg import generators

    try:
        session.send_query(postgresql_sessions.QUESTION)
        results = yield from _waiting(session, generators.execute(session))
        return postgresql_sessions.observation(results[-1].get_value(0, 0))
    except Exception:  # noqa: BLE001 - its words may hold the address
        return postgresql_sessions.unreadable()


def _waiting(session: Any, running: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """Who waits for a connection is told at which socket; who waits for an answer knows it."""
    ready = None
    while True:
        try:
            wanted = running.send(ready)
        except StopIteration as done:
            return done.value
        ready = yield session.socket, wanted
