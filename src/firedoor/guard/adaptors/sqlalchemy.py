"""SQLAlchemy: what its engines tell drivers that have no adaptor of their own. Engines made before obey, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.adaptors import mysql_parts, postgresql_sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "sqlalchemy"
# These are asked themselves, by whomever they are used.
_ADAPTED = frozenset(
    "psycopg psycopg_async psycopg2 asyncpg pymysql mysqldb pysqlite aiosqlite pysqlcipher".split()  # noqa: SIM905 - names read best as one text
)
_FAMILIES = {"postgresql": "5432", "cockroachdb": "5432", "mysql": "3306", "mariadb": "3306"}
_HERE = "localhost"
_DATABASE = ("database", "dbname", "db")


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Listen to every engine before it connects."""

    def connects(dialect: Any, record: Any, given: Any, named: dict[str, Any]) -> None:
        __tracebackhide__ = True
        if dialect.driver in _ADAPTED or dialect.name not in _FAMILIES:
            return
        try:
            guard.check_resource("database", _url(dialect.name, named))
        except GuardError:
            del record, given, named  # a traceback that shows locals must not show these
            raise

    event, engine = module.event, module.engine.Engine
    event.listen(engine, "do_connect", connects)
    return lambda: event.remove(engine, "do_connect", connects)


def _url(dialect: str, named: dict[str, Any]) -> str:
    """The address, by the words that drivers have for its parts."""
    name = next((named[key] for key in _DATABASE if named.get(key)), "")
    host, port = named.get("host") or _HERE, named.get("port") or _FAMILIES[dialect]
    if dialect in ("mysql", "mariadb"):
        return mysql_parts.url(host, port, name, unix_socket=named.get("unix_socket"))
    folder, _, number = str(named.get("unix_sock") or "").rpartition("/.s.PGSQL.")
    return postgresql_sessions.url(folder or host, number or port, name or named.get("user") or "")
