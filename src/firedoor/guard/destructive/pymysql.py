"""PyMySQL: what a connection sends as a query; a cursor's text with placeholders is looked at before its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.guard.destructive import places, watch
from firedoor.guard.destructive.templates import Looked, values_are_plain
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "pymysql.connections"
_QUERY = 3  # COM_QUERY


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """The text that is sent differs with every value and would be read anew each time: so the cursor's is read."""
    from pymysql import cursors

    watching, patches = watch.of(guard), Patches()
    looked = Looked()

    def make_execute(original: Callable[..., Any]) -> Callable[..., Any]:
        def execute(cursor: Any, query: Any, args: Any = None) -> Any:
            __tracebackhide__ = True
            if not args or not values_are_plain(args):
                return original(cursor, query, args)
            watching.statement(query, "mysql", lambda name: _place(cursor.connection, name))
            with looked:
                return original(cursor, query, args)

        return execute

    def make_send(original: Callable[..., Any]) -> Callable[..., Any]:
        def send(connection: Any, command: int, sql: Any) -> Any:
            __tracebackhide__ = True
            if command == _QUERY and not looked.now:
                watching.statement(sql, "mysql", lambda name: _place(connection, name))
            return original(connection, command, sql)

        return send

    patches.wrap(cursors.Cursor, "execute", make_execute)
    patches.wrap(module.Connection, "_execute_command", make_send)
    return patches.undo


def _place(connection: Any, name: str) -> Iterable[Identity]:
    """A connection that was told to USE another database is asked where it is."""
    return places.mysql(
        connection.host or "",
        connection.port,
        connection.unix_socket or "",
        name or database_of(connection),
    )


def database_of(connection: Any) -> str:
    """The database that statements of a MySQL connection happen to now; empty for none."""
    cursor = connection.cursor()
    cursor.execute("SELECT DATABASE()")
    row = cursor.fetchone()
    (found,) = row.values() if isinstance(row, dict) else row
    return found or ""
