"""Django's test databases: the one that a test run is about to delete and make, by the name that its settings say.

Django deletes a file of SQLite by itself and a database by a statement to another one of the same server. No connection
shows whose it was, so the name is asked about before.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.adaptors import mysql_parts
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "django.db.backends.base.creation"
_PARTS = ("host", "hostaddr", "port", "dbname", "user", "service", "passfile")


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Ask before a test database is made, copied or destroyed, which all delete what has its name."""
    patches = Patches()
    for name, named in (
        ("create_test_db", _made),
        ("clone_test_db", _copied),
        ("destroy_test_db", _destroyed),
    ):
        patches.wrap(module.BaseDatabaseCreation, name, partial(_asked, guard, named))
    return patches.undo


def _made(creation: Any, *_: Any, **__: Any) -> Any:
    return creation._get_test_db_name()  # noqa: SLF001 - what create_test_db asks


def _copied(creation: Any, suffix: Any, *_: Any, **__: Any) -> Any:
    return creation.get_test_db_clone_settings(suffix)["NAME"]


def _destroyed(creation: Any, *_: Any, suffix: Any = None, **__: Any) -> Any:
    return creation.connection.settings_dict["NAME"] if suffix is None else _copied(creation, suffix)


def _asked(guard: Guard, named: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *rest: Any, **given: Any) -> Any:
        __tracebackhide__ = True
        try:
            _check(guard, self.connection, named(self, *rest, **given))
        except GuardError:
            del self, rest, given  # a traceback that shows locals must not show these
            raise
        return original(self, *rest, **given)

    return method


def _check(guard: Guard, connection: Any, name: Any) -> None:
    """Raises GuardError when the database of that name is another environment's."""
    __tracebackhide__ = True
    vendor, settings = connection.vendor, connection.settings_dict
    del connection
    try:
        if vendor == "sqlite":
            guard.check_file(name)
        elif vendor == "mysql":
            guard.check_resource("database", _of_mysql(settings, name))
        elif vendor == "postgresql":
            guard.check_resource("database", _of_postgresql(settings, name))
    except GuardError:
        del settings, name
        raise


def _of_mysql(settings: dict[str, Any], name: Any) -> str:
    options = settings.get("OPTIONS", {})
    host = settings.get("HOST") or options.get("host") or ""
    path = options.get("unix_socket") or (host if host.startswith("/") else "")
    files = {key: options.get(key) for key in ("read_default_file", "read_default_group")}
    port = settings.get("PORT") or options.get("port")
    return mysql_parts.url("" if path else host, port, name, unix_socket=path, **files)


def _of_postgresql(settings: dict[str, Any], name: Any) -> str:
    said = {part: settings.get(part.upper()) for part in ("host", "port", "user")}
    return _keywords({**settings.get("OPTIONS", {}), **{k: v for k, v in said.items() if v}, "dbname": name})


def _keywords(parts: dict[str, Any]) -> str:
    """The parts as libpq has them in one text."""
    known = ((key, str(parts[key])) for key in _PARTS if parts.get(key))
    return " ".join(
        "{}='{}'".format(key, text.replace("\\", "\\\\").replace("'", "\\'")) for key, text in known
    )
