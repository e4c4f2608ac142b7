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
    """Ask before each connection is made, and of the server before its first command, for all who hold ``connect``."""
    patches = Patches()
    patches.wrap(module.Connection, "connect", lambda original: _connected(guard, original))
    patches.wrap(module.Connection, "select_db", lambda original: _selected(guard, original))
    return patches.undo


def _connected(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: Any, *rest: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        if guard.is_asleep():
            return original(self, *rest, **named)
        try:
            variable = guard.check_resource("database", _url(self, self.db))
        except GuardError:
            del self, rest, named  # a traceback that shows locals must not show these
            raise
        # what the driver says last of all is said when the server has answered
        first, mode = self.init_command, self.autocommit_mode
        self.init_command = self.autocommit_mode = None
        accepted = False
        try:
            _untranslated(original, self, *rest, **named)
            guard.observe(lambda: mysql_parts.observation(_plain(self)), variable=variable)
            accepted = True
        finally:
            self.init_command, self.autocommit_mode = first, mode
            if not accepted:
                self._force_close()
                del self, rest, named, first
        _begin(self)
        return None

    return connect


def _untranslated(connect: Callable[..., Any], *rest: Any, **named: Any) -> None:
    """PyMySQL makes another error of what a socket refuses, and writes the host into it."""
    __tracebackhide__ = True
    refusal = None
    try:
        connect(*rest, **named)
    except Exception as error:
        refusal = getattr(error, "original_exception", None)
        if not isinstance(refusal, GuardError):
            raise
        del rest, named
    if refusal is not None:
        raise refusal.with_traceback(None) from None


def _begin(connection: Any) -> None:
    """The end of PyMySQL's own ``connect``."""
    accepted = False
    try:
        if connection.init_command is not None:
            with connection.cursor() as cursor:
                cursor.execute(connection.init_command)
        if connection.autocommit_mode is not None:
            connection.autocommit(connection.autocommit_mode)
        accepted = True
    finally:
        if not accepted:
            connection._force_close()  # noqa: SLF001 - as the driver does it


def _selected(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def select_db(self: Any, db: Any) -> Any:
        __tracebackhide__ = True
        try:
            guard.check_resource("database", _url(self, db))
        except GuardError:
            del self, db
            raise
        return original(self, db)

    return select_db


def _url(connection: Any, schema: object) -> str:
    return mysql_parts.url(connection.host, connection.port, schema, unix_socket=connection.unix_socket)


def _plain(connection: Any) -> Any:
    """A cursor whose rows are tuples, whatever the application wants its own to be."""
    from pymysql.cursors import Cursor

    return connection.cursor(Cursor)
