"""The plugin's fixtures, in suites that run in this process."""

from __future__ import annotations

import pytest

import firedoor.pytest_plugin
import firedoor.testing.fixtures
import firedoor.testing.running
import firedoor.testing.start
import firedoor.testing.transactions

pytest_plugins = ["pytester"]
KEPT = (
    firedoor.pytest_plugin,
    firedoor.testing.fixtures,
    firedoor.testing.running,
    firedoor.testing.start,
    firedoor.testing.transactions,
)  # found again by suites in here
DECLARED = """\
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
[variables.STRIPE_KEY]
resource = "key"
[variables.OTHER_KEY]
resource = "key"
"""
CONFTEST = """\
import os, sqlite3

def pytest_firedoor_migrate(database):
    assert os.environ[database.variable] == database.url
    with sqlite3.connect(database.url.partition(":///")[2]) as connection:
        connection.execute("CREATE TABLE people (name TEXT)")
    connection.close()
"""


def run(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    suite: str,
    *,
    values: str = "DATABASE_URL=sqlite:///shop.db\n",
    declared: str = "",
    conftest: str = CONFTEST,
) -> pytest.RunResult:
    monkeypatch.setenv("APP_ENV", "testing")
    monkeypatch.delenv("ENV", raising=False)
    for name, text in {
        "firedoor.toml": DECLARED + declared,
        ".env.testing": values,
        ".env.production": "DATABASE_URL=postgresql://db.example.org/shop\n",
        "conftest.py": conftest,
        "test_it.py": suite,
    }.items():
        path = pytester.path / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    return pytester.runpytest_inprocess("-p", "no:asyncio", "-q", "-W", "ignore::ResourceWarning")


