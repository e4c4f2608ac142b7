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

LIBRARY = "MySQLdb.connections"
# The C type's arguments, in their places.
_NAMES = (
    *("host", "user", "password", "database", "port", "unix_socket", "conv", "connect_timeout", "compress"),
    *("named_pipe", "init_command", "read_default_file", "read_default_group"),
)
# Those that say where it connects to, but for the schema.
_PLACE = ("host", "port", "unix_socket", "read_default_file", "read_default_group")


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Ask before each connection is made, and of the server before its first command, for all who hold ``connect``."""
    patches = Patches()
    patches.wrap(module.Connection, "__init__", lambda original: _connected(guard, original))
    patches.wrap(module.Connection, "select_db", lambda original: _selected(guard, original))
    patches.everywhere(module._mysql, {"connect": lambda original: _raw(guard, original)})  # noqa: SLF001 - its C module has no other name
    return patches.undo


def _connected(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def __init__(self: Any, *given: Any, **named: Any) -> None:  # noqa: N807 - it connects
        __tracebackhide__ = True
        if guard.is_asleep():
            original(self, *given, **named)
            return
        told = _told(given, named)
        del given, named
        try:
            variable = guard.check_resource("database", _url(told))
        except GuardError:
            del self, told  # a traceback that shows locals must not show these
            raise
        # the C library would say the first command, and begin what autocommit leaves open, before the server is asked
        first, mode = told.pop("init_command", None), told.pop("autocommit", False)
        original(self, autocommit=None, **told)
        self._firedoor_place = {key: told[key] for key in _PLACE if key in told}
        accepted = False
        try:
            guard.observe(lambda: mysql_parts.observation(_plain(self)), variable=variable)
            _begin(self, first, mode)
            accepted = True
        finally:
            if not accepted:
                self.close()
                del self, told, first

    return __init__


def _begin(connection: Any, first: Any, mode: Any) -> None:
    """What was held back until the server had answered."""
    if first:
        with connection.cursor() as cursor:
            cursor.execute(first)
    if mode is not None and connection._transactional:  # noqa: SLF001 - as the driver's own ``__init__`` does it
        connection.autocommit(mode)


def _raw(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    """The C function, whose connections know nothing of cursors: their address is looked at."""

    def connect(*given: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            guard.check_resource("database", _url(_told(given, named)))
        except GuardError:
            del given, named
            raise
        return original(*given, **named)

    return connect


def _selected(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def select_db(self: Any, db: Any) -> Any:
        __tracebackhide__ = True
        place = getattr(self, "_firedoor_place", None)  # None: it was connected before the guard stood there
        try:
            if place is not None:
                guard.check_resource("database", _url({**place, "database": db}))
        except GuardError:
            del self, db, place
            raise
        return original(self, db)

    return select_db


def _told(given: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """All arguments by name."""
    return {**dict(zip(_NAMES, given, strict=False)), **named}


def _url(told: dict[str, Any]) -> str:
    """What the C library makes of its arguments, as an address; an option file says what they do not."""
    schema = told.get("database") or told.get("db")
    return mysql_parts.url(
        told.get("host"), told.get("port"), schema, **{key: told.get(key) for key in _PLACE[2:]}
    )


def _plain(connection: Any) -> Any:
    """A cursor whose rows are tuples, whatever the application wants its own to be."""
    from MySQLdb.cursors import Cursor  # type: ignore[import-untyped]  # it ships no types

    return connection.cursor(Cursor)
