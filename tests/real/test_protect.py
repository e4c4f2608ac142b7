"""``protect(engine)``, with every driver, against real databases: each refusal beside the twin that passes."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import threading
import traceback
import warnings
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

import firedoor
from firedoor import ConfigurationError, FiredoorWarning, Problem, UsageError, origin
from firedoor.origin import FILE, Origin
from firedoor.sqlalchemy import protect
from firedoor.stamps import marker as marker_of
from firedoor.stamps.postgresql_session import Asker
from support.forwarder import forwarding
from support.stamping import address, stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from firedoor import Configuration
    from support.mariadb import MariadbServer
    from support.postgres import PostgresServer

pytestmark = pytest.mark.real

DECLARATION = """\
[project]
name = "shop"

[environments.development]
[environments.staging]
unstamped = "error"
[environments.production]
protected = true

[variables.DATABASE]
resource = "database"
[variables.TOKEN]
resource = "key"
"""
POSTGRESQL = ("postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg", "postgresql+psycopg_async")
ASYNC = ("asyncpg", "psycopg_async", "aiosqlite")

_numbers = count()


class Place:
    """A database in which the owner stamps; ``url`` is what the application has."""

    def __init__(self, owner: str, url: str) -> None:
        self.owner = address("database", owner)
        self.url = url

    def stamp(self, environment: str, **values: str) -> None:
        marker = marker_of(self.owner)
        assert marker is not None
        before = marker.observe(self.owner).stamp
        marker.write(self.owner, stamp(environment, **values), replacing=before)


@pytest.fixture
def fresh(postgres_server: PostgresServer) -> Callable[[], Place]:
    """Makes databases: the superuser stamps, the application may only log in."""

    def make() -> Place:
        name = f"protect_{next(_numbers)}"
        postgres_server.create_database(name)
        return Place(postgres_server.url(name), postgres_server.create_role(name, f"app_{name}"))

    return make


@pytest.fixture
def place(fresh: Callable[[], Place]) -> Place:
    return fresh()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "firedoor.toml").write_text(DECLARATION)
    return tmp_path


def configuration(folder: Path, environment: str, url: str) -> Configuration:
    """The environment's configuration, whose database has this URL. No other environment's file is here."""
    for other in folder.glob(".env.*"):
        other.unlink()
    file = folder / f".env.{environment}"
    file.write_text(f"DATABASE='{url}'\n")
    file.chmod(0o600)
    return firedoor.load(environment=environment, start=folder)


def with_driver(url: str, driver: str) -> str:
    return url.replace("postgresql:", f"{driver.replace('_async', '')}:")


def engine_for(url: str, driver: str = "postgresql+psycopg", **options: Any) -> Engine | AsyncEngine:
    make = create_async_engine if driver.endswith(ASYNC) else create_engine
    return make(with_driver(url, driver), **options)


def ask(engine: Engine | AsyncEngine, statement: str = "SELECT 1", times: int = 1) -> list[Any]:
    """What a statement gives over so many connections at once."""
    if isinstance(engine, Engine):
        connections = [engine.connect() for _ in range(times)]
        try:
            return [connection.execute(text(statement)).scalar() for connection in connections]
        finally:
            for connection in connections:
                connection.close()
            engine.dispose()

    async def asynchronously(engine: AsyncEngine) -> list[Any]:
        try:
            connections = [await engine.connect() for _ in range(times)]
            found = [(await connection.execute(text(statement))).scalar() for connection in connections]
            for connection in connections:
                await connection.close()
            return found
        finally:
            await engine.dispose()

    return asyncio.run(asynchronously(engine))


def problem(code: str, environment: str, severity: str = "error", **facts: str) -> Problem:
    origin = Origin(FILE, f".env.{environment}", 1, 1)
    return Problem(
        code, subject="DATABASE", environment=environment, origin=origin, severity=severity, **facts
    )


def foreign(environment: str, other: str, *, copy: str = "", **facts: str) -> Problem:
    named = {"level": "stamp", "other": other, "other_project": "", "cleaned": "", "copy": copy, **facts}
    return problem("FD522", environment, **named)


def refused(engine: Engine | AsyncEngine, *secrets: str) -> list[Problem]:
    """The problems of the refusal, after proof that it tells none of the secrets."""
    with pytest.raises(ConfigurationError) as caught:
        ask(engine)
    shown = repr(caught.value) + str(caught.value)
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    shown += "".join(
        f"{frame.line}{frame.locals}" for frame in frames.stack if "/firedoor/" in frame.filename
    )
    assert caught.value.__context__ is None
    for secret in secrets:
        assert secret not in shown
    return list(caught.value.problems)


@pytest.mark.parametrize("driver", POSTGRESQL)
def test_the_own_stamp_lets_every_connection_through(place: Place, folder: Path, driver: str) -> None:
    place.stamp("production")
    engine = engine_for(place.url, driver)
    assert protect(engine, configuration(folder, "production", place.url)) is engine
    assert ask(engine, "SELECT 7", times=3) == [7, 7, 7]


@pytest.mark.parametrize("driver", POSTGRESQL)
def test_another_environments_stamp_is_refused(place: Place, folder: Path, driver: str) -> None:
    place.stamp("production")
    engine = protect(engine_for(place.url, driver), configuration(folder, "development", place.url))
    password = place.url.split(":")[2].partition("@")[0]
    assert refused(engine, password) == [foreign("development", "production")]


def test_a_refused_connection_is_closed(place: Place, folder: Path, postgres_server: PostgresServer) -> None:
    place.stamp("production")
    asked: list[bytes] = []
    ended = threading.Event()

    def watch(piece: bytes) -> None:
        asked.append(piece)
        if piece.startswith(b"X"):
            ended.set()

    with forwarding(postgres_server.port, watch) as port:
        url = place.url.replace(f":{postgres_server.port}/", f":{port}/")
        engine = protect(engine_for(url), configuration(folder, "development", url))
        refused(engine)
        assert ended.wait(30)  # and no statement of the dialect came before
        assert len([piece for piece in asked if piece[:1] in (b"Q", b"P")]) == 1


def test_the_forwarder_to_production_is_stopped(
    fresh: Callable[[], Place], folder: Path, postgres_server: PostgresServer
) -> None:
    production, own = fresh(), fresh()
    production.stamp("production")
    own.stamp("development")
    with forwarding(postgres_server.port) as port:
        hidden, control = (
            one.url.replace(f":{postgres_server.port}/", f":{port}/") for one in (production, own)
        )
        engine = protect(engine_for(hidden), configuration(folder, "development", hidden))
        assert refused(engine) == [foreign("development", "production")]
        assert ask(protect(engine_for(control), configuration(folder, "development", control))) == [1]


def test_the_dump_restored_into_development_is_stopped(
    fresh: Callable[[], Place], folder: Path, postgres_server: PostgresServer
) -> None:
    production, own = fresh(), fresh()
    production.stamp("production")
    name = own.url.rpartition("/")[2]
    dump = postgres_server.dump(production.url.rpartition("/")[2], "--no-owner")
    configured = configuration(folder, "development", own.url)
    with pytest.warns(FiredoorWarning, match="FD521"):
        assert ask(protect(engine_for(own.url), configured)) == [1]
    postgres_server.restore(name, dump)
    assert refused(protect(engine_for(own.url), configured)) == [
        foreign("development", "production", copy="copy")
    ]


def test_the_template_clone_is_stopped(
    fresh: Callable[[], Place], folder: Path, postgres_server: PostgresServer
) -> None:
    production = fresh()
    production.stamp("production")
    name = production.url.rpartition("/")[2]
    postgres_server.clone(name, f"clone_{name}")
    clone = production.url.rpartition("/")[0] + f"/clone_{name}"
    assert refused(protect(engine_for(clone), configuration(folder, "staging", clone))) == [
        foreign("staging", "production", copy="copy")
    ]
    assert refused(protect(engine_for(clone), configuration(folder, "production", clone))) == [
        problem("FD523", "production", cleaned="")
    ]
    assert ask(protect(engine_for(production.url), configuration(folder, "production", production.url))) == [
        1
    ]


def test_a_repointed_name_is_stopped(
    fresh: Callable[[], Place],
    folder: Path,
    postgres_server: PostgresServer,
    other_postgres_server: PostgresServer,
) -> None:
    """The same address leads to another server than yesterday."""
    production = fresh()
    production.stamp("production")
    name = production.url.rpartition("/")[2]
    other_postgres_server.psql(f"CREATE DATABASE {name}")
    role = production.url.partition("//")[2].partition(":")[0]
    password = production.url.split(":")[2].partition("@")[0]
    other_postgres_server.psql(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
    with forwarding(postgres_server.port) as port:
        url = production.url.replace(f":{postgres_server.port}/", f":{port}/")
        configured = configuration(folder, "production", url)
        engine = protect(
            create_engine(with_driver(url, "postgresql+psycopg"), poolclass=NullPool), configured
        )
        assert ask(engine) == [1]
        ports = iter([other_postgres_server.port])
    with forwarding(next(ports)) as port:
        event.listen(engine, "do_connect", lambda d, r, a, parameters: parameters.update(port=port))
        assert refused(engine) == [problem("FD521", "production")]


def test_an_unstamped_database_is_as_grave_as_the_environment_says(place: Place, folder: Path) -> None:
    assert refused(protect(engine_for(place.url), configuration(folder, "staging", place.url))) == [
        problem("FD521", "staging")
    ]
    engine = protect(engine_for(place.url), configuration(folder, "development", place.url))
    with pytest.warns(FiredoorWarning, match="FD521") as said:
        ask(engine, times=3)
    assert len(said) == 1


def test_a_warning_that_is_an_error_closes_the_connection(place: Place, folder: Path) -> None:
    engine = protect(engine_for(place.url), configuration(folder, "development", place.url))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FiredoorWarning):
            ask(engine)


def test_an_unreadable_stamp_is_an_error_where_it_is_protected(
    place: Place, folder: Path, postgres_server: PostgresServer
) -> None:
    place.stamp("production")
    postgres_server.psql("REVOKE ALL ON SCHEMA firedoor FROM PUBLIC", database=place.url.rpartition("/")[2])
    assert refused(protect(engine_for(place.url), configuration(folder, "production", place.url))) == [
        problem("FD525", "production")
    ]
    with pytest.warns(FiredoorWarning, match="FD525"):
        assert ask(
            protect(engine_for(place.url), configuration(folder, "development", place.url)), times=2
        ) == [1, 1]


def test_a_stamp_that_its_own_login_could_forge_is_a_warning(place: Place, folder: Path) -> None:
    place.stamp("production")
    owner = place.owner.text
    with pytest.warns(FiredoorWarning, match="FD524"):
        assert ask(protect(engine_for(owner), configuration(folder, "production", owner))) == [1]


def test_a_stamp_of_another_project_is_refused(place: Place, folder: Path) -> None:
    place.stamp("development", project="warehouse")
    assert refused(protect(engine_for(place.url), configuration(folder, "development", place.url))) == [
        foreign("development", "development", other_project="warehouse")
    ]


@pytest.mark.parametrize("driver", POSTGRESQL)
@pytest.mark.parametrize("stamped", [True, False])
def test_it_is_one_round_trip_before_the_first_statement(
    place: Place, folder: Path, driver: str, stamped: bool, postgres_server: PostgresServer
) -> None:
    if stamped:
        place.stamp("development")
    asked: list[bytes] = []
    with forwarding(postgres_server.port, asked.append) as port, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        url = place.url.replace(f":{postgres_server.port}/", f":{port}/")
        configured = configuration(folder, "development", url)

        def statements(*, protected: bool) -> list[bytes]:
            engine = engine_for(url, driver)
            if protected:
                protect(engine, configured)
            ask(engine)
            asked.clear()
            ask(engine)  # the engine knows its server by now
            return [piece for piece in asked if piece[:1] in (b"Q", b"P", b"B")]

        without, with_it = statements(protected=False), statements(protected=True)
        assert b"pg_control_system" in with_it[0]
        assert [piece[:1] for piece in with_it] == [b"Q", *(piece[:1] for piece in without)]


def test_nothing_is_left_in_the_session(place: Place, folder: Path) -> None:
    place.stamp("development")
    engine = protect(
        create_engine(with_driver(place.url, "postgresql+psycopg")),
        configuration(folder, "development", place.url),
    )
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        assert not raw.autocommit
        assert connection.scalar(text("SELECT count(*) FROM pg_prepared_statements")) == 0
        assert connection.scalar(text("SHOW search_path")) == '"$user", public'
    engine.dispose()


def test_the_stamp_is_asked_for_again_by_each_connection(place: Place, folder: Path) -> None:
    place.stamp("development")
    engine = protect(
        create_engine(with_driver(place.url, "postgresql+psycopg"), poolclass=NullPool),
        configuration(folder, "development", place.url),
    )
    assert ask(engine) == [1]
    place.stamp("production")
    assert refused(engine) == [foreign("development", "production")]
    place.stamp("development")
    assert ask(engine) == [1]


def test_a_stamp_that_is_lost_is_noticed_by_the_next_connection(
    place: Place, folder: Path, postgres_server: PostgresServer
) -> None:
    place.stamp("staging")
    engine = protect(
        create_engine(with_driver(place.url, "postgresql+psycopg"), poolclass=NullPool),
        configuration(folder, "staging", place.url),
    )
    assert ask(engine) == [1]
    postgres_server.psql("DROP SCHEMA firedoor CASCADE", database=place.url.rpartition("/")[2])
    assert refused(engine) == [problem("FD521", "staging")]


def test_a_database_that_is_stamped_meanwhile_is_noticed(place: Place, folder: Path) -> None:
    engine = protect(
        create_engine(with_driver(place.url, "postgresql+psycopg"), poolclass=NullPool),
        configuration(folder, "development", place.url),
    )
    with pytest.warns(FiredoorWarning, match="FD521"):
        assert ask(engine) == [1]
    place.stamp("production")
    assert refused(engine) == [foreign("development", "production")]


def test_connections_that_the_pool_held_before_are_asked_too(place: Place, folder: Path) -> None:
    place.stamp("production")
    engine = create_engine(with_driver(place.url, "postgresql+psycopg"))
    engine.connect().close()
    protect(engine, configuration(folder, "development", place.url))
    assert refused(engine) == [foreign("development", "production")]


def test_own_connections_that_the_pool_held_before_are_let_through(place: Place, folder: Path) -> None:
    place.stamp("production")
    engine = create_engine(with_driver(place.url, "postgresql+psycopg"))
    engine.connect().close()
    protect(engine, configuration(folder, "production", place.url))
    assert ask(engine, times=2) == [1, 1]


def test_a_disposed_pool_stays_protected(place: Place, folder: Path) -> None:
    place.stamp("production")
    engine = protect(
        create_engine(with_driver(place.url, "postgresql+psycopg")),
        configuration(folder, "development", place.url),
    )
    engine.dispose()
    assert refused(engine) == [foreign("development", "production")]
    assert refused(engine) == [foreign("development", "production")]


def test_rows_of_another_shape_are_read_all_the_same(place: Place, folder: Path) -> None:
    from psycopg.rows import dict_row
    from psycopg2.extras import RealDictCursor

    place.stamp("production")
    configured = configuration(folder, "development", place.url)
    for driver, options in (
        ("psycopg", {"row_factory": dict_row}),
        ("psycopg2", {"cursor_factory": RealDictCursor}),
    ):
        engine = engine_for(place.url, f"postgresql+{driver}", connect_args=options)
        assert refused(protect(engine, configured)) == [foreign("development", "production")]


def locked(folder: Path, environment: str, url: str) -> None:
    """Take the environment into the lock, where its secrets are at hand."""
    configuration(folder, environment, url)
    command = (sys.executable, "-m", "firedoor", "-C", str(folder), "lock", "-e", environment)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lock_knows_production_behind_another_address(
    fresh: Callable[[], Place], folder: Path, postgres_server: PostgresServer
) -> None:
    """No stamp, no file of production's, another address: what answers is still production."""
    production, own = fresh(), fresh()
    locked(folder, "production", production.url)
    with forwarding(postgres_server.port) as port:
        hidden, control = (
            one.url.replace(f":{postgres_server.port}/", f":{port}/") for one in (production, own)
        )
        engine = protect(engine_for(hidden), configuration(folder, "development", hidden))
        assert refused(engine) == [foreign("development", "production", level="lock")]
        with pytest.warns(FiredoorWarning, match="FD521"):
            assert ask(protect(engine_for(control), configuration(folder, "development", control))) == [1]


