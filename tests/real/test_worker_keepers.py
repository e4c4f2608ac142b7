"""Who keeps workers' databases, asked in this process: PostgreSQL, MariaDB and Redis, each refusal beside what is made."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import psycopg
import pymysql
import pytest

from firedoor.testing import namespaces
from firedoor.testing.databases import mysql, postgresql
from firedoor.testing.databases.database import Database, Refused, keeper
from firedoor.testing.databases.names import Names
from firedoor.testing.databases.place import Place

if TYPE_CHECKING:
    from support.mariadb import MariadbServer
    from support.postgres import PostgresServer
    from support.redis_server import RedisServer

pytestmark = pytest.mark.real


def names(run: str = "run", worker: str = "gw0") -> Names:
    return Names("/home/keepers", run, worker)


def place(text: str) -> Place:
    return Place("shop", "testing", "DATABASE_URL", "database", text)


def refusal(made: object, *given: object) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        made(*given)  # type: ignore[operator]
    return refused.value.reason, refused.value.remedy


def migrate(database: Database) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE people (name TEXT)")


def left(server: PostgresServer, base: str) -> list[str]:
    there = server.psql("SELECT datname FROM pg_database ORDER BY 1").split()
    return [name for name in there if name.startswith(f"{base}_fd")]


def test_postgresql_copies_what_was_migrated_once(postgres_server: PostgresServer) -> None:
    address = postgres_server.create_database("kept", driver="postgresql")
    narrow = postgresql.open_at(place(address), names())
    assert refusal(narrow.create, migrate) == (
        "the role may not create databases",
        "ALTER ROLE <role> CREATEDB",
    )
    narrow.close()
    postgres_server.psql("ALTER ROLE kept CREATEDB")
    migrated: list[Database] = []

    def once(database: Database) -> None:
        migrated.append(database)
        migrate(database)

    workers = [keeper(place(address), names(worker=worker)) for worker in ("gw0", "gw1")]
    made = [worker.create(once) for worker in workers if worker is not None]
    assert [one.name for one in migrated] == [names().template("kept")]
    assert [one.name for one in made] == [names(worker=worker).own("kept") for worker in ("gw0", "gw1")]
    for one in made:
        assert place(address).is_ours(one.url)
        with psycopg.connect(one.url) as connection:
            assert connection.execute("SELECT count(*) FROM people").fetchone() == (0,)
    first, second = workers
    assert first is not None
    assert second is not None
    first.close()
    assert len(left(postgres_server, "kept")) == 2
    second.close()
    assert left(postgres_server, "kept") == []


def test_postgresql_sweeps_what_nobody_holds_and_what_was_not_finished(
    postgres_server: PostgresServer,
) -> None:
    address = postgres_server.create_database("swept", driver="postgresql")
    postgres_server.psql("ALTER ROLE swept CREATEDB")
    earlier = postgresql.open_at(place(address), names("earlier"))
    earlier.create(migrate)
    running = postgresql.open_at(place(address), names("running"))
    running.create(migrate)
    earlier._session.close()  # as a killed process leaves it
    postgres_server.psql(
        f'CREATE DATABASE "{names().template("swept")}" OWNER swept'
    )  # its migration never ended
    now = postgresql.open_at(place(address), names())
    now.create(migrate)
    there = left(postgres_server, "swept")
    assert names("earlier").own("swept") not in there
    assert names("running").own("swept") in there
    now.close()
    running.close()
    assert left(postgres_server, "swept") == []


def test_postgresql_refuses_what_it_cannot_have(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgres_server.create_database("barred", driver="postgresql")
    postgres_server.psql("ALTER ROLE barred CREATEDB")
    held = postgresql.open_at(place(address), names())
    postgres_server.psql(f'CREATE DATABASE "{names().own("barred")}"')
    assert refusal(held.create, migrate)[0] == "a database that is not ours has the name already"
    postgres_server.psql(f'DROP DATABASE "{names().own("barred")}"')
    held.close()
    closed = address.replace("barred:", "barred:x")
    assert refusal(postgresql.open_at, place(closed), names())[0] == (
        "the environment's own database does not let us in"
    )
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert refusal(postgresql.open_at, place(address), names()) == (
        "psycopg is not installed",
        "pip install 'firedoor[postgresql]'",
    )


def test_a_name_of_any_letters_is_spelled_as_the_server_and_the_url_want_it(
    postgres_server: PostgresServer,
) -> None:
    address = postgres_server.create_database("lettered", driver="postgresql")
    postgres_server.psql("ALTER ROLE lettered CREATEDB")
    postgres_server.psql('CREATE DATABASE "a""b/c" OWNER lettered')
    lettered = address.rpartition("/")[0] + "/a%22b%2Fc"
    made = keeper(place(lettered), names())
    assert made is not None
    found = made.create(migrate)
    assert found.name.startswith('a"b/c_fd')
    with psycopg.connect(found.url) as connection:
        assert connection.info.dbname == found.name
    made.close()
    for told in (f"{address}?dbname=lettered", address.rpartition("/")[0] + "/", "host=127.0.0.1 dbname=x"):
        assert refusal(keeper, place(told), names())[0] == (
            "its address is no URL that names the database by its path"
        )


def test_mariadb_makes_a_schema_for_each_worker(
    mariadb_server: MariadbServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = mariadb_server.create_database("kept").replace("mysql+pymysql://", "mysql://")
    seen: list[Database] = []
    narrow = mysql.open_at(place(address), names())
    reason, remedy = refusal(narrow.create, seen.append)
    assert reason == "the account may not create schemas"
    assert remedy == f"GRANT ALL ON `{names().of_checkout('kept')}%`.* TO <account>"
    narrow.close()
    mariadb_server.sql("GRANT ALL ON `kept\\_fd%`.* TO 'kept'@'127.0.0.1'")
    earlier = mysql.open_at(place(address), names("earlier"))
    earlier.create(seen.append)
    running = mysql.open_at(place(address), names("running"))
    running.create(seen.append)
    earlier._session.close()
    strange = f"{names().of_checkout('kept')}aaaaaa_gw0"
    mariadb_server.sql(f"CREATE DATABASE {strange}")
    made = keeper(place(address), names())
    assert made is not None
    found = made.create(seen.append)
    there = mariadb_server.sql("SHOW DATABASES").split()
    assert names("earlier").own("kept") not in there
    assert {found.name, names("running").own("kept"), strange} <= {*there}
    again = mysql.open_at(place(address), names())
    assert refusal(again.create, seen.append)[0] == "a schema that is not ours has the name already"
    for one in (again, made, running):
        one.close()
    mariadb_server.sql(f"DROP DATABASE {strange}")
    assert [name for name in mariadb_server.sql("SHOW DATABASES").split() if name.startswith("kept_fd")] == []
    closed = address.replace("kept:", "kept:x")
    assert (
        refusal(mysql.open_at, place(closed), names())[0] == "the environment's own schema does not let us in"
    )
    monkeypatch.setitem(sys.modules, "pymysql", None)
    assert refusal(mysql.open_at, place(address), names())[0] == "PyMySQL is not installed"


def test_a_server_that_refuses_for_another_reason_is_told_by_its_code(
    postgres_server: PostgresServer, mariadb_server: MariadbServer
) -> None:
    address = postgres_server.create_database("coded", driver="postgresql")
    held = postgresql.open_at(place(address), names())
    held._session.close()
    assert refusal(held._create, "x", "")[0].startswith("the server refused (")
    schema = mariadb_server.create_database("coded").replace("mysql+pymysql://", "mysql://")
    other = mysql.open_at(place(schema), names())
    mariadb_server.sql("GRANT ALL ON *.* TO 'coded'@'127.0.0.1'")
    other._session.close()
    with pytest.raises((Refused, pymysql.Error)):
        other._create("x" * 100)


def test_redis_gives_each_worker_an_index_and_takes_nobody_s(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(8):
        with redis_server.client(index) as client:
            client.flushdb()
    with redis_server.client(1) as client:
        client.set("somebody", "else's")
    with redis_server.client(2) as client:
        client.set("firedoor:stamp", "whose")
    with redis_server.client(3) as client:
        client.set(namespaces.KEY, "another:checkout:gw0")
    with redis_server.client(4) as client:
        client.set(namespaces.KEY, namespaces.Keeper("C", redis_server.url(0), names("earlier")).claim)
        client.set("left", "behind")
    first = namespaces.Keeper("CACHE", redis_server.url(0), names())
    second = namespaces.Keeper("CACHE", redis_server.url(5), names(worker="gw1"))
    one, other = first.open(), second.open()
    assert one.url == redis_server.url(4)
    assert other.url == redis_server.url(6)  # 5 is the environment's own
    assert one.prefix != other.prefix
    assert one.url not in repr(one)
    with redis_server.client(4) as client:
        assert client.keys() == [namespaces.KEY]
        client.set("a", 1)
    first.close()
    second.close()
    for index in (4, 6):
        with redis_server.client(index) as client:
            assert client.keys() == []
    with redis_server.client(1) as client:
        assert client.get("somebody") == "else's"
    monkeypatch.setattr(namespaces.Keeper, "_count", lambda _: 4)
    full = namespaces.Keeper("CACHE", redis_server.url(0), names())
    assert refusal(full.open)[0] == "no index of the server is free"
    full.close()
    for index in range(8):
        with redis_server.client(index) as client:
            client.flushdb()


def test_a_redis_that_keeps_its_configuration_to_itself_has_the_usual_number(
    redis_server: RedisServer,
) -> None:
    password = redis_server.create_user("narrow", "~*", "+@all", "-config")
    narrow = namespaces.Keeper("CACHE", redis_server.url(0, user="narrow", password=password), names())
    assert narrow._count() == 16


def test_without_redis_py_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    assert refusal(namespaces.Keeper, "CACHE", "redis://h/0", names())[0] == "redis-py is not installed"
