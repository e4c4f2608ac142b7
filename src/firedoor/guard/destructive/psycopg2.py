"""psycopg2: every statement of every cursor, of its own classes and those derived from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.guard.destructive import places, watch
from firedoor.guard.destructive.templates import values_are_plain
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "psycopg2.extensions"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """The class in C is changed itself: no factory of cursors gets past it."""
    watching, patches = watch.of(guard), Patches()

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def execute(cursor: Any, /, *given: Any, **named: Any) -> Any:
            __tracebackhide__ = True
            statement = given[0] if given else named.get("query", named.get("sql"))
            values = given[1] if len(given) > 1 else named.get("vars")
            watching.statement(
                _text(cursor, statement, values), "postgres", lambda name: _place(cursor, name)
            )
            return original(cursor, *given, **named)

        return execute

    def make_many(original: Callable[..., Any]) -> Callable[..., Any]:
        def executemany(cursor: Any, /, *given: Any, **named: Any) -> Any:
            __tracebackhide__ = True
            statement = given[0] if given else named.get("query")
            rows = [*(given[1] if len(given) > 1 else named.get("vars_list", ()))]
            for values in rows or [None]:
                text = _text(cursor, statement, values)
                watching.statement(text, "postgres", lambda name: _place(cursor, name))
            rest = {key: value for key, value in named.items() if key not in ("query", "vars_list")}
            return original(cursor, statement, rows, **rest)

        return executemany

    patches.c_method(module.cursor, "execute", make)
    patches.c_method(module.cursor, "copy_expert", make)
    patches.c_method(module.cursor, "executemany", make_many)
    return patches.undo


def _text(cursor: Any, statement: Any, values: Any) -> Any:
    """The statement as a text, with its placeholders, or with the values where one may be SQL itself."""
    if hasattr(statement, "as_string"):
        statement = statement.as_string(cursor)
    if values and not values_are_plain(values):
        return cursor.mogrify(statement, values)
    return statement


def _place(cursor: Any, name: str) -> Iterable[Identity]:
    info = cursor.connection.info
    return places.postgresql(info.host or "", info.port, name or info.dbname)
