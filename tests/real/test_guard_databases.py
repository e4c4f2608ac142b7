"""The guard and the drivers of databases, against real servers: what is production's, what only looks like one's own."""

from __future__ import annotations

import asyncio
import traceback
import warnings
from itertools import count
from typing import TYPE_CHECKING, Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import psycopg
import psycopg2
import pymysql
import pytest
import redis
import redis.asyncio
import uvloop
from psycopg.rows import dict_row
from pymongo import AsyncMongoClient, MongoClient
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

from firedoor import FiredoorWarning
from firedoor.errors import GuardError
from firedoor.guard import arming
from support import guarding
from support.forwarder import forwarding
from support.project import ProjectFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.mariadb import MariadbServer
    from support.postgres import PostgresServer
    from support.redis_server import RedisServer

pytestmark = pytest.mark.real

DECLARATION = """\
[project]
name = "shop"
[environments.testing]
unstamped = "error"
[environments.production]
protected = true
[variables.DATABASE]
resource = "database"
shared_server = ["testing", "production"]
[variables.CACHE]
resource = "cache"
shared_server = ["testing", "production"]
"""
_numbers = count()


def name(of: str) -> str:
    return f"guarded_{of}_{next(_numbers)}"


# Every way to connect: a URL in, something that was read out.


def by_psycopg(url: str) -> Any:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute("SELECT 1 AS one").fetchone()


def by_psycopg_parts(url: str) -> Any:
    parts = psycopg.conninfo.conninfo_to_dict(url)
    with psycopg.Connection.connect(**parts) as connection:  # type: ignore[arg-type]  # what a test gives
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        return connection.execute("SELECT 1").fetchone()


def by_async_psycopg(url: str) -> Any:
    async def ask() -> Any:
        async with await psycopg.AsyncConnection.connect(url) as connection:
            return await (await connection.execute("SELECT 1")).fetchone()

    return asyncio.run(ask())


def by_psycopg2(url: str) -> Any:
    connection = psycopg2.connect(url)
    try:
        assert connection.status == psycopg2.extensions.STATUS_READY
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone()
    finally:
        connection.close()


def by_asyncpg(url: str) -> Any:
    return asyncio.run(_by_asyncpg(url))


def by_asyncpg_on_uvloop(url: str) -> Any:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_by_asyncpg(url))


async def _by_asyncpg(url: str) -> Any:
    pool = await asyncpg.create_pool(url, min_size=1, max_size=1)
    try:
        return await pool.fetchval("SELECT 1")
    finally:
        await pool.close()


def by_sqlalchemy(url: str) -> Any:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    try:
        with engine.connect() as connection:
            return connection.scalar(text("SELECT 1"))
    finally:
        engine.dispose()


def by_async_sqlalchemy(url: str) -> Any:
    async def ask() -> Any:
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
        try:
            async with engine.connect() as connection:
                return await connection.scalar(text("SELECT 1"))
        finally:
            await engine.dispose()

    return asyncio.run(ask())


POSTGRESQL = [
    by_psycopg,
    by_psycopg_parts,
    by_async_psycopg,
    by_psycopg2,
    by_asyncpg,
    by_asyncpg_on_uvloop,
    by_sqlalchemy,
    by_async_sqlalchemy,
]


