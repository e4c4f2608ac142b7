"""``protect(engine)`` as far as SQLite files show it; tests/real/test_protect.py has servers and every driver."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import traceback
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.ext.asyncio import create_async_engine

from firedoor import (
    ConfigurationError,
    DeclarationError,
    FiredoorWarning,
    UsageError,
    boundary,
    declaration,
)
from firedoor import sqlalchemy as module
from firedoor.lock import owners
from firedoor.observation import Target
from firedoor.origin import DECLARATION, FILE, Origin
from firedoor.problem import ERROR, WARNING, Problem
from firedoor.sqlalchemy import protect
from firedoor.stamps import sqlite as marker
from firedoor.stamps.address import Address
from firedoor.stamps.sqlite_session import Asker
from support.stamping import address, stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.engine import Engine

    from firedoor.resolve import Configuration
    from firedoor.stamps.observation import Observation

DECLARED = """\
[project]
name = "shop"
[environments.development]
[environments.staging]
unstamped = "error"
[environments.production]
protected = true
[variables.UNSET]
resource = "database"
[variables.TOKEN]
resource = "key"
[variables.UNFINISHED]
resource = "database"
[variables.CACHE]
resource = "cache"
[variables.DATABASE]
resource = "database"
"""


class Raw(sqlite3.Connection):
    """A connection that notes when it is closed."""

    closed = 0

    def close(self) -> None:
        Raw.closed += 1
        super().close()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The database, with production's stamp."""
    (tmp_path / "firedoor.toml").write_text(DECLARED)
    path = tmp_path / "shop.db"
    sqlite3.connect(path).execute("CREATE TABLE t (a)").connection.close()
    marked(path, "production")
    Raw.closed = 0
    return path


def marked(path: Path, environment: str) -> None:
    place = address("database", f"sqlite:///{path}")
    marker.write(place, stamp(environment), replacing=marker.observe(place).stamp)


def unmarked(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE firedoor_stamp")
    connection.commit()
    connection.close()


def configured(shop: Path, environment: str, value: str = "") -> Configuration:
    for old in shop.parent.glob(".env.*"):
        old.unlink()
    lines = (
        f"DATABASE={value or f'sqlite:///{shop}'}",
        "TOKEN=abcdef0123456789",
        "UNFINISHED=sqlite:///${NOWHERE}",
        "CACHE=redis://cache.example.org/0",
    )
    (shop.parent / f".env.{environment}").write_text("\n".join(lines) + "\n")
    return boundary.configure(declaration.load(shop.parent, use_cache=False), environment)


def engine_of(shop: Path, **options: Any) -> Engine:
    return create_engine(f"sqlite:///{shop}", connect_args={"factory": Raw}, **options)


def ask(engine: Engine, times: int = 1) -> list[Any]:
    connections = [engine.connect() for _ in range(times)]
    found = [connection.execute(text("SELECT 7")).scalar() for connection in connections]
    for connection in connections:
        connection.close()
    return found


def refused(engine: Engine) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        engine.connect()
    assert caught.value.__context__ is None
    own = [
        frame
        for frame, _ in traceback.walk_tb(caught.value.__traceback__)
        if frame.f_code.co_filename == module.__file__
    ]
    assert own
    assert all(frame.f_locals["__tracebackhide__"] is True for frame in own)
    return caught.value.problems


def problem(code: str, environment: str = "development", severity: str = ERROR, **facts: str) -> Problem:
    origin = Origin(FILE, f".env.{environment}", 1, 1)
    return Problem(
        code, subject="DATABASE", environment=environment, origin=origin, severity=severity, **facts
    )


def foreign(level: str = "stamp") -> Problem:
    return problem("FD522", level=level, other="production", other_project="", cleaned="", copy="")


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Observation | None]:
    """What was observed, each time that a connection was asked."""
    seen: list[Observation | None] = []
    real = Asker.__call__

    def call(self: Asker, connection: Any) -> Observation | None:
        seen.append(real(self, connection))
        return seen[-1]

    monkeypatch.setattr(Asker, "__call__", call)
    return seen


