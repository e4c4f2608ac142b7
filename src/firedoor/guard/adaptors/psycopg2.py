"""psycopg2: its C library connects by itself, so it is asked what it was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.adaptors import postgresql_sessions
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.stamps.observation import Observation

LIBRARY = "psycopg2"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Stand before the one function of C code that connects: ``psycopg2.connect`` looks it up each time."""
    patches = Patches()
    patches.everywhere(module._psycopg, {"_connect": lambda original: _connected(guard, original)})  # noqa: SLF001
    return patches.undo


def _connected(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def _connect(dsn: Any, *rest: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            variable = guard.check_resource("database", dsn.decode() if isinstance(dsn, bytes) else dsn)
        except GuardError:
            del dsn, rest, named  # a traceback that shows locals must not show these
            raise
        connection = original(dsn, *rest, **named)
        if guard.is_asleep() or getattr(connection, "async_", False):
            return connection  # what is asynchronous has reached nothing yet
        accepted = False
        try:
            guard.observe(lambda: _asked(connection), variable=variable)
            accepted = True
        finally:
            if not accepted:
                connection.close()
                del dsn, rest, named
        return connection

    return _connect


def _asked(connection: Any) -> Observation:
    """What the server says of itself, in no transaction. Other classes of connections make cursors of their own."""
    from psycopg2 import extensions

    before = connection.autocommit
    connection.autocommit = True
    try:
        with extensions.connection.cursor(connection, cursor_factory=extensions.cursor) as cursor:
            cursor.execute(postgresql_sessions.QUESTION)
            ((text,),) = cursor.fetchall()
            return postgresql_sessions.observation(text)
    finally:
        connection.autocommit = before