def by_pymysql(url: str) -> Any:
    parts = url.removeprefix("mysql://").replace("@", ":").replace("/", ":").split(":")
    user, password, host, port, schema = parts
    connection = pymysql.connect(
        host=host,
        user=user,
        password=password,
        port=int(port),
        database=schema,
        cursorclass=pymysql.cursors.DictCursor,
        init_command="SET @seen = 1",
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT @seen AS seen")
            return cursor.fetchone()
    finally:
        connection.close()


def by_mysql_sqlalchemy(url: str) -> Any:
    engine = create_engine(url.replace("mysql://", "mysql+pymysql://"))
    try:
        with engine.connect() as connection:
            return connection.scalar(text("SELECT 1"))
    finally:
        engine.dispose()


def by_redis(url: str) -> Any:
    client = redis.Redis.from_url(url, decode_responses=True, protocol=3)
    try:
        return client.ping()
    finally:
        client.close()


def by_async_redis(url: str) -> Any:
    async def ask() -> Any:
        client = redis.asyncio.Redis.from_url(url, protocol=2)
        try:
            return await client.ping()
        finally:
            await client.aclose()

    return asyncio.run(ask())


class World:
    """A project whose two environments have a stamped database each on one server, and another address of it."""

    def __init__(self, folder: ProjectFolder, variable: str, own: str, live: str, port: int) -> None:
        self.folder, self.variable, self.own, self.live, self.port = folder, variable, own, live, port
        self.tell(own)
        for environment in ("testing", "production"):
            folder.firedoor("stamp", "-e", environment, "--by", "somebody", code=0)

    def tell(self, own: str) -> None:
        """What testing is told; production keeps its own."""
        self.folder.write("firedoor.toml", DECLARATION)
        self.folder.write(".env.testing", f"{self.variable}={own}\n", mode=0o600)
        self.folder.write(".env.production", f"{self.variable}={self.live}\n", mode=0o600)

    def forwarded(self, forwarder: int) -> str:
        """The address that leads to production by a forwarder."""
        return another_port(self.live, forwarder)


def refusal(connect: Callable[[str], Any], url: str) -> GuardError:
    """The guard's refusal, whatever a library wrapped it into; no value is in its texts."""
    try:
        connect(url)
    except Exception as error:  # noqa: BLE001 - each library's own
        found: BaseException | None = error
        while found is not None and not isinstance(found, GuardError):
            found = getattr(found, "original_exception", None) or found.__cause__ or found.__context__
        assert isinstance(found, GuardError), traceback.format_exc()
        assert url not in "".join(traceback.format_exception(found))
        return found
    raise AssertionError("it was let through")


def codes(error: GuardError) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.facts.get("other")) for problem in error.problems]


def armed(world: World) -> Any:
    return guarding.armed(guarding.configuration(world.folder))


def another_port(url: str, port: int) -> str:
    head, _, rest = url.rpartition("@")
    database = rest.partition("/")[2]
    return f"{head}@127.0.0.1:{port}/{database}" if head else f"redis://127.0.0.1:{port}/{database}"


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> World:
    project = ProjectFolder(tmp_path_factory.mktemp("postgresql"))
    own, live = (postgres_server.create_database(name(one), driver="postgresql") for one in ("own", "live"))
    return World(project, "DATABASE", own, live, postgres_server.port)


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory, mariadb_server: MariadbServer) -> World:
    project = ProjectFolder(tmp_path_factory.mktemp("mariadb"))
    own, live = (mariadb_server.create_database(name(one)) for one in ("own", "live"))
    own, live = (url.replace("mysql+pymysql://", "mysql://") for url in (own, live))
    return World(project, "DATABASE", own, live, mariadb_server.port)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer) -> World:
    project = ProjectFolder(tmp_path_factory.mktemp("cache"))
    own, live = (redis_server.url(index) for index in (11, 12))
    for url in (own, live):
        with redis.Redis.from_url(url) as client:
            client.flushdb()
    return World(project, "CACHE", own, live, redis_server.port)


@pytest.fixture(autouse=True)
def _nothing_is_guarded_afterwards() -> Iterator[None]:
    yield
    arming.disarm()


def world_of(request: pytest.FixtureRequest, server: str) -> World:
    """The server's project, as it was told at first."""
    world: World = request.getfixturevalue(server)
    world.tell(world.own)
    return world


WAYS = [
    *(("postgresql", way) for way in POSTGRESQL),
    ("mariadb", by_pymysql),
    ("mariadb", by_mysql_sqlalchemy),
    ("cache", by_redis),
    ("cache", by_async_redis),
]
each = pytest.mark.parametrize(
    ("server", "connect"), WAYS, ids=[way.__name__.removeprefix("by_") for _, way in WAYS]
)