def test_a_name_that_leads_elsewhere_than_when_the_lock_was_taken_is_stopped(
    fresh: Callable[[], Place], folder: Path
) -> None:
    production, other = fresh(), fresh()
    locked(folder, "production", production.url)
    for place in (production, other):
        place.stamp("production")
    assert ask(protect(engine_for(production.url), configuration(folder, "production", production.url))) == [
        1
    ]
    configured = configuration(folder, "production", production.url)
    engine = protect(engine_for(other.url), configured, variable="DATABASE")
    assert refused(engine) == [problem("FD510", "production")]


def test_a_variable_without_a_value_may_be_named_all_the_same(place: Place, folder: Path) -> None:
    place.stamp("production")
    (folder / ".env.development").write_text("OTHER=1\n")
    configured = firedoor.load(environment="development", start=folder)
    problems = refused(protect(engine_for(place.url), configured, variable="DATABASE"))
    assert [(one.code, one.origin) for one in problems] == [
        ("FD522", Origin(origin.DECLARATION, "firedoor.toml"))
    ]


def test_any_other_driver_is_asked_by_what_all_have_in_common(place: Place) -> None:
    """pg8000 and whoever else: one statement, and nothing is left open."""
    place.stamp("production")
    asker = Asker("another", is_async=False)
    with psycopg.connect(place.url) as connection:
        seen = [asker(connection) for _ in range(2)]
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    marker = marker_of(place.owner)
    assert marker is not None
    assert seen == [replace(marker.observe(place.owner), forgeable=False)] * 2


