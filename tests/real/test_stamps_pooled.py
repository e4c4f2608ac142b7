"""Stamps of PostgreSQL behind a pooler: a session goes to somebody else after each transaction."""

# ruff: noqa: S608 - statements of made-up names

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import firedoor
from firedoor import ConfigurationError
from firedoor.sqlalchemy import protect
from firedoor.stamps import postgresql as marker
from support.pgbouncer import pooling
from support.stamping import address, race, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.postgres import PostgresServer

pytestmark = pytest.mark.real

SETTINGS = ("search_path", "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
STATE = (
    f"SELECT ARRAY[{', '.join(f'current_setting({name!r})' for name in SETTINGS)}],"
    " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),"
    " (SELECT count(*) FROM pg_prepared_statements), pg_backend_pid()"
)


class Pooled:
    """A database behind the pooler, by the owner's URL and that of an application."""

    def __init__(self, owner: str, application: str, port: int) -> None:
        self.owner, self.application = (
            f"{url.rpartition(':')[0]}:{port}/pooled" for url in (owner, application)
        )


@pytest.fixture(scope="module")
def pooled(postgres_server: PostgresServer) -> Iterator[Pooled]:
    owner = postgres_server.create_database("pooled", driver="postgresql")
    application = postgres_server.create_role("pooled", "pooled_application")
    with pooling(owner, application) as port:
        yield Pooled(owner, application, port)


def test_a_stamp_leaves_nothing_in_the_session(pooled: Pooled) -> None:
    with psycopg.connect(pooled.owner, autocommit=True, prepare_threshold=None) as connection:
        before = connection.execute(STATE).fetchone()
    place = address("database", pooled.owner)
    written = marker.write(place, stamp(), replacing=marker.observe(place).stamp)
    assert marker.observe(place) == written
    with psycopg.connect(pooled.owner, autocommit=True, prepare_threshold=None) as connection:
        assert connection.execute(STATE).fetchone() == before  # the same session of the server, too


def test_of_two_stampers_behind_one_session_one_wins(pooled: Pooled) -> None:
    place = address("database", pooled.owner)
    before = marker.observe(place).stamp
    results = race(*(lambda: marker.write(place, stamp(), replacing=before) for _ in range(3)))
    assert sorted(type(result).__name__ for result in results) == ["Observation", "Overtaken", "Overtaken"]


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg"])
def test_connections_of_a_pooler_are_protected(pooled: Pooled, tmp_path: Path, driver: str) -> None:
    place = address("database", pooled.owner)
    (tmp_path / "firedoor.toml").write_text(
        '[project]\nname = "shop"\n[environments.staging]\n[environments.production]\nprotected = true\n'
        '[variables.DATABASE]\nresource = "database"\n'
    )

    def ask(environment: str) -> int | None:
        file = tmp_path / f".env.{environment}"
        file.write_text(f"DATABASE='{pooled.application}'\n")
        file.chmod(0o600)
        configured = firedoor.load(environment=environment, start=tmp_path)
        file.unlink()
        url = pooled.application.replace("postgresql:", f"postgresql+{driver}:")
        if driver != "asyncpg":
            engine = protect(create_engine(url, poolclass=NullPool), configured)
            with engine.connect() as one, engine.connect():
                return one.execute(text("SELECT 1")).scalar()

        async def asynchronously() -> int | None:
            options = {"statement_cache_size": 0, "prepared_statement_cache_size": 0}
            engine = protect(create_async_engine(url, poolclass=NullPool, connect_args=options), configured)
            async with engine.connect() as one, engine.connect():
                found: int | None = (await one.execute(text("SELECT 1"))).scalar()
                return found

        return asyncio.run(asynchronously())

    marker.write(place, stamp("production"), replacing=marker.observe(place).stamp)
    assert ask("production") == 1
    with pytest.raises(ConfigurationError) as caught:
        ask("staging")
    assert [problem.code for problem in caught.value.problems] == ["FD522"]
