"""mysqlclient (MySQLdb): its C library connects by itself, so it is asked what it was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.adaptors import mysql_parts
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "MySQLdb.connections"
_PLACES = ("host", "user", "password", "database", "port", "unix_socket")


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Ask before each connection is made, and of the server before anybody gets it."""
    patches = Patches()
    patches.wrap(module.Connection, "__init__", lambda original: _connected(guard, original))
    return patches.undo


def _connected(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def __init__(self: Any, *given: Any, **named: Any) -> None:  # noqa: N807 - it connects
        __tracebackhide__ = True
        try:
            variable = guard.check_resource("database", [_identity(given, named)])
        except GuardError:
            del self, given, named  # a traceback that shows locals must not show these
            raise
        original(self, *given, **named)
        accepted = False
        try:
            guard.observe(lambda: mysql_parts.observation(_plain(self)), variable=variable)
            accepted = True
        finally:
            if not accepted:
                self.close()
                del given, named

    return __init__


def _identity(given: tuple[Any, ...], named: dict[str, Any]) -> Identity:
    told = {**_from_file(named), **dict(zip(_PLACES, given, strict=False)), **named}
    schema = told.get("database") or told.get("db")
    return mysql_parts.identity(
        told.get("host"), told.get("port"), schema, told.get("unix_socket") or told.get("socket")
    )


def _from_file(named: dict[str, Any]) -> dict[str, Any]:
    """What an option file says, which the C library reads for itself."""
    path = named.get("read_default_file")
    if not path:
        return {}
    import configparser

    options = configparser.RawConfigParser(allow_no_value=True, strict=False)
    options.read([str(path)], encoding="utf-8")
    found: dict[str, Any] = {}
    for group in ("client", str(named.get("read_default_group") or "client")):
        if options.has_section(group):
            found.update(options.items(group))
    return found


def _plain(connection: Any) -> Any:
    """A cursor whose rows are tuples, whatever the application wants its own to be."""
    from MySQLdb.cursors import Cursor  # type: ignore[import-untyped]

    return connection.cursor(Cursor)
