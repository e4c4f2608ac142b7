"""PyMySQL: the schema that it is told, which no socket sees, and the server's own word before the first statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.adaptors import mysql_parts
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "pymysql.connections"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Ask before each connection is made, and of the server before ``init_command``."""
    patches = Patches()
    patches.wrap(module.Connection, "connect", lambda original: _connected(guard, original))
    return patches.undo


def _connected(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: Any, *rest: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        told = mysql_parts.identity(self.host, self.port, self.db, self.unix_socket)
        try:
            variable = guard.check_resource("database", [told])
        except GuardError:
            del self, rest, named, told  # a traceback that shows locals must not show these
            raise
        first, self.init_command = self.init_command, None
        accepted = False
        try:
            original(self, *rest, **named)
            guard.observe(lambda: mysql_parts.observation(_plain(self)), variable=variable)
            accepted = True
        finally:
            self.init_command = first
            if not accepted:
                self._force_close()
                del told
        if first is not None:
            with self.cursor() as cursor:
                cursor.execute(first)

    return connect


def _plain(connection: Any) -> Any:
    """A cursor whose rows are tuples, whatever the application wants its own to be."""
    from pymysql.cursors import Cursor

    return connection.cursor(Cursor)
