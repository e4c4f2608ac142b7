"""A transaction around each test, for SQLAlchemy: what the test commits is gone behind it.

Sessions join the outer transaction by a savepoint, so that the code under test may commit and roll back as ever.
"""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_JOINS: dict[str, Any] = {"join_transaction_mode": "create_savepoint", "expire_on_commit": False}


@dataclass(frozen=True)
class Transaction:
    """``connection`` is inside the outer transaction; ``sessions()`` makes sessions that work in it."""

    connection: Connection
    sessions: Callable[..., Any]


@dataclass(frozen=True)
class AsyncTransaction:
    """As ``Transaction``, with an asynchronous connection and asynchronous sessions."""

    connection: AsyncConnection
    sessions: Callable[..., Any]


@contextmanager
def transaction(engine: Engine) -> Iterator[Transaction]:
    """A transaction that is rolled back behind the ``with``."""
    import pytest
    from sqlalchemy.orm import sessionmaker

    if engine.dialect.is_async:
        raise pytest.UsageError("the database's driver is asynchronous: ask for firedoor_async_transaction")
    _let_sqlite_begin(engine)
    with engine.connect() as connection:
        outer = connection.begin()
        try:
            yield Transaction(connection, sessionmaker(bind=connection, **_JOINS))
        finally:
            if outer.is_active:
                outer.rollback()


@asynccontextmanager
async def transaction_async(engine: AsyncEngine) -> AsyncIterator[AsyncTransaction]:
    """A transaction that is rolled back behind the ``async with``."""
    from sqlalchemy.ext.asyncio import async_sessionmaker

    _let_sqlite_begin(engine.sync_engine)
    async with engine.connect() as connection:
        outer = await connection.begin()
        try:
            yield AsyncTransaction(connection, async_sessionmaker(bind=connection, **_JOINS))
        finally:
            if outer.is_active:
                await outer.rollback()


def _let_sqlite_begin(engine: Engine) -> None:
    """Python's sqlite3 begins transactions by itself, late, and ends them at savepoints; SQLAlchemy is to do it."""
    from sqlalchemy import event

    if engine.dialect.name != "sqlite" or event.contains(engine, "begin", _begin):
        return
    event.listen(engine, "connect", _leave_it)
    event.listen(engine, "begin", _begin)


def _leave_it(connection: Any, _record: object) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.connection.dbapi_connection.isolation_level = None  # type: ignore[union-attr]  # a driver's own connection is there
    connection.exec_driver_sql("BEGIN")
