"""psycopg2: its C library connects by itself, so it is asked what it was told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.adaptors import postgresql_sessions
from firedoor.guard.patching import Patches
from firedoor.stamps.postgresql_session import Asker

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "psycopg2"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Stand before the one function of C code that connects: ``psycopg2.connect`` looks it up each time."""
    patches = Patches()
    patches.everywhere(module._psycopg, {"_connect": lambda original: _connected(guard, original)})  # noqa: SLF001 - its C module has no other name
    return patches.undo


def _connected(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    known = postgresql_sessions.Known(partial(Asker, "psycopg2", is_async=False))

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
            told = connection.info
            ask = known.of((told.host, told.port, told.dbname, told.user))
            guard.observe(lambda: ask(connection), variable=variable)
            accepted = True
        finally:
            if not accepted:
                connection.close()
                del dsn, rest, named, told
        return connection

    return _connect
