"""mysqlclient: every query of a connection, whichever cursor it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.guard.destructive import places, watch
from firedoor.guard.destructive.pymysql import database_of
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "MySQLdb.connections"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Where a connection went is noted when it is made: its class in C does not tell."""
    watching, patches = watch.of(guard), Patches()

    def make_init(original: Callable[..., Any]) -> Callable[..., Any]:
        def connect(connection: Any, /, *given: Any, **named: Any) -> Any:
            original(connection, *given, **named)
            told = {**dict(zip(_POSITIONS, given, strict=False)), **named}
            connection._firedoor_told = told  # noqa: SLF001 - our own note

        return connect

    def make_query(original: Callable[..., Any]) -> Callable[..., Any]:
        def query(connection: Any, text: Any) -> Any:
            __tracebackhide__ = True
            watching.statement(text, "mysql", lambda name: _place(connection, name))
            return original(connection, text)

        return query

    patches.wrap(module.Connection, "__init__", make_init)
    patches.wrap(module.Connection, "query", make_query)
    return patches.undo


_POSITIONS = ("host", "user", "password", "database", "port", "unix_socket")


def _place(connection: Any, name: str) -> Iterable[Identity]:
    told = getattr(connection, "_firedoor_told", None)
    if told is None or told.get("read_default_file") or told.get("read_default_group"):
        return ()  # made before the guard, or by a file: nobody knows where it went
    database = name or database_of(connection)
    return places.mysql(told.get("host") or "", told.get("port"), told.get("unix_socket") or "", database)