def test_databases_that_firedoor_cannot_ask_are_not_protected(place: Place, folder: Path) -> None:
    engine = create_engine("sqlite://")
    engine.dialect.name = "oracle"
    with pytest.raises(UsageError) as caught:
        protect(engine, configuration(folder, "development", place.url))
    assert (
        str(caught.value) == "firedoor.sqlalchemy protects PostgreSQL, MySQL, MariaDB and SQLite, not oracle"
    )


def test_a_declaration_that_is_missing_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(firedoor.DeclarationError):
        protect(create_engine("sqlite://"))


def test_an_older_sqlalchemy_leaves_the_closing_to_us(
    place: Place, folder: Path, monkeypatch: pytest.MonkeyPatch, postgres_server: PostgresServer
) -> None:
    from firedoor import sqlalchemy as module

    monkeypatch.setattr(module, "_CLOSES_REFUSED", False)
    place.stamp("production")
    ended = threading.Event()

    def watch(piece: bytes) -> None:
        if piece.startswith(b"X"):
            ended.set()

    with forwarding(postgres_server.port, watch) as port:
        url = place.url.replace(f":{postgres_server.port}/", f":{port}/")
        assert refused(protect(engine_for(url), configuration(folder, "development", url))) == [
            foreign("development", "production")
        ]
        assert ended.wait(30)


