"""Who keeps workers' databases, asked in this process: PostgreSQL, MariaDB and Redis, each refusal beside what is made."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import redis

from firedoor import worker_names
from firedoor.testing import namespaces
from firedoor.testing.databases import mysql, postgresql
from firedoor.testing.databases.database import Database, Refused, keeper
from firedoor.testing.databases.place import Place
from firedoor.worker_names import Names

if TYPE_CHECKING:
    from typing import Self

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
        made(*given)  # type: ignore[operator]  # wrong on purpose, or a stand-in
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
    now = postgresql.open_at(place(address), names())
    unfinished = names().template("swept")
    postgres_server.psql(f'CREATE DATABASE "{unfinished}" OWNER swept')
    assert refusal(now.create, migrate)[0] == "a database that is not ours has the name already"
    postgres_server.psql(f"""COMMENT ON DATABASE "{unfinished}" IS '{now._unfinished}'""")
    now.create(migrate)
    there = left(postgres_server, "swept")
    assert names("earlier").own("swept") not in there
    assert names("running").own("swept") in there
    now.close()
    running.close()
    assert left(postgres_server, "swept") == []


def test_postgresql_leaves_to_others_what_is_theirs(postgres_server: PostgresServer) -> None:
    address = postgres_server.create_database("theirs", driver="postgresql")
    postgres_server.psql("ALTER ROLE theirs CREATEDB")
    earlier = postgresql.open_at(place(address), names("earlier"))
    earlier.create(migrate)
    earlier._session.close()
    kept = [names("earlier").own("theirs"), names("earlier").template("theirs")]
    for name in kept:
        postgres_server.psql(f'ALTER DATABASE "{name}" OWNER TO postgres')
    now = postgresql.open_at(place(address), names())
    now.create(migrate)
    assert {*kept} < {*left(postgres_server, "theirs")}
    now.close()
    assert left(postgres_server, "theirs") == sorted(kept)
    for name in kept:
        postgres_server.psql(f'DROP DATABASE "{name}"')


def test_postgresql_ends_the_sessions_of_its_own_role_alone(postgres_server: PostgresServer) -> None:
    address = postgres_server.create_database("watched", driver="postgresql")
    postgres_server.psql("ALTER ROLE watched CREATEDB")
    kept: list[psycopg.Connection[Any]] = []

    def forgetful(database: Database) -> None:
        kept.append(psycopg.connect(database.url))

    made = postgresql.open_at(place(address), names())
    made.create(forgetful)
    made.close()

    def looked_at(database: Database) -> None:
        kept.append(psycopg.connect(postgres_server.url(database.name).replace("+asyncpg", "")))

    watched = postgresql.open_at(place(address), names())
    assert refusal(watched.create, looked_at)[0] == (
        "somebody is connected to the database that workers' are copied from"
    )
    for connection in kept:
        connection.close()
    watched.close()
    assert left(postgres_server, "watched") == []


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
    assert remedy == "GRANT ALL ON `" + names().of_checkout("kept").replace("_", r"\_") + "%`.* TO <account>"
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
    again = mysql.open_at(place(address), names(worker="gw1"))
    mariadb_server.sql(f"CREATE DATABASE {names(worker='gw1').own('kept')}")
    assert refusal(again.create, seen.append)[0] == "a schema that is not ours has the name already"
    mariadb_server.sql(f"DROP DATABASE {names(worker='gw1').own('kept')}")
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


def test_mariadb_is_reached_as_its_own_clients_would(
    mariadb_server: MariadbServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = mariadb_server.create_database("spelled")
    mariadb_server.sql("GRANT ALL ON `spelled\\_fd%`.* TO 'spelled'@'127.0.0.1'")
    server = address.partition("@")[2].partition("/")[0]
    elsewhere = address.replace(server, "db.example.org:9") + "?host={}&port={}".format(*server.split(":"))
    made = mysql.open_at(place(elsewhere), names())
    monkeypatch.setattr(Place, "stamp", lambda *_: None)
    made.create(lambda _: None)
    again = mysql.open_at(place(address), names())
    with monkeypatch.context() as patched:
        patched.setattr(mysql, "_WAIT", 0)
        assert refusal(again.create, lambda _: None)[0] == "another run holds this worker's lock"
    again.close()
    made.close()


def test_a_server_that_refuses_for_another_reason_is_told_by_its_code(
    postgres_server: PostgresServer, mariadb_server: MariadbServer
) -> None:
    address = postgres_server.create_database("coded", driver="postgresql")
    held = postgresql.open_at(place(address), names())
    held._session.close()
    assert refusal(held._create, "x", "", "")[0].startswith("the server refused (")
    schema = mariadb_server.create_database("coded").replace("mysql+pymysql://", "mysql://")
    other = mysql.open_at(place(schema), names())
    mariadb_server.sql("GRANT ALL ON *.* TO 'coded'@'127.0.0.1'")
    other._session.close()
    assert refusal(other._create, "x")[0] == "the server refused (0)"


def keeper_of(
    server: RedisServer, run: str = "run", worker: str = "gw0", *, home: int = 0
) -> namespaces.Keeper:
    return namespaces.Keeper("CACHE", server.url(home), names(run, worker))


def index_of(url: str) -> int:
    with redis.Redis.from_url(url) as client:
        return int(client.connection_pool.connection_kwargs["db"])


@pytest.fixture
def emptied(redis_server: RedisServer) -> RedisServer:
    redis_server.run("FLUSHALL")
    return redis_server


def test_redis_gives_each_worker_an_index_and_takes_nobody_s(emptied: RedisServer) -> None:
    with emptied.client(1) as client:
        client.set("somebody", "else's")
    with emptied.client(2) as client:
        client.set("firedoor:stamp", "whose")
    with emptied.client(0) as client:
        client.set(f"{namespaces.KEY}3", "another:checkout:gw0")
        client.set(f"{namespaces.KEY}4", keeper_of(emptied, "earlier").claim)
    with emptied.client(4) as client:
        client.set("left", "behind")
    first = keeper_of(emptied)
    second = keeper_of(emptied, worker="gw1", home=3)
    one, other = first.open(), second.open()
    assert one.url == f"{emptied.url(4)}#{names().tag()}"
    assert other.url == f"{emptied.url(5)}#{names(worker='gw1').tag()}"  # 3 is the environment's own
    assert one.prefix != other.prefix
    assert one.url not in repr(one)
    with emptied.client(4) as client:
        assert client.keys() == []
        client.set("a", 1)
    first.close()
    second.close()
    first.close()
    with emptied.client(0) as client:
        assert client.keys() == [f"{namespaces.KEY}3"]
    assert emptied.run("DBSIZE", index=4) == emptied.run("DBSIZE", index=5) == 0
    with emptied.client(1) as client:
        assert client.get("somebody") == "else's"


def test_redis_workers_that_start_at_once_never_share_what_a_killed_run_left(emptied: RedisServer) -> None:
    for worker in ("gw0", "gw1"):
        left_behind = keeper_of(emptied, "killed", worker)
        left_behind.open()
        left_behind._client.close()  # as a killed process leaves it
    workers = [keeper_of(emptied, worker=f"gw{number}") for number in range(6)]
    together = threading.Barrier(len(workers))
    taken: list[str] = []

    def start(worker: namespaces.Keeper) -> None:
        together.wait()
        taken.append(worker.open().url)

    threads = [threading.Thread(target=start, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({index_of(url) for url in taken}) == len(workers)
    for each in workers:
        each.close()


def test_redis_runs_of_one_checkout_at_the_same_time_have_two_indices(emptied: RedisServer) -> None:
    first, second = keeper_of(emptied, "one"), keeper_of(emptied, "two", home=7)
    own = first.open()
    with redis.Redis.from_url(own.url) as client:
        client.flushdb()  # what a test may do to what is its own
    assert index_of(second.open().url) != index_of(own.url)
    third = keeper_of(emptied, "three")
    with emptied.client(0) as client:
        client.delete(f"{namespaces.KEY}{index_of(own.url)}")  # as if the environment's own had been emptied
    assert index_of(third.open().url) not in {index_of(own.url), second._index}
    for keeper_ in (first, second, third):
        keeper_.close()
    with redis.Redis.from_url(emptied.url(1)) as somebody:
        somebody.ping()
        fourth = keeper_of(emptied, "four")
        assert index_of(fourth.open().url) != 1  # empty, and somebody works there
        fourth.close()


@pytest.mark.parametrize("spelled", ["?db=3", "?db=3&decode_responses=True", "/3", "socket"])
def test_redis_s_index_is_said_where_the_address_says_it(emptied: RedisServer, spelled: str) -> None:
    address = emptied.socket_url(3) if spelled == "socket" else emptied.url(0).rpartition("/")[0] + spelled
    made = namespaces.Keeper("CACHE", address, names())
    opened = made.open()
    with redis.Redis.from_url(opened.url) as client:
        client.set("a", 1)
        assert client.connection_pool.connection_kwargs["db"] == made._index != 3
    assert worker_names.leads_to_worker(opened.url, address, "/home/keepers")
    taken = index_of(opened.url)
    assert emptied.run("DBSIZE", index=3) == emptied.run("DBSIZE", index=taken) == 1
    made.close()
    assert emptied.run("DBSIZE", index=3) == emptied.run("DBSIZE", index=taken) == 0


def test_redis_is_full(emptied: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(namespaces.Keeper, "_count", lambda _: 2)
    with emptied.client(1) as client:
        client.set("somebody", "else's")
    full = keeper_of(emptied)
    assert refusal(full.open)[0] == "no index of the server is free"
    full.close()


def test_a_claim_that_another_worker_changed_meanwhile_is_not_taken(emptied: RedisServer) -> None:
    made = keeper_of(emptied)
    made._client.set(f"{namespaces.KEY}1", "another")
    assert not made._swap(1, None, made.claim)
    watched = made._client.pipeline
    made._client.pipeline = lambda: _Meddled(watched(), emptied)
    assert not made._swap(1, b"another", made.claim)
    made._client.delete(f"{namespaces.KEY}1")
    assert not made._take(1)
    made.close()


class _Meddled:
    """A pipeline beside which somebody else writes at the last moment."""

    def __init__(self, one: Any, server: RedisServer) -> None:
        self._one = one
        self._server = server

    def __enter__(self) -> Self:
        self._one.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._one.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._one, name)

    def execute(self) -> Any:
        self._server.run("SET", f"{namespaces.KEY}1", "faster")
        return self._one.execute()


def test_what_redis_does_not_let_us_know_or_do_is_a_refusal_without_its_address(emptied: RedisServer) -> None:
    password = emptied.create_user("narrow", "~*", "+@all", "-config")
    narrow = namespaces.Keeper("CACHE", emptied.url(0, user="narrow", password=password), names())
    assert narrow._count() == 16
    narrow.close()
    password = emptied.create_user("blind", "~*", "+@all", "-client|list")
    blind = namespaces.Keeper("CACHE", emptied.url(0, user="blind", password=password), names())
    assert refusal(blind.open) == (
        "the account may not ask who is connected",
        "ACL SETUSER <account> +client",
    )
    blind.close()
    silent = namespaces.Keeper("CACHE", "redis://127.0.0.1:9/0", names())
    assert refusal(silent.open)[0] == "the server does not answer, or refuses (ConnectionError)"
    assert refusal(namespaces.Keeper, "CACHE", "redis://a:1,b:2/0", names())[0] == (
        "its address names no one server and index"
    )


def test_without_redis_py_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    assert refusal(namespaces.Keeper, "CACHE", "redis://h/0", names())[0] == "redis-py is not installed"