@each
def test_production_s_database_on_one_s_own_server_is_refused(
    server: str, connect: Callable[[str], Any], request: pytest.FixtureRequest
) -> None:
    world = world_of(request, server)
    with armed(world):
        assert connect(world.own)
        assert codes(refusal(connect, world.live)) == [("FD603", "production")]
        assert connect(world.own)


@each
def test_a_forwarder_to_production_is_found_out_before_the_first_statement(
    server: str, connect: Callable[[str], Any], request: pytest.FixtureRequest
) -> None:
    world = world_of(request, server)
    with forwarding(world.port) as forwarder:
        told = world.forwarded(forwarder)
        world.tell(told)
        with armed(world):
            (problem,) = refusal(connect, told).problems
            assert (problem.code, problem.subject, problem.facts["other"]) == (
                "FD522",
                world.variable,
                "production",
            )
        own = another_port(world.own, forwarder)
        world.tell(own)
        with armed(world):
            assert connect(own)


@each
def test_an_undeclared_database_is_refused_and_one_beside_one_s_own_is_not(
    server: str, connect: Callable[[str], Any], request: pytest.FixtureRequest
) -> None:
    world = world_of(request, server)
    with armed(world), forwarding(world.port) as forwarder:
        found = refusal(connect, world.forwarded(forwarder))
    # the tests' own forwarder listens in this very process, so only the server's word gives it away
    assert codes(found) == [("FD522", "production")]


def test_what_was_imported_before_the_guard_obeys(postgresql: World) -> None:
    postgresql.tell(postgresql.own)
    connect, connect2 = psycopg.connect, psycopg2.connect
    with armed(postgresql):
        assert codes(refusal(lambda url: connect(url), postgresql.live)) == [("FD603", "production")]
        assert codes(refusal(lambda url: connect2(url), postgresql.live)) == [("FD603", "production")]
    connect(postgresql.live).close()
    connect2(postgresql.live).close()


def test_what_libpq_obeys_beside_the_address_counts(
    postgresql: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgresql.tell(postgresql.own)
    host, port, database = "127.0.0.1", postgresql.port, postgresql.live.rpartition("/")[2]
    with armed(postgresql):
        monkeypatch.setenv("PGDATABASE", database)
        monkeypatch.setenv("PGHOST", host)
        for connect in (psycopg.connect, psycopg2.connect):
            found = refusal(lambda _, connect=connect: connect(f"port={port}"), database)  # type: ignore[misc]  # a default binds the loop's own value
            assert codes(found) == [("FD603", "production")]


def test_a_maintenance_database_of_one_s_own_server_is_nobody_s(
    postgresql: World, postgres_server: PostgresServer
) -> None:
    postgresql.tell(postgresql.own)
    with armed(postgresql), warnings.catch_warnings():
        warnings.simplefilter("error", FiredoorWarning)
        assert by_psycopg(postgres_server.url("postgres")) == {"one": 1}


def test_databases_of_mongo_are_named_to_the_guard(project: ProjectFolder) -> None:
    project.write("firedoor.toml", DECLARATION)
    project.write(".env.testing", "DATABASE=mongodb://127.0.0.1:27017/own\n", mode=0o600)
    project.write(".env.production", "DATABASE=mongodb://127.0.0.1:27017/live\n", mode=0o600)
    with guarding.armed(guarding.configuration(project)):
        for made in (MongoClient, AsyncMongoClient):
            client: Any = made("mongodb://localhost:27017", connect=False)
            assert client["own"].name == "own"
            assert client["admin"].name == "admin"
            with pytest.raises(GuardError) as refused:
                client["live"]
            assert codes(refused.value) == [("FD603", "production")]
            with pytest.raises(GuardError):
                client.get_database("live")
