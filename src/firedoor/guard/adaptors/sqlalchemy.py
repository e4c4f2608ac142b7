"""SQLAlchemy: what its engines tell drivers that have no adaptor of their own. Engines made before obey, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.resources import host as hosts

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "sqlalchemy"
# These are asked themselves, by whomever they are used.
_ADAPTED = frozenset(
    "psycopg psycopg_async psycopg2 asyncpg pymysql mysqldb pysqlite aiosqlite pysqlcipher".split()  # noqa: SIM905
)
_FAMILIES = {"postgresql": "5432", "cockroachdb": "5432", "mysql": "3306", "mariadb": "3306"}
_DATABASE = ("database", "dbname", "db")


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Listen to every engine before it connects."""

    def connects(dialect: Any, _record: Any, _given: Any, named: dict[str, Any]) -> None:
        __tracebackhide__ = True
        if dialect.driver in _ADAPTED or dialect.name not in _FAMILIES:
            return
        try:
            guard.check_resource("database", [_identity(dialect.name, named)])
        except GuardError:
            del named  # a traceback that shows locals must not show these
            raise

    event, engine = module.event, module.engine.Engine
    event.listen(engine, "do_connect", connects)
    return lambda: event.remove(engine, "do_connect", connects)


def _identity(dialect: str, named: dict[str, Any]) -> Identity:
    family = "mysql" if dialect == "mariadb" else "postgresql" if dialect == "cockroachdb" else dialect
    name = next((str(named[key]) for key in _DATABASE if named.get(key)), "")
    path = named.get("unix_socket") or named.get("unix_sock")
    if path:
        return (family, "socket", str(path), name)
    host, port = named.get("host") or hosts.LOCAL, named.get("port") or _FAMILIES[dialect]
    return (family, hosts.canonical(str(host)), str(port), name)
