"""Destructive statements against real servers: what they would take is still there after the refusal, and gone after
``unlock``. Each with its harmless twin, and by every client library."""

from __future__ import annotations

import asyncio
from contextlib import closing
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import FiredoorWarning
from support.destroying import lock, production, refusal, told, unlock
from support.guarding import armed

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.mariadb import MariadbServer
    from support.postgres import PostgresServer
    from support.project import ProjectFolder
    from support.redis_server import RedisServer
    from support.seaweedfs import SeaweedServer

pytestmark = pytest.mark.real
_numbers = count(1)


def fresh() -> str:
    return f"destroyed_{next(_numbers)}"


# Each of these runs statements with values over one connection of its own, as a user of the library would.


def psycopg3(url: str, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
    import psycopg

    with psycopg.connect(url) as connection:
        for text, values in statements:
            connection.execute(text, values or None)


def psycopg3_async(url: str, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
    import psycopg

    async def run() -> None:
        async with await psycopg.AsyncConnection.connect(url) as connection:
            for text, values in statements:
                await connection.execute(text, values or None)

    asyncio.run(run())


def psycopg3_client_side(url: str, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
    import psycopg

    with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as connection:
        for text, values in statements:
            connection.cursor().execute(text, values or None)


def psycopg3_pipeline(url: str, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
    import psycopg

    with psycopg.connect(url) as connection, connection.pipeline():
        for text, values in statements:
            connection.execute(text, values or None)


def psycopg3_libpq(url: str, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for text, values in statements:
            connection.pgconn.exec_(text.replace("%s", str(*values)).encode())


def psycopg2(url: str, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
    import psycopg2 as library

    with closing(library.connect(url)) as connection:
        for text, values in statements:
            connection.cursor().execute(text, values or None)
        connection.commit()


def psycopg2_rows(url: str, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
    import psycopg2 as library
    from psycopg2.extras import RealDictCursor

    with closing(library.connect(url, cursor_factory=RealDictCursor)) as connection:
        for text, values in statements:
            connection.cursor().executemany(text, [values])
        connection.commit()


def asyncpg(url: str, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
    import asyncpg as library  # type: ignore[import-untyped]  # it ships no types

    async def run() -> None:
        connection = await library.connect(url)
        try:
            for text, values in statements:
                await connection.execute(text.replace("%s", "$1"), *values)
        finally:
            await connection.close()

    asyncio.run(run())


def pymysql(url: str, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
    import pymysql as library
    from sqlalchemy.engine import make_url

    told_by = make_url(url)
    with closing(
        library.connect(
            host=told_by.host,
            port=told_by.port or 0,
            user=told_by.username,
            password=str(told_by.password),
            database=told_by.database,
        )
    ) as connection:
        for text, values in statements:
            connection.cursor().execute(text, values or None)
        connection.commit()


def through_sqlalchemy(driver: str) -> Callable[[str, list[tuple[str, tuple[Any, ...]]]], None]:
    def run(url: str, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
        from sqlalchemy import create_engine

        engine = create_engine(f"{driver}://{url.partition('://')[2]}")
        try:
            with engine.begin() as connection:
                for text, values in statements:
                    connection.exec_driver_sql(text, values)
        finally:
            engine.dispose()

    run.__name__ = driver
    return run


ON_POSTGRESQL = [
    *(psycopg3, psycopg3_async, psycopg3_client_side, psycopg3_pipeline, psycopg3_libpq),
    *(psycopg2, psycopg2_rows, asyncpg),
    through_sqlalchemy("postgresql+psycopg"),
    through_sqlalchemy("postgresql+psycopg2"),
]
ON_MARIADB = [pymysql, through_sqlalchemy("mysql+pymysql")]
HARMLESS: list[tuple[str, tuple[Any, ...]]] = [
    ("DELETE FROM orders WHERE id = %s", (1,)),
    ("UPDATE orders SET id = 7 WHERE id = %s", (2,)),
]
MADE = "CREATE TABLE orders (id int); INSERT INTO orders VALUES (1), (2), (3)"


@pytest.mark.parametrize("run", ON_POSTGRESQL, ids=lambda run: run.__name__)
def test_postgresql(run: Any, postgres_server: PostgresServer, project: ProjectFolder) -> None:
    name = fresh()
    url = postgres_server.create_database(name, driver="postgresql")
    postgres_server.psql(f"{MADE}; ALTER TABLE orders OWNER TO {name}", database=name)
    configuration = production(project, DATABASE_URL=url)

    def left() -> str:
        return postgres_server.psql("SELECT count(*) FROM orders", database=name)

    with armed(configuration):
        assert refusal(lambda: run(url, HARMLESS)) == ()
        assert left() == "2"
        refused = refusal(lambda: run(url, [("DELETE FROM orders", ())]))
        assert told(refused) == [("FD615", "DATABASE_URL", "DELETE without a condition", "")]
        assert left() == "2"
        unlock(configuration)
        with pytest.warns(FiredoorWarning, match="FD618"):
            assert refusal(lambda: run(url, [("DELETE FROM orders", ())])) == ()
        assert left() == "0"


@pytest.mark.parametrize("run", ON_MARIADB, ids=lambda run: run.__name__)
def test_mariadb(run: Any, mariadb_server: MariadbServer, project: ProjectFolder) -> None:
    name = fresh()
    url = mariadb_server.create_database(name)
    mariadb_server.sql(MADE, database=name)
    configuration = production(project, DATABASE_URL=url)

    def left() -> str:
        return mariadb_server.sql("SELECT count(*) FROM orders", database=name)

    with armed(configuration):
        assert refusal(lambda: run(url, HARMLESS)) == ()
        assert left() == "2"
        for text in ("TRUNCATE orders", f"TRUNCATE {name}.orders"):
            found = refusal(partial(run, url, [(text, ())]))
            assert told(found) == [("FD615", "DATABASE_URL", "TRUNCATE", "")]
        assert told(refusal(lambda: run(url, [("TRUNCATE elsewhere.orders", ())]))) == [
            ("FD615", "", "TRUNCATE", "")
        ]
        assert left() == "2"
        unlock(configuration)
        moved = refusal(lambda: run(url, [("USE information_schema", ()), ("TRUNCATE orders", ())]))
        assert told(moved) == [("FD615", "", "TRUNCATE", "")]
        with pytest.warns(FiredoorWarning, match="FD618"):
            assert refusal(lambda: run(url, [("TRUNCATE orders", ())])) == ()
        assert left() == "0"


def test_a_database_is_dropped_by_its_name(postgres_server: PostgresServer, project: ProjectFolder) -> None:
    import psycopg

    name = fresh()
    postgres_server.create_database(name)
    configuration = production(project, DATABASE_URL=postgres_server.url(name))

    def drop() -> None:
        with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def there() -> str:
        return postgres_server.psql(f"SELECT count(*) FROM pg_database WHERE datname = '{name}'")  # noqa: S608 - a name of the test's own

    with armed(configuration):
        assert told(refusal(drop)) == [("FD615", "DATABASE_URL", "DROP DATABASE", "")]
        assert there() == "1"
        unlock(configuration, statement="drop-table")
        assert told(refusal(drop)) == [
            (
                "FD615",
                "DATABASE_URL",
                "DROP DATABASE",
                "it is for drop-table alone, and this is drop-database",
            )
        ]
        unlock(configuration, statement="drop-database")
        with pytest.warns(FiredoorWarning, match="DROP DATABASE"):
            assert refusal(drop) == ()
        assert there() == "0"


def test_a_socket_is_the_server_too(postgres_server: PostgresServer, project: ProjectFolder) -> None:
    import psycopg
    import psycopg2 as older

    name = fresh()
    postgres_server.create_database(name)
    folder = str(postgres_server._folder)
    secret = postgres_server.password
    url = f"postgresql://postgres:{secret}@/{name}?host={folder}&port={postgres_server.port}"
    configuration = production(project, DATABASE_URL=url)
    with armed(configuration):
        with closing(psycopg.connect(url)) as connection:
            found = refusal(lambda: connection.execute("DROP TABLE x"))
            assert told(found) == [("FD615", "DATABASE_URL", "DROP TABLE", "")]
        with closing(older.connect(url)) as other:
            found = refusal(lambda: other.cursor().execute("DROP TABLE x"))
            assert told(found) == [("FD615", "DATABASE_URL", "DROP TABLE", "")]
        asked = "SELECT to_regclass('x')"

        async def through_asyncpg() -> None:
            import asyncpg as library

            there = await library.connect(url)
            try:
                await there.fetch(asked)
                await there.prepare("DROP TABLE x")
            finally:
                await there.close()

        assert told(refusal(lambda: asyncio.run(through_asyncpg()))) == [
            ("FD615", "DATABASE_URL", "DROP TABLE", "")
        ]


def test_values_that_are_sql_themselves(postgres_server: PostgresServer, project: ProjectFolder) -> None:
    import psycopg2 as library
    from psycopg2 import sql
    from psycopg2.extensions import AsIs

    name = fresh()
    url = postgres_server.create_database(name, driver="postgresql")
    with armed(production(project, DATABASE_URL=url)), closing(library.connect(url)) as connection:
        cursor = connection.cursor()
        assert told(refusal(lambda: cursor.execute("%s", (AsIs("DROP TABLE orders"),)))) == [
            ("FD615", "DATABASE_URL", "DROP TABLE", "")
        ]
        composed = sql.SQL("DROP TABLE {}").format(sql.Identifier("orders"))
        assert told(refusal(lambda: cursor.execute(composed))) == [
            ("FD615", "DATABASE_URL", "DROP TABLE", "")
        ]
        cursor.execute("SELECT %s", ("DROP TABLE orders",))
        assert cursor.fetchall() == [("DROP TABLE orders",)]


def redis_clients(server: RedisServer, database: int) -> dict[str, Callable[[str], object]]:
    import redis
    import redis.asyncio

    place: dict[str, Any] = {"host": server.host, "port": server.port, "db": database}
    place |= {"username": server.user, "password": server.password}

    def alone(command: str | bytes) -> object:
        with redis.Redis(**place) as client:
            return client.execute_command(command)

    def pipeline(command: str, *, transaction: bool = False) -> object:
        with redis.Redis(**place) as client, client.pipeline(transaction=transaction) as pipe:
            pipe.set("before", "1")
            pipe.execute_command(command)
            return pipe.execute()

    def awaited(command: str) -> object:
        async def run() -> object:
            async with redis.asyncio.Redis(**place) as client:
                return await client.execute_command(command)  # type: ignore[no-untyped-call]  # redis says no types of it

        return asyncio.run(run())

    return {
        "alone": alone,
        "bytes": lambda command: alone(command.encode()),
        "pipeline": pipeline,
        "transaction": lambda command: pipeline(command, transaction=True),
        "async": awaited,
    }


@pytest.mark.parametrize("how", ["alone", "bytes", "pipeline", "transaction", "async"])
def test_redis(how: str, redis_server: RedisServer, project: ProjectFolder) -> None:
    configuration = production(project, CACHE_URL=redis_server.url(3), SESSIONS_URL=redis_server.url(4))
    run = redis_clients(redis_server, 3)[how]
    with redis_server.client(3) as client, redis_server.client(4) as sessions:
        client.set("kept", "1")
        sessions.set("kept", "1")
        with armed(configuration):
            assert refusal(lambda: run("DBSIZE")) == ()
            client.delete("before")
            assert told(refusal(lambda: run("flushdb"))) == [("FD615", "CACHE_URL", "FLUSHDB", "")]
            assert told(refusal(lambda: run("FLUSHALL"))) == [
                ("FD615", "CACHE_URL", "FLUSHALL", ""),
                ("FD615", "SESSIONS_URL", "FLUSHALL", ""),
            ]
            assert client.keys() == ["kept"]
            unlock(configuration, "CACHE_URL")
            assert told(refusal(lambda: run("FLUSHALL"))) == [("FD615", "SESSIONS_URL", "FLUSHALL", "")]
            with pytest.warns(FiredoorWarning, match="FLUSHDB"):
                assert refusal(lambda: run("FLUSHDB")) == ()
            assert (client.keys(), sessions.keys()) == ([], ["kept"])
            other = redis_clients(redis_server, 3)["alone"]
            with redis_server.client(3) as moved:
                connection = moved.connection_pool.get_connection()
                connection.send_command("SELECT", 4)
                connection.read_response()
                assert told(refusal(lambda: connection.send_command("FLUSHDB"))) == [
                    ("FD615", "SESSIONS_URL", "FLUSHDB", "")
                ]
                moved.connection_pool.release(connection)
            assert refusal(lambda: other("DBSIZE")) == ()
            script = "return redis.call('FLUSHDB')"
            lock(configuration)
            assert told(refusal(lambda: client.eval(script, 0))) == [
                ("FD616", "CACHE_URL", "EVAL of a program", "it was revoked")
            ]
            assert refusal(lambda: client.eval("return redis.call('DBSIZE')", 0)) == ()


def test_a_bucket(seaweed_server: SeaweedServer, project: ProjectFolder) -> None:
    bucket = fresh().replace("_", "-")
    client = seaweed_server.client()
    client.create_bucket(Bucket=bucket)
    client.put_object(Bucket=bucket, Key="a", Body=b"1")
    client.put_object(Bucket=bucket, Key="b", Body=b"1")
    url = f"http://{seaweed_server.host}:{seaweed_server.port}/{bucket}"
    configuration = production(project, FILES_URL=url)
    with armed(configuration):
        client.delete_object(Bucket=bucket, Key="b")
        emptied = bucket_of(seaweed_server, bucket)
        assert told(refusal(lambda: emptied.objects.delete())) == [
            ("FD615", "FILES_URL", "deletion of all objects", "")
        ]
        assert told(refusal(lambda: emptied.objects.all().delete())) == [
            ("FD615", "FILES_URL", "deletion of all objects", "")
        ]
        assert told(refusal(lambda: client.delete_bucket(Bucket=bucket))) == [
            ("FD615", "FILES_URL", "DeleteBucket", "")
        ]
        assert [one["Key"] for one in client.list_objects_v2(Bucket=bucket)["Contents"]] == ["a"]
        assert refusal(lambda: emptied.objects.filter(Prefix="z/").delete()) == ()
        unlock(configuration, "FILES_URL")
        with pytest.warns(FiredoorWarning, match="deletion of all objects"):
            emptied.objects.all().delete()
        with pytest.warns(FiredoorWarning, match="DeleteBucket"):
            client.delete_bucket(Bucket=bucket)
    assert bucket not in [one["Name"] for one in client.list_buckets()["Buckets"]]


def bucket_of(server: SeaweedServer, name: str) -> Any:
    import boto3  # type: ignore[import-untyped]  # it ships no types

    key, secret = server.keys["keeper"]
    return boto3.resource(
        "s3",
        endpoint_url=f"http://{server.host}:{server.port}",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        region_name="us-east-1",
    ).Bucket(name)
