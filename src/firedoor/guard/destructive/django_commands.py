"""Django's commands that empty or drop a database: ``flush``, and ``reset_db`` of django-extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.destruction import Finding
from firedoor.guard.destructive import places, watch
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "django.core.management.base"
_COMMANDS = {"flush": "truncate", "reset_db": "drop-database"}
_DEFAULT = "default"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """By the name of the command's module, so that a project's own flush is one, too."""
    watching, patches = watch.of(guard), Patches()

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def execute(command: Any, *given: Any, **options: Any) -> Any:
            __tracebackhide__ = True
            name = type(command).__module__.rpartition(".")[2]
            if name in _COMMANDS:
                from django.db import connections  # type: ignore[import-untyped]  # it ships no types

                alias = options.get("database") or options.get("router") or _DEFAULT
                found = Finding(f"django {name}", _COMMANDS[name])
                watching.judge([found], lambda _: place(connections[alias]))
            return original(command, *given, **options)

        return execute

    patches.wrap(module.BaseCommand, "execute", make)
    return patches.undo


def place(connection: Any) -> Iterable[Identity] | None:
    """The database of one of Django's connections, by its settings; None for SQLite in memory."""
    told = connection.settings_dict
    name, host, port = str(told["NAME"] or ""), str(told.get("HOST") or ""), told.get("PORT")
    if connection.vendor == "postgresql":
        return places.postgresql(host or "localhost", port, name)
    if connection.vendor == "mysql":
        path = host if host.startswith("/") else ""
        return places.mysql("" if path else host, port, path, name)
    if connection.vendor == "sqlite":
        return places.sqlite([] if connection.is_in_memory_db() else [name])
    return ()
