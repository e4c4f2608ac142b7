"""Databases for test workers on real servers: suites of two workers that empty everything, and what is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.mariadb import MariadbServer
    from support.postgres import PostgresServer
    from support.project import ProjectFolder, Result
    from support.redis_server import RedisServer

pytestmark = pytest.mark.real

DECLARATION = """\
[project]
name = "shop"
[environments.testing]
unstamped = "note"
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
[variables.CACHE_URL]
resource = "cache"
"""
CONFTEST = """\
import os
from sqlalchemy import create_engine, text

def pytest_firedoor_migrate(database):
    assert os.environ["DATABASE_URL"] == database.url
    family, _, rest = database.url.partition("://")
    drivers = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql", "sqlite": "sqlite"}
    engine = create_engine(f"{drivers[family.partition('+')[0]]}://{rest}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE people (name VARCHAR(20))"))
    engine.dispose()
"""
SUITE = """\
import os, time
import firedoor
import pytest
from sqlalchemy import create_engine, text

class Settings(firedoor.Settings):
    DATABASE_URL: str

URL = ("postgresql://", "postgresql+psycopg://")

@pytest.fixture(scope="module")
def engine(firedoor_database):
    assert Settings().DATABASE_URL == os.environ["DATABASE_URL"] == firedoor_database.url
    url = firedoor_database.url.replace(*URL).replace("mysql://", "mysql+pymysql://")
    made = create_engine(url)
    yield made
    made.dispose()

@pytest.mark.parametrize("turn", range(6))
def test_nobody_empties_it_meanwhile(engine, turn, firedoor_database):
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM people"))
        connection.execute(text("INSERT INTO people VALUES ('a')"))
    time.sleep(0.05)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM people")) == 1
    print(f"<{firedoor_database.name}>")
"""


def suite(folder: ProjectFolder, address: str, *arguments: str, text: str = SUITE, cache: str = "") -> Result:
    folder.write("firedoor.toml", DECLARATION)
    folder.write(
        ".env.testing", f"DATABASE_URL={address}\n" + (f"CACHE_URL={cache}\n" if cache else ""), mode=0o600
    )
    folder.write(".env.production", "DATABASE_URL=postgresql://db.example.org/shop\n", mode=0o600)
    folder.write("conftest.py", CONFTEST)
    folder.write("pytest.ini", "[pytest]\nfiredoor_env = testing\nasyncio_mode = auto\n")
    folder.write("test_people.py", text)
    command = (sys.executable, "-m", "pytest", "-q", "-rP", "-p", "no:cacheprovider", *arguments)
    return folder.run(*command, env={})


def databases_of(server: PostgresServer) -> list[str]:
    return server.psql("SELECT datname FROM pg_database WHERE datname LIKE '%\\_fd%' ORDER BY 1").split()


def schemas_of(server: MariadbServer) -> list[str]:
    return [name for name in server.sql("SHOW DATABASES").split() if "_fd" in name]


def test_each_worker_has_a_postgresql_database_and_nothing_is_left(
    project: ProjectFolder, postgres_server: PostgresServer
) -> None:
    address = postgres_server.create_database("workers", driver="postgresql")
    postgres_server.psql("ALTER ROLE workers CREATEDB")
    done = suite(project, address, "-n", "2")
    assert done.code == 0, done.everything
    used = {word for word in done.stdout.split() if word.startswith("<workers_fd")}
    assert len(used) == 2, done.stdout
    assert databases_of(postgres_server) == []


def test_a_role_that_may_not_create_is_told_what_to_ask_for(
    project: ProjectFolder, postgres_server: PostgresServer
) -> None:
    address = postgres_server.create_database("narrow", driver="postgresql")
    done = suite(project, address)
    assert done.code == 1
    assert "FD640" in done.stdout
    assert "ALTER ROLE <role> CREATEDB" in done.stdout
    assert address not in done.everything


def test_what_a_killed_run_left_is_dropped_by_the_next_and_nothing_else(
    project: ProjectFolder, postgres_server: PostgresServer
) -> None:
    address = postgres_server.create_database("killed", driver="postgresql")
    postgres_server.psql("ALTER ROLE killed CREATEDB")
    stops = (
        "import time\ndef test_it(firedoor_database):\n    open('there', 'w').close()\n    time.sleep(60)\n"
    )
    suite(project, address, "--collect-only", text=stops)
    run = subprocess.Popen(
        (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        cwd=project.root,
        env={"PATH": os.environ["PATH"]},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 30
    while not (project.root / "there").exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait()
    left = databases_of(postgres_server)
    assert len(left) == 2  # the worker's, and what it was copied from
    beginning = left[0].rpartition("_")[0].rpartition("_")[0]
    own = f"{beginning}_aaaaaa_mine"
    postgres_server.psql(f'CREATE DATABASE "{own}"')  # looks like one, and is nobody's of ours
    done = suite(project, address)
    assert done.code == 0, done.everything
    assert databases_of(postgres_server) == [own]
    postgres_server.psql(f'DROP DATABASE "{own}"')


def test_each_worker_has_a_schema_of_mariadb_and_nothing_is_left(
    project: ProjectFolder, mariadb_server: MariadbServer
) -> None:
    address = mariadb_server.create_database("workers").replace("mysql+pymysql://", "mysql://")
    refused = suite(project, address)
    assert refused.code == 1
    assert "FD640" in refused.stdout
    mariadb_server.sql("GRANT ALL ON `workers\\_fd%`.* TO 'workers'@'127.0.0.1'")
    done = suite(project, address, "-n", "2")
    assert done.code == 0, done.everything
    assert len({word for word in done.stdout.split() if word.startswith("<workers_fd")}) == 2
    assert schemas_of(mariadb_server) == []


@pytest.mark.parametrize("path", ["file.db", ":memory:"])
def test_each_worker_has_a_file_of_sqlite(project: ProjectFolder, path: str) -> None:
    done = suite(project, f"sqlite:///{path}", "-n", "2")
    assert done.code == 0, done.everything
    assert not list(project.root.glob("*.db"))


def test_each_worker_has_an_index_of_redis_that_is_empty_afterwards(
    project: ProjectFolder, redis_server: RedisServer
) -> None:
    text = """\
