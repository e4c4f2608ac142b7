"""The database: one engine, chosen by DATABASE_URL alone."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import URL, AsyncAdaptedQueuePool, Connection, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

import src.search  # noqa: F401 - adds the search index to the tables' metadata
from firedoor import only_in
from src.chapters import WrittenChapter
from src.models import Base
from src.publishing import publish

# Any number that is ours: several workers start at once, and one at a time may create tables.
SCHEMA_LOCK = 7_210_411


class Database:
    """Connections to one database, and the schema in it.

    ``show_parameters`` lets error messages quote the values of a failed statement.
    """

    def __init__(self, url: str, *, show_parameters: bool = False) -> None:
        self.engine = create_async_engine(
            url, hide_parameters=not show_parameters, pool_pre_ping=True, **_pool(make_url(url))
        )
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        if self.engine.dialect.name == "sqlite":
            _teach_sqlite(self.engine)

    async def prepare(self, written: Iterable[WrittenChapter]) -> int:
        """Create missing tables and publish the chapters; the number of chapters that changed."""
        exclusive = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        async with exclusive.begin() as connection:
            if self.engine.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": SCHEMA_LOCK})
            await connection.run_sync(Base.metadata.create_all)
            async with AsyncSession(connection) as session:
                return await publish(session, written)

    async def ping(self) -> None:
        """Raise what the driver raises when the database doesn't answer."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    @only_in("testing")
    async def drop_everything(self) -> None:
        """Remove every table. Refused outside testing."""
        async with self.engine.begin() as connection:
            await connection.run_sync(Base.metadata.drop_all)


def _pool(url: URL) -> dict[str, Any]:
    """An in-memory database lives in one connection: requests take turns on it instead of sharing it."""
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        return {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0}
    return {}


def _teach_sqlite(engine: AsyncEngine) -> None:
    """Give SQLite what PostgreSQL has by itself: foreign keys, and transactions that include the schema."""

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver stops opening transactions of its own
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