def test_a_database_of_the_worker_s_own(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    suite = """\
import os, sqlite3

def test_it(firedoor_database, firedoor_databases, firedoor_environment, firedoor_configuration, firedoor_settings):
    assert os.environ["DATABASE_URL"] == firedoor_database.url != "sqlite:///shop.db"
    assert list(firedoor_databases) == ["DATABASE_URL"]
    assert firedoor_environment.name == "testing"
    assert firedoor_settings is firedoor_configuration
"""
    run(pytester, monkeypatch, suite).assert_outcomes(passed=1)
    assert not list(pytester.path.glob("*.db"))


def test_the_declared_class_is_loaded_as_the_variables_are(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(shop_settings="class Settings:\n    name = 'declared'\n")
    pytester.syspathinsert()
    declared = '[settings]\nclass = "shop_settings:Settings"\n'
    suite = "def test_it(firedoor_settings):\n    assert firedoor_settings.name == 'declared'\n"
    run(pytester, monkeypatch, suite, declared=declared).assert_outcomes(passed=1)


TYPED = """\
import firedoor

class Settings(firedoor.Settings):
    DATABASE_URL: str
"""
READS_IT = """\
import os, subprocess, sys

def test_in_this_process(firedoor_database, firedoor_settings):
    assert firedoor_settings.DATABASE_URL == os.environ["DATABASE_URL"] == firedoor_database.url

def test_in_a_program(firedoor_database):
    asks = "import shop_typed; print(shop_typed.Settings().DATABASE_URL)"
    done = subprocess.run((sys.executable, "-c", asks), capture_output=True, text=True, check=False)
    assert done.stdout.strip() == firedoor_database.url, done.stderr
"""


def test_the_application_s_own_settings_read_the_worker_s_database(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(shop_typed=TYPED)
    pytester.syspathinsert()
    declared = '[settings]\nclass = "shop_typed:Settings"\n'
    run(pytester, monkeypatch, READS_IT, declared=declared).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("other", "files"), [("sqlite+aiosqlite:///shop.db", 1), ("sqlite:///other.db", 2), ("sqlite://", 2)]
)
def test_two_variables_of_one_database_lead_to_one(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, other: str, files: int
) -> None:
    suite = f"""\
import os

def test_it(firedoor_databases):
    one, other = firedoor_databases.values()
    assert len({{each.url.partition(":///")[2] for each in (one, other)}}) == {files}
    assert (os.environ["DATABASE_URL"], os.environ["ASYNC_URL"]) == (one.url, other.url)
"""
    run(
        pytester,
        monkeypatch,
        suite,
        values=f"DATABASE_URL=sqlite:///shop.db\nASYNC_URL={other}\n",
        declared='[variables.ASYNC_URL]\nresource = "database"\n',
    ).assert_outcomes(passed=1)


def test_a_migration_that_fails_is_told_and_no_address_with_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = 'def pytest_firedoor_migrate(database):\n    raise RuntimeError("it does not apply")\n'
    suite = "def test_it(firedoor_database):\n    pass\n"
    pytester.makeini("[pytest]\naddopts = --showlocals\n")
    result = run(pytester, monkeypatch, suite, conftest=fails)
    result.assert_outcomes(errors=1)
    assert "it does not apply" in result.stdout.str()
    assert "sqlite://" not in result.stdout.str()


def test_an_asynchronous_driver_is_told_which_fixture_it_needs(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = "def test_it(firedoor_transaction):\n    pass\n"
    result = run(pytester, monkeypatch, suite, values="DATABASE_URL=sqlite+aiosqlite:///shop.db\n")
    result.assert_outcomes(errors=1)
    assert "ask for firedoor_async_transaction" in result.stdout.str()


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+aiosqlite"])
def test_transactions_are_undone(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, driver: str
) -> None:
    plain = """\
import pytest
from sqlalchemy import text

@pytest.mark.parametrize("turn", range(2))
def test_it(firedoor_transaction, turn):
    with firedoor_transaction.sessions() as session:
        session.execute(text("INSERT INTO people VALUES ('a')"))
        session.commit()
        assert session.scalar(text("SELECT count(*) FROM people")) == 1

def test_ended_by_itself(firedoor_transaction):
    firedoor_transaction.connection.get_transaction().rollback()
"""
    awaited = """\
import asyncio
import pytest
from sqlalchemy import text

@pytest.mark.parametrize("turn", range(2))
def test_it(firedoor_async_transaction, turn):
    async def go():
        async with firedoor_async_transaction() as transaction:
            async with transaction.sessions() as session:
                await session.execute(text("INSERT INTO people VALUES ('a')"))
                await session.commit()
                assert await session.scalar(text("SELECT count(*) FROM people")) == 1
    asyncio.run(go())

def test_ended_by_itself(firedoor_async_transaction):
    async def go():
        async with firedoor_async_transaction() as transaction:
            await transaction.connection.get_transaction().rollback()
    asyncio.run(go())
"""
    suite = awaited if "aio" in driver else plain
    result = run(pytester, monkeypatch, suite, values=f"DATABASE_URL={driver}:///shop.db\n")
    result.assert_outcomes(passed=3)


def test_fake_keys_stand_where_none_is_set(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = """\
import os

def test_it(firedoor_fake_keys, firedoor_fake_key):
    assert firedoor_fake_keys == {"STRIPE_KEY": firedoor_fake_key("STRIPE_KEY")}
    assert os.environ["STRIPE_KEY"].startswith("sk_test_")
    assert os.environ["OTHER_KEY"] == "its-own"
"""
    run(pytester, monkeypatch, suite, values="OTHER_KEY=its-own\n").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("fixture", "values", "said"),
    [
        ("firedoor_database", "", "no variable with a value is declared as a database"),
        (
            "firedoor_database",
            "DATABASE_URL=mongodb://127.0.0.1:9/x\n",
            "no variable with a value is declared",
        ),
        ("firedoor_redis", "", "no variable with a value is declared as a cache on Redis"),
        ("firedoor_redis", "CACHE_URL=memcached://127.0.0.1:9\n", "declared as a cache on Redis"),
        ("firedoor_database", "DATABASE_URL=postgresql://127.0.0.1:9/x\n", "FD640"),
        ("firedoor_database", "DATABASE_URL=mysql://127.0.0.1:9/x\n", "FD640"),
        ("firedoor_redis", "CACHE_URL=redis://127.0.0.1:9/0\n", "FD640"),
    ],
)
def test_what_cannot_be_made_is_said(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, fixture: str, values: str, said: str
) -> None:
    result = run(pytester, monkeypatch, f"def test_it({fixture}):\n    pass\n", values=values)
    result.assert_outcomes(errors=1)
    assert said in result.stdout.str()
    assert "127.0.0.1" not in result.stdout.str()


def test_fixtures_need_the_guard(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    suite = """\
import pytest
import firedoor.guard

@pytest.fixture(scope="session")
def without():
    firedoor.guard.disarm()

def test_it(without, firedoor_configuration):
    pass
"""
    result = run(pytester, monkeypatch, suite)
    result.assert_outcomes(errors=1)
    assert "which somebody has disarmed" in result.stdout.str()


@pytest.mark.real
def test_an_index_of_redis(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    from support.redis_server import running_redis

    suite = """\
import os
import redis

def test_it(firedoor_redis):
    assert os.environ["CACHE_URL"] == firedoor_redis.url
    with redis.Redis.from_url(firedoor_redis.url) as client:
        client.set("a", 1)
"""
    with running_redis() as server:
        run(pytester, monkeypatch, suite, values=f"CACHE_URL={server.url(0)}\n").assert_outcomes(passed=1)
        with server.client(1) as client:
            assert client.keys() == []
        for index in range(1, 16):
            with server.client(index) as client:
                client.set("full", 1)
        full = run(pytester, monkeypatch, suite, values=f"CACHE_URL={server.url(0)}\n")
        full.assert_outcomes(errors=1)
        assert "FD640" in full.stdout.str()