import os, time
import firedoor, pytest, redis

class Settings(firedoor.Settings):
    CACHE_URL: str

@pytest.mark.parametrize("turn", range(4))
def test_nobody_empties_it_meanwhile(firedoor_redis, turn):
    assert Settings().CACHE_URL == os.environ["CACHE_URL"] == firedoor_redis.url
    with redis.Redis.from_url(firedoor_redis.url) as client:
        client.flushdb()
        client.set("a", 1)
        time.sleep(0.05)
        assert client.exists("a")
    print(f"<{firedoor_redis.prefix}>")
"""
    with redis_server.client(1) as client:
        client.flushdb()
        client.set("somebody", "else's")
    done = suite(project, "sqlite://", "-n", "2", text=text, cache=redis_server.url(0))
    assert done.code == 0, done.everything
    assert len({word for word in done.stdout.split() if word.startswith("<")}) == 2
    with redis_server.client(1) as client:
        assert client.get("somebody") == "else's"
        client.flushdb()
    for index in range(2, 6):
        with redis_server.client(index) as client:
            assert not client.exists("a", "firedoor:worker")


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "sqlite"])
def test_what_a_test_commits_is_gone_behind_it(
    project: ProjectFolder, postgres_server: PostgresServer, scheme: str
) -> None:
    text = """\
import pytest
from sqlalchemy import text

@pytest.mark.parametrize("turn", range(2))
def test_one_is_there(firedoor_transaction, turn):
    with firedoor_transaction.sessions() as session:
        session.execute(text("INSERT INTO people VALUES ('a')"))
        session.commit()
        session.execute(text("INSERT INTO people VALUES ('b')"))
        session.rollback()
    with firedoor_transaction.sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM people")) == 1
"""
    if scheme == "sqlite":
        address = "sqlite:///people.db"
    else:
        address = postgres_server.create_database("undone", driver="postgresql+psycopg")
        postgres_server.psql("ALTER ROLE undone CREATEDB")
    done = suite(project, address, text=text)
    assert done.code == 0, done.everything


@pytest.mark.parametrize("scheme", ["postgresql+asyncpg", "sqlite+aiosqlite"])
def test_what_an_asynchronous_test_commits_is_gone_behind_it(
    project: ProjectFolder, postgres_server: PostgresServer, scheme: str
) -> None:
    text = """\
import pytest
from sqlalchemy import text

@pytest.mark.parametrize("turn", range(2))
async def test_one_is_there(firedoor_async_transaction, turn):
    async with firedoor_async_transaction() as transaction:
        async with transaction.sessions() as session:
            await session.execute(text("INSERT INTO people VALUES ('a')"))
            await session.commit()
        async with transaction.sessions() as session:
            assert await session.scalar(text("SELECT count(*) FROM people")) == 1
"""
    if scheme.startswith("sqlite"):
        address = f"{scheme}:///people.db"
    else:
        address = postgres_server.create_database("undone_async", driver=scheme)
        postgres_server.psql("ALTER ROLE undone_async CREATEDB")
    done = suite(project, address, text=text)
    assert done.code == 0, done.everything