# Whose engine it is.


def test_the_variable_is_found_by_what_the_url_leads_to(place: Place, folder: Path) -> None:
    place.stamp("production")
    spelled = place.url.replace("127.0.0.1", "127.1")
    configured = configuration(folder, "development", spelled)
    assert refused(protect(engine_for(place.url), configured)) == [foreign("development", "production")]


def test_an_engine_of_no_variable_has_to_be_told_whose_it_is(
    fresh: Callable[[], Place], folder: Path
) -> None:
    declared, other = fresh(), fresh()
    other.stamp("production")
    configured = configuration(folder, "development", declared.url)
    with pytest.raises(UsageError) as caught:
        protect(engine_for(other.url), configured)
    assert str(caught.value) == (
        "protect(): the engine's URL is the address of no declared variable; name it: protect(engine, variable=...)"
    )
    assert refused(protect(engine_for(other.url), configured, variable="DATABASE")) == [
        foreign("development", "production")
    ]


@pytest.mark.parametrize("name", ["NOTHING", "TOKEN"])
def test_a_name_that_is_no_database_is_refused(place: Place, folder: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        protect(engine_for(place.url), configuration(folder, "development", place.url), variable=name)
    assert str(caught.value) == f"protect(): {name} is no variable that is declared as a database"


def test_only_engines_are_protected(folder: Path) -> None:
    with pytest.raises(TypeError) as caught:
        protect(folder)
    assert str(caught.value).startswith("protect() takes a SQLAlchemy engine, not ")


def test_the_environment_is_selected_as_ever_when_no_settings_are_given(
    place: Place, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.stamp("production")
    configuration(folder, "development", place.url)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("APP_ENV", "development")
    assert refused(protect(engine_for(place.url))) == [foreign("development", "production")]


def test_settings_know_their_environment(place: Place, folder: Path) -> None:
    class Shop(firedoor.Settings):
        database: str

    place.stamp("production")
    configuration(folder, "development", place.url)
    settings = firedoor.load(Shop, environment="development", start=folder)
    assert refused(protect(engine_for(place.url), settings)) == [foreign("development", "production")]


# Other databases.


def test_mariadb_is_asked_before_the_first_statement(mariadb_server: MariadbServer, folder: Path) -> None:
    name = f"protect_{next(_numbers)}"
    owner = mariadb_server.create_database(name)
    url = mariadb_server.create_user(name, f"app_{name}", f"GRANT SELECT, INSERT ON {name}.* TO {{user}}")
    place = Place(owner, url)
    place.stamp("production")
    assert refused(protect(create_engine(url), configuration(folder, "development", url))) == [
        foreign("development", "production")
    ]
    assert ask(protect(create_engine(url), configuration(folder, "production", url)), times=2) == [1, 1]


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+aiosqlite"])
def test_a_sqlite_hard_link_to_production_is_stopped_and_a_copied_file(
    tmp_path: Path, folder: Path, driver: str
) -> None:
    production = tmp_path / "production.db"
    sqlite3.connect(production).execute("CREATE TABLE t (a)").connection.close()
    Place(f"sqlite:///{production}", "").stamp("production")
    link, copy, own = (tmp_path / f"{name}.db" for name in ("link", "copy", "own"))
    link.hardlink_to(production)
    shutil.copy(production, copy)
    shutil.copy(production, own)
    Place(f"sqlite:///{own}", "").stamp("development")
    for path, expected in ((link, ""), (copy, "copy")):
        url = f"{driver}:///{path}"
        engine = engine_for(url, driver)
        assert refused(protect(engine, configuration(folder, "development", url))) == [
            foreign("development", "production", copy=expected)
        ]
    url = f"{driver}:///{own}"
    assert ask(protect(engine_for(url, driver), configuration(folder, "development", url))) == [1]


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+aiosqlite"])
def test_a_database_in_memory_is_nobody_elses(folder: Path, driver: str) -> None:
    configured = configuration(folder, "staging", f"{driver}:///{folder / 'other.db'}")
    assert ask(protect(engine_for(f"{driver}://", driver), configured)) == [1]
    assert ask(protect(engine_for(f"{driver}:///:memory:", driver), configured, variable="DATABASE")) == [1]


def test_without_an_answer_a_protected_environment_is_refused(
    place: Place, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from firedoor.stamps import postgresql_session

    monkeypatch.setattr(postgresql_session, "WHOLE", "SELECT 'hostile-value' FROM nowhere")
    assert refused(
        protect(engine_for(place.url), configuration(folder, "production", place.url)), "hostile-value"
    ) == [problem("FD525", "production")]
    with pytest.warns(FiredoorWarning, match="FD525"):
        assert ask(protect(engine_for(place.url), configuration(folder, "development", place.url))) == [1]
