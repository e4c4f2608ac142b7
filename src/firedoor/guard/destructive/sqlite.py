"""SQLite of Python: every statement of every cursor, before it is compiled."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from firedoor.guard.destructive import places, watch
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "_sqlite3"
_METHODS = ("execute", "executemany", "executescript")


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Cursors and connections: some versions' connections do not ask their cursor's class."""
    watching, patches = watch.of(guard), Patches()

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def execute(owner: Any, statement: Any, /, *rest: Any) -> Any:
            __tracebackhide__ = True
            watching.statement(statement, "sqlite", lambda _: _files(module, owner))
            return original(owner, statement, *rest)

        return execute

    for owner in (module.Cursor, module.Connection):
        for name in _METHODS:
            patches.c_method(owner, name, make)
    patches.also(watching.endings.forget)
    return patches.undo


def _files(module: ModuleType, owner: Any) -> Iterable[Identity] | None:
    """What the connection has open, attached databases included: a statement can name any of them."""
    cursor = module.Cursor(owner if isinstance(owner, module.Connection) else owner.connection)
    cursor.row_factory = None
    return places.sqlite([os.fsdecode(row[2] or "") for row in cursor.execute("PRAGMA database_list")])