# --- each connection ---


def test_the_own_stamp_lets_every_connection_through(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marked(shop, "development")
    seen = counted(monkeypatch)
    engine = engine_of(shop)
    assert protect(engine, configured(shop, "development")) is engine
    assert ask(engine, times=2) == [7, 7]
    assert ask(engine) == [7]  # one of them again
    assert len(seen) == 2
    assert Raw.closed == 0


@pytest.mark.parametrize(("closes", "closed"), [(True, 1), (False, 2)])
def test_another_environments_stamp_is_refused_and_the_connection_closed(
    shop: Path, monkeypatch: pytest.MonkeyPatch, closes: bool, closed: int
) -> None:
    assert module._CLOSES_REFUSED
    monkeypatch.setattr(module, "_CLOSES_REFUSED", closes)
    engine = protect(engine_of(shop), configured(shop, "development"))
    assert refused(engine) == (foreign(),)
    assert Raw.closed == closed
    marked(shop, "development")
    assert ask(engine) == [7]
    assert Raw.closed == closed


def test_no_other_listener_has_a_connection_before(shop: Path) -> None:
    heard: list[str] = []
    engine = engine_of(shop)
    engine.connect().close()
    for name in ("connect", "checkout"):
        event.listen(engine, name, lambda *_, name=name: heard.append(name))
    protect(engine, configured(shop, "development"))
    assert refused(engine) == (foreign(),)  # the one that the pool held before
    assert refused(engine) == (foreign(),)  # a new one
    assert heard == []
    unmarked(shop)
    with pytest.warns(FiredoorWarning, match="FD521"):
        assert ask(engine) == [7]
    assert heard == ["connect", "checkout"]


def test_what_the_pool_held_before_is_asked_once(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = counted(monkeypatch)
    engine = engine_of(shop)
    engine.connect().close()
    marked(shop, "development")
    protect(engine, configured(shop, "development"))
    assert ask(engine) == ask(engine) == [7]
    assert len(seen) == 1


def test_an_asynchronous_engine(shop: Path) -> None:
    def asked() -> object:
        engine = create_async_engine(f"sqlite+aiosqlite:///{shop}")
        assert protect(engine, configured(shop, "development")) is engine

        async def ask() -> object:
            try:
                async with engine.connect() as connection:
                    return (await connection.execute(text("SELECT 7"))).scalar()
            finally:
                await engine.dispose()

        return asyncio.run(ask())

    with pytest.raises(ConfigurationError) as caught:
        asked()
    assert caught.value.problems == (foreign(),)
    marked(shop, "development")
    assert asked() == 7


@pytest.mark.parametrize(
    ("version", "closes"),
    [
        ("1.4.54", False),
        ("2.0.40", False),
        ("2.1", True),
        ("2.1.0b1", True),
        ("2.10.0", True),
        ("3.0.0", True),
    ],
)
def test_which_sqlalchemy_closes_what_was_refused(version: str, closes: bool) -> None:
    assert module._closes_refused(version) is closes


def test_a_pool_may_hold_databases_in_memory_as_well(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unmarked(shop)
    seen = counted(monkeypatch)
    engine = protect(engine_of(shop), configured(shop, "development"))
    with pytest.warns(FiredoorWarning, match="FD521"):
        ask(engine)
    engine.dispose()
    monkeypatch.setattr(Asker, "__call__", lambda self, connection: seen.append(None))
    assert ask(engine) == [7]
    assert len(seen) == 2


# --- what is said ---


def test_a_warning_is_said_once_however_often_it_is_found(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unmarked(shop)
    judged: list[object] = []
    real = module._Guard._problems

    def problems(self: module._Guard, observed: Observation) -> list[Problem]:
        judged.append(observed)
        return real(self, observed)

    monkeypatch.setattr(module._Guard, "_problems", problems)
    engine = protect(engine_of(shop), configured(shop, "development"))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        ask(engine, times=2)
        assert len(judged) == 1
        shutil.copy(shop, shop.with_name("other"))
        shop.with_name("other").replace(shop)
        engine.dispose()
        ask(engine)
    assert len(judged) == 2
    (said,) = warned
    assert said.category is FiredoorWarning
    assert "FD521" in str(said.message)


def test_what_was_let_through_before_is_refused_once_it_is_anothers(shop: Path) -> None:
    unmarked(shop)
    engine = protect(engine_of(shop), configured(shop, "development"))
    with pytest.warns(FiredoorWarning, match="FD521"):
        ask(engine)
    marked(shop, "production")
    engine.dispose()
    assert refused(engine) == refused(engine) == (foreign(),)


@pytest.mark.parametrize(("environment", "severity"), [("production", ERROR), ("development", WARNING)])
def test_whatever_does_not_answer_has_an_unreadable_stamp(
    shop: Path, monkeypatch: pytest.MonkeyPatch, environment: str, severity: str
) -> None:
    def call(self: Asker, connection: Any) -> Observation:
        raise ValueError("hunter2")

    class Owners:
        def foreign_to(self, *_: object) -> object:
            raise AssertionError

    monkeypatch.setattr(owners, "load", lambda project: Owners())
    monkeypatch.setattr(Asker, "__call__", call)
    guard = module._guard(engine_of(shop), configured(shop, environment), None)
    assert isinstance(guard, module._Guard)
    seen: Any = guard._observed(None)
    assert (seen.identity, seen.unreadable) == ((), True)
    assert guard._problems(seen) == [problem("FD525", environment, severity)]
    engine = protect(engine_of(shop), configured(shop, environment))
    if severity == ERROR:
        assert refused(engine) == (problem("FD525", environment),)
    else:
        with pytest.warns(FiredoorWarning, match="FD525"):
            assert ask(engine) == [7]


def test_the_lock_knows_another_owner(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Owners:
        def foreign_to(self, environment: object, variable: object) -> object:
            return lambda observed: "production"

    unmarked(shop)
    monkeypatch.setattr(owners, "load", lambda project: Owners())
    assert refused(protect(engine_of(shop), configured(shop, "development"))) == (foreign("lock"),)


# --- whose engine it is ---


def test_what_is_watched_has_no_address(shop: Path) -> None:
    configuration = configured(shop, "development")
    project = configuration.project
    origins = {
        "DATABASE": Origin(FILE, ".env.development", 1, 1),
        "UNSET": Origin(DECLARATION, "firedoor.toml"),
    }
    for name, origin in origins.items():
        variable = project.variables[name]
        assert module._target(configuration, variable) == Target(
            project, configuration.environment, variable, origin, Address(name, "database", "")
        )


@pytest.mark.parametrize(
    "value",
    ["sqlite:///{path}", "sqlite:///shop.db", "sqlite+pysqlite:///{path}?timeout=5", "sqlite:///{folder}/./shop.db"],
)  # fmt: skip
def test_the_variable_is_found_by_what_it_leads_to(shop: Path, value: str) -> None:
    declared = value.format(path=shop, folder=shop.parent)
    assert refused(protect(engine_of(shop), configured(shop, "development", declared))) == (foreign(),)


def test_a_relative_url_is_read_in_the_declarations_folder(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop.parent)
    engine = create_engine("sqlite:///shop.db")
    assert refused(protect(engine, configured(shop, "development"))) == (foreign(),)


def test_the_variable_is_found_by_its_very_text_where_nobody_knows_where_that_leads(shop: Path) -> None:
    url = "postgresql+psycopg://ada:hunter2@/?service=shop"
    engine = create_engine(url)
    assert protect(engine, configured(shop, "development", url)) is engine
    with pytest.raises(UsageError):
        protect(engine, configured(shop, "development", url.replace("shop", "till")))


def test_a_key_that_reads_like_the_url_is_no_database(shop: Path) -> None:
    url = f"sqlite:///{shop}"
    configured(shop, "development")
    (shop.parent / ".env.development").write_text(f"DATABASE={url}\nTOKEN={url}\n")
    configuration = boundary.configure(declaration.load(shop.parent, use_cache=False), "development")
    assert refused(protect(engine_of(shop), configuration)) == (foreign(),)


def test_a_reference_that_nothing_fills_leads_nowhere(shop: Path) -> None:
    with pytest.raises(UsageError):
        protect(create_engine("sqlite:///${NOWHERE}"), configured(shop, "development"))


def test_an_engine_of_no_variable_has_to_be_told_whose_it_is(shop: Path) -> None:
    other = shop.with_name("other.db")
    shutil.copy(shop, other)
    configuration = configured(shop, "development")
    with pytest.raises(UsageError) as caught:
        protect(engine_of(other), configuration)
    assert str(caught.value) == (
        "protect(): the engine's URL is the address of no declared variable; name it: protect(engine, variable=...)"
    )
    (found,) = refused(protect(engine_of(other), configuration, variable="UNSET"))
    assert (found.subject, found.facts["copy"]) == ("UNSET", "copy")


@pytest.mark.parametrize("name", ["NOTHING", "TOKEN"])
def test_a_name_that_is_no_database_is_refused(shop: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        protect(engine_of(shop), configured(shop, "development"), variable=name)
    assert str(caught.value) == f"protect(): {name} is no variable that is declared as a database"


def test_in_memory_nobody_else_can_be(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = counted(monkeypatch)
    configuration = configured(shop, "staging")
    assert ask(protect(create_engine("sqlite://"), configuration)) == [7]
    assert seen == []
    assert ask(protect(create_engine("sqlite://"), configuration, variable="DATABASE")) == [7]
    assert seen == [None]
    with pytest.raises(UsageError, match="no declared variable"):  # a server without a database is a server
        protect(create_engine("postgresql+psycopg://db.example.org"), configuration)


def test_only_engines_are_protected(shop: Path) -> None:
    with pytest.raises(TypeError) as caught:
        protect(shop)
    name = type(shop).__name__
    assert str(caught.value) == f"protect() takes a SQLAlchemy engine, not {name}"


def test_databases_that_firedoor_cannot_ask_are_not_protected(shop: Path) -> None:
    engine = create_engine("sqlite://")
    engine.dialect.name = "oracle"
    with pytest.raises(UsageError) as caught:
        protect(engine, configured(shop, "development"))
    assert (
        str(caught.value) == "firedoor.sqlalchemy protects PostgreSQL, MySQL, MariaDB and SQLite, not oracle"
    )


@pytest.mark.parametrize(
    ("url", "asker"),
    [
        ("postgresql+psycopg://h/d", "firedoor.stamps.postgresql_session"),
        ("mysql+pymysql://h/d", "firedoor.stamps.mysql_session"),
        ("mariadb+pymysql://h/d", "firedoor.stamps.mysql_session"),
        ("sqlite:///d", "firedoor.stamps.sqlite_session"),
    ],
)
def test_who_asks(shop: Path, url: str, asker: str) -> None:
    guard = module._guard(create_engine(url), configured(shop, "development"), "DATABASE")
    assert isinstance(guard, module._Guard)
    assert type(guard._ask).__module__ == asker


def test_a_refusal_passes_no_frame_that_holds_settings(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: tuple[Callable[[], object], ...] = (
        lambda: protect(engine_of(shop), configured(shop, "development"), variable="NOTHING"),
        lambda: protect(engine_of(shop)),
    )
    (tmp_path / "elsewhere" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "firedoor.toml").write_text("nonsense")
    for call, kind in zip(calls, (UsageError, DeclarationError), strict=True):
        with pytest.raises(kind) as caught:
            call()
        (frame,) = [
            frame
            for frame, _ in traceback.walk_tb(caught.value.__traceback__)
            if frame.f_code.co_filename == module.__file__
        ]
        assert "settings" not in frame.f_locals
        assert frame.f_locals["__tracebackhide__"] is True
