"""In protected environments: destructive statements are refused before they are sent, unless somebody consented.

One file for each client library (``arm(guard, module) -> undo``, as ``firedoor.guard.adaptors`` says), found by
``HOOKS``. A hook stands as deep in its library as Python can reach, so that cursors, pools, ORMs and frameworks above
it need none of their own. Those that have one (SQLAlchemy, Alembic, Django) say sooner, or more clearly, what is
refused.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firedoor.guard.core import Guard

FOLDER = "firedoor.guard.destructive"
# The library's module, and the file here that knows it.
HOOKS: tuple[tuple[str, str], ...] = (
    ("_sqlite3", "sqlite"),
    ("psycopg.pq", "psycopg"),
    ("psycopg2.extensions", "psycopg2"),
    ("asyncpg.protocol", "asyncpg"),
    ("pymysql.connections", "pymysql"),
    ("MySQLdb.connections", "mysqlclient"),
    ("redis.connection", "redis"),
    ("redis.asyncio.connection", "redis"),
    ("pymongo.synchronous.pool", "pymongo"),
    ("pymongo.asynchronous.pool", "pymongo"),
    ("pymongo.synchronous.bulk", "pymongo_bulk"),
    ("pymongo.asynchronous.bulk", "pymongo_bulk"),
    ("pymongo.synchronous.client_bulk", "pymongo_bulk"),
    ("pymongo.asynchronous.client_bulk", "pymongo_bulk"),
    ("botocore.client", "boto3"),
    ("boto3.resources.action", "boto3_collections"),
    ("sqlalchemy", "sqlalchemy"),
    ("alembic.runtime.migration", "alembic"),
    ("django.core.management.base", "django_commands"),
    ("django.db.migrations.executor", "django_migrations"),
)
EXTRA, PARSER = "guard", "sqlglot"


def check_parser(guard: Guard) -> None:
    """Raises GuardError (FD617) where what reads statements is not installed."""
    __tracebackhide__ = True
    if find_spec(PARSER) is None:
        guard.refuse(guard.problem("FD617", PARSER, extra=EXTRA))
