"""Beside other plugins: pytest-xdist, pytest-asyncio, anyio, pytest-cov and pytest-django, each in a process of its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from support.suites import SETTLED, Suite

if TYPE_CHECKING:
    from pathlib import Path

    from support.project import Result


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(tmp_path / "project")


def ended(result: Result, code: int, summary: str) -> str:
    """The output, of a run that ended so."""
    assert result.code == code, result.everything
    assert summary in result.stdout, result.everything
    return result.stdout


OF_WORKERS = """\
import os, socket, sqlite3
import pytest
from firedoor import current

@pytest.mark.parametrize("number", range(4))
def test_declared(number):
    assert os.environ["PYTEST_XDIST_WORKER"].startswith("gw")
    assert current().is_("testing")
    sqlite3.connect("testing.db").close()

@pytest.mark.parametrize("number", range(4))
def test_not_declared(number):
    socket.create_connection(("192.0.2.7", 5432))

@pytest.mark.unit
def test_unit():
    sqlite3.connect("testing.db").close()
"""


def test_each_worker_of_xdist_is_guarded(suite: Suite) -> None:
    suite.tests(OF_WORKERS)
    suite.write("pytest.ini", SETTLED + "firedoor_env = testing\n")
    text = ended(suite.pytest("-n", "2", "--dist", "loadgroup", env={}), 1, "5 failed, 4 passed")
    assert "firedoor: testing (by firedoor_env)" in text
    # told once, by the process that has the terminal
    _, told = text.split("= refused by firedoor =")
    assert told.count("  error  FD602") == 1
    assert told.count("  error  FD631") == 1


def test_a_suite_that_is_refused_starts_no_worker(suite: Suite) -> None:
    suite.tests(OF_WORKERS)
    result = suite.pytest("-n", "2", env={"APP_ENV": "development"})
    assert (result.code, result.stdout) == (4, "")
    assert "FD630  process variable APP_ENV" in result.stderr


def test_workers_know_that_unit_tests_alone_were_asked_for(suite: Suite) -> None:
    suite.tests(OF_WORKERS + "\n@pytest.mark.unit\ndef test_nothing():\n    pass\n")
    ended(suite.pytest("-n", "1", "-m", "unit", env={"ENV": "dev"}), 1, "1 failed, 1 passed")


ASYNCHRONOUS = """\
import asyncio, sqlite3
import pytest
from firedoor.guard import GuardError

async def echo(reader, writer):
    writer.write(await reader.readline())
    await writer.drain()
    writer.close()

@pytest.fixture
async def server():
    made = await asyncio.start_server(echo, "127.0.0.1", 0)
    yield made.sockets[0].getsockname()
    made.close()

{mark}
async def test_own_server(server):
    reader, writer = await asyncio.open_connection(*server)
    writer.write(b"hello\\n")
    assert await reader.readline() == b"hello\\n"
    writer.close()

{mark}
async def test_not_declared():
    with pytest.raises(GuardError):
        await asyncio.open_connection("192.0.2.7", 5432)

{mark}
@pytest.mark.unit
async def test_unit():
    await asyncio.sleep(0)
    with pytest.raises(GuardError):
        await asyncio.open_connection("127.0.0.1", 9)
"""


def test_pytest_asyncio(suite: Suite) -> None:
    suite.tests(ASYNCHRONOUS.format(mark=""))
    ended(suite.pytest("-o", "asyncio_mode=auto"), 0, "3 passed")


def test_anyio(suite: Suite) -> None:
    suite.tests(ASYNCHRONOUS.format(mark="@pytest.mark.anyio"))
    suite.write(
        "conftest.py", "import pytest\n\n@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'\n"
    )
    ended(suite.pytest("-p", "no:asyncio", "-o", "addopts="), 0, "3 passed")


@pytest.mark.parametrize("how", [("-v",), ("-n", "1"), ("-m", "unit")], ids=" ".join)
def test_pytest_cov(suite: Suite, how: tuple[str, ...]) -> None:
    suite.write("code_.py", "def one():\n    return 1\n\ndef two():\n    return 2\n")
    suite.write("pytest.ini", SETTLED + "pythonpath = .\n")
    suite.tests(
        "import pytest\n\n@pytest.mark.unit\ndef test_it():\n    import code_\n    assert code_.one() == 1\n"
    )
    text = ended(suite.pytest(*how, "--cov=code_", "--cov-branch"), 0, "1 passed")
    assert "code_.py " in text
    assert " 75%" in text
    assert (suite.root / ".coverage").exists()


DJANGO = """\
SECRET_KEY = "x" * 50
INSTALLED_APPS = ["django.contrib.contenttypes"]
USE_TZ = True
DATABASES = {{
    "default": {{
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": "testing.db",
        "TEST": {{"NAME": {name}}},
    }}
}}
"""
OF_DJANGO = """\
import pytest

@pytest.mark.django_db
def test_it():
    from django.contrib.contenttypes.models import ContentType
    assert ContentType.objects.count() >= 0
"""


def django(suite: Suite, name: str) -> Suite:
    suite.write("settings_.py", DJANGO.format(name=name))
    suite.write("pytest.ini", SETTLED + "pythonpath = .\nDJANGO_SETTINGS_MODULE = settings_\n")
    return suite.tests(OF_DJANGO)


def tables(suite: Suite, name: str) -> list[tuple[str]]:
    with closing(sqlite3.connect(suite.root / name)) as connection:
        return connection.execute("SELECT name FROM sqlite_master").fetchall()


@pytest.mark.parametrize("name", ['"production.db"', '"hard.db"'], ids=str)
def test_pytest_django_does_not_delete_production(suite: Suite, name: str) -> None:
    (suite.root / "hard.db").hardlink_to(suite.root / "production.db")
    text = ended(django(suite, name).pytest(), 1, "1 error")
    assert "error  FD605  .env.production:1:1  DATABASE_URL" in text
    assert tables(suite, "production.db") == [("sales",)]
    assert (suite.root / "hard.db").samefile(suite.root / "production.db")


@pytest.mark.parametrize(
    ("name", "how"),
    [("None", ()), ('":memory:"', ()), ('"of_tests.db"', ()), ('"of_tests.db"', ("-n", "1"))],
)
def test_pytest_django_with_a_database_of_its_own(suite: Suite, name: str, how: tuple[str, ...]) -> None:
    ended(django(suite, name).pytest(*how), 0, "1 passed")
    assert tables(suite, "testing.db") == [("sales",)]


def test_without_the_plugin_django_does_delete_it(suite: Suite) -> None:
    """What the refusals above are worth."""
    ended(django(suite, '"production.db"').pytest("-p", "no:firedoor"), 0, "1 passed")
    assert not (suite.root / "production.db").exists()


def test_djangos_settings_are_not_imported_by_a_suite_that_is_refused(suite: Suite) -> None:
    django(suite, "None").write("settings_.py", "open('settings-were-imported', 'w').close()\n")
    result = suite.pytest(env={"APP_ENV": "production"})
    assert result.code == 4
    assert not (suite.root / "settings-were-imported").exists()
