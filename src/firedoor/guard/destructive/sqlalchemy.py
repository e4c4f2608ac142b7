"""SQLAlchemy: statements of every engine and driver, and ``drop_all`` before its first statement."""

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

LIBRARY = "sqlalchemy"
# Drivers whose own hook sees the statement, and knows better where the connection is by now.
_SEEN = frozenset(
    {"psycopg", "psycopg_async", "psycopg2", "asyncpg", "pymysql", "mysqldb", "pysqlite", "aiosqlite"}
)
_DIALECTS = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite"}


def arm(guard: Guard, _: ModuleType) -> Callable[[], None]:
    """Heard of by all engines, those made before included, and with any driver."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.schema import MetaData, Table

    watching, patches = watch.of(guard), Patches()

    def before(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        __tracebackhide__ = True
        if connection.dialect.driver in _SEEN:
            return
        dialect = _DIALECTS.get(connection.dialect.name, "postgres")
        watching.statement(statement, dialect, lambda name: place(connection, name))

    def make_drop(act: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def make(original: Callable[..., Any]) -> Callable[..., Any]:
            def drop(owner: Any, bind: Any, *given: Any, **named: Any) -> Any:
                __tracebackhide__ = True
                if getattr(owner, "tables", True):
                    found = Finding(act, "drop-table")
                    watching.judge([found], lambda name: place(bind, name))
                return original(owner, bind, *given, **named)

            return drop

        return make

    event.listen(Engine, "before_cursor_execute", before)
    patches.also(lambda: event.remove(Engine, "before_cursor_execute", before))
    patches.wrap(MetaData, "drop_all", make_drop("MetaData.drop_all"))
    patches.wrap(Table, "drop", make_drop("Table.drop"))
    return patches.undo


def place(bind: Any, name: str) -> Iterable[Identity] | None:
    """By the engine's URL; None for SQLite in memory."""
    url = bind.engine.url
    if url.get_backend_name() == "sqlite":
        return places.sqlite([] if url.database in (None, "", ":memory:") else [url.database])
    if name:
        url = url.set(database=name)
    return places.of_text("database", url.render_as_string(hide_password=False))
