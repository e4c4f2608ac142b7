"""What the guard's question leaves of a new session: nothing. And the connections that it could disturb."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import psycopg
import psycopg2
import psycopg2.extras
import pymysql
import pytest
import redis
import redis.asyncio

from firedoor.guard import arming, core
from support import guarding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.mariadb import MariadbServer
    from support.postgres import PostgresServer
    from support.project import ProjectFolder
    from support.redis_server import RedisServer

pytestmark = pytest.mark.real

DECLARATION = """\
[project]
name = "shop"
[environments.testing]
[environments.production]
protected = true
[variables.THING]
resource = "{kind}"
shared_server = ["testing", "production"]
"""


def declare(folder: ProjectFolder, kind: str, own: str) -> None:
    folder.write("firedoor.toml", DECLARATION.format(kind=kind))
    folder.write(".env.testing", f"THING={own}\n", mode=0o600)
    folder.write(".env.production", "")
    folder.firedoor("stamp", "-e", "testing", "--by", "somebody", code=0)
    arming.arm(guarding.configuration(folder))


@pytest.fixture
def postgresql(project: ProjectFolder, postgres_server: PostgresServer) -> Iterator[str]:
    url = postgres_server.create_database(f"sessions_{project.root.parent.name[-20:]}", driver="postgresql")
    declare(project, "database", url)
    yield url
    arming.disarm()


@pytest.fixture
def mariadb(project: ProjectFolder, mariadb_server: MariadbServer) -> Iterator[str]:
    url = mariadb_server.create_database(f"sessions_{project.root.parent.name[-20:]}")
    declare(project, "database", url.replace("+pymysql", ""))
    yield url
    arming.disarm()


@pytest.fixture
def cache(project: ProjectFolder, redis_server: RedisServer) -> Iterator[str]:
    url = redis_server.url(9)
    declare(project, "cache", url)
    yield url
    arming.disarm()


NOTHING_LEFT = """
SELECT pg_current_xact_id_if_assigned() IS NULL AND NOT EXISTS (SELECT FROM pg_prepared_statements)
"""


def test_sessions_of_postgresql_are_as_the_drivers_make_them(postgresql: str) -> None:
    with psycopg.connect(postgresql) as one, one.pipeline():
        assert not one.autocommit
        assert one.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert one.execute(NOTHING_LEFT).fetchone() == (True,)
    with psycopg.connect(postgresql, autocommit=True) as one:
        assert one.autocommit
        assert one.execute(NOTHING_LEFT).fetchone() == (True,)
    two = psycopg2.connect(postgresql)
    assert not two.autocommit
    assert two.info.transaction_status == psycopg2.extensions.TRANSACTION_STATUS_IDLE
    two.close()

    async def ask() -> Any:
        three = await asyncpg.connect(postgresql)
        assert not three.is_in_transaction()
        found = await three.fetch("SELECT name FROM pg_prepared_statements")
        await three.close()
        return found

    assert len(asyncio.run(ask())) == 1  # the question itself: asyncpg prepares each


def test_connections_that_make_cursors_of_their_own(postgresql: str) -> None:
    made: Any = psycopg2.connect(postgresql, connection_factory=psycopg2.extras.LoggingConnection)
    made.initialize(logging.getLogger(__name__))
    with made.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    made.close()
    made = psycopg2.connect(postgresql, cursor_factory=psycopg2.extras.RealDictCursor)
    with made.cursor() as cursor:
        cursor.execute("SELECT 1 AS one")
        assert cursor.fetchone() == {"one": 1}
    made.close()


@pytest.mark.parametrize("mode", [False, True, None])
def test_sessions_of_mariadb_are_as_the_driver_makes_them(mariadb: str, mode: bool | None) -> None:
    login, _, place = mariadb.partition("://")[2].partition("@")
    user, _, password = login.partition(":")
    server, _, schema = place.partition("/")
    host, _, port = server.partition(":")
    parts = {"host": host, "port": int(port), "user": user, "password": password, "database": schema}
    with pymysql.connect(**parts, autocommit=mode, init_command="SET @seen = 7") as connection:  # type: ignore[call-overload]  # wrong on purpose, or a stand-in
        assert connection.get_autocommit() is (mode is not False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT @seen, @@in_transaction")
            assert cursor.fetchone() == (7, 0)
        connection._force_close()
        connection.connect()
        connection.ping()


def test_a_subscriber_that_connects_again_hears_its_channels(cache: str) -> None:
    with redis.Redis.from_url(cache) as client, client.pubsub() as subscriber:
        subscriber.subscribe("news")
        assert subscriber.get_message(timeout=5)["type"] == "subscribe"
        subscriber.connection.disconnect()
        assert subscriber.get_message(timeout=5)["type"] == "subscribe"
        client.publish("news", "one")
        assert subscriber.get_message(timeout=5)["data"] == b"one"


def test_an_asynchronous_subscriber_that_connects_again_hears_its_channels(cache: str) -> None:
    async def run() -> Any:
        async with redis.asyncio.Redis.from_url(cache) as client, client.pubsub() as subscriber:
            await subscriber.subscribe("news")
            assert (await subscriber.get_message(timeout=5))["type"] == "subscribe"
            await subscriber.connection.disconnect()
            assert (await subscriber.get_message(timeout=5))["type"] == "subscribe"
            await client.publish("news", "one")
            return (await subscriber.get_message(timeout=5))["data"]

    assert asyncio.run(run()) == b"one"


def test_a_connection_that_is_there_is_not_asked_again(cache: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with redis.Redis.from_url(cache) as client:
        connection = client.connection_pool.get_connection()
        guard = core.current()
        assert guard is not None
        monkeypatch.setattr(guard, "check_resource", None)
        connection.connect()
        connection.connect_check_health()
        client.connection_pool.release(connection)
        assert client.ping()


def test_a_login_that_may_not_ask_is_let_through_with_a_warning(
    cache: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with redis.Redis.from_url(cache) as client:
        told = ["ACL", "SETUSER", "narrow", "reset", "on", ">word", "~app:*", "+@all", "-info", "-get"]
        client.execute_command(*told)
        try:
            narrow = f"redis://narrow:word@{cache.removeprefix('redis://').rpartition('@')[2]}"
            with redis.Redis.from_url(narrow) as one:
                assert one.set("app:a", "1")

            async def run() -> Any:
                async with redis.asyncio.Redis.from_url(narrow) as two:
                    return await two.set("app:a", "1")

            assert asyncio.run(run())
        finally:
            client.execute_command("ACL", "DELUSER", "narrow")
            client.delete("app:a")
    assert capsys.readouterr().err.count("FD525") == 1
