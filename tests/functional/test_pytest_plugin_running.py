"""While a suite runs: what is marked how, what that lets through, and what is told of it at the end."""

from __future__ import annotations

import pytest

import firedoor.pytest_plugin
import firedoor.testing.running
import firedoor.testing.start
from support.suites import DECLARED, SETTLED, Suite

pytest_plugins = ["pytester"]


KEPT = (
    firedoor.pytest_plugin,
    firedoor.testing.running,
    firedoor.testing.start,
)  # found again by suites in here


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.setenv("APP_ENV", "testing")
    monkeypatch.delenv("ENV", raising=False)
    return Suite(pytester.path)


ATTEMPTS = {
    "a connection to this machine": "socket.create_connection(('127.0.0.1', 9))",
    "a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))",
    "a socket of the machine's": "socket.socket(socket.AF_UNIX).connect('/run/some.sock')",
    "a name": "socket.getaddrinfo('db.example.org', 5432)",
    "a file of SQLite": "sqlite3.connect('testing.db')",
    "another way to SQLite": "sqlite3.dbapi2.connect(database='file:testing.db', uri=True)",
    "PostgreSQL": "psycopg.connect('host=127.0.0.1 dbname=test connect_timeout=1')",
    "Redis": "redis.Redis(port=9).ping()",
    "HTTP": "httpx.get('http://127.0.0.1:9/', trust_env=False)",
}
ALLOWED = {
    "SQLite in memory": "sqlite3.connect(':memory:').execute('SELECT 1')",
    "SQLite in memory, shared": "sqlite3.connect('file:it?mode=memory&cache=shared', uri=True)",
    "a pair of sockets": "socket.socketpair()[0].close()",
    "an event loop": "asyncio.run(asyncio.sleep(0))",
    "names of this machine": "socket.getaddrinfo('localhost', 80)",
    "listening": "socket.create_server(('127.0.0.1', 0)).close()",
    "a program": "subprocess.run([sys.executable, '-c', ''], check=True)",
    "an application in memory": "in_memory()",
}
IMPORTS = """\
import asyncio, socket, sqlite3, subprocess, sys
import httpx, psycopg, pytest, redis
from firedoor.guard import GuardError

def in_memory():
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
    async def ask():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            assert (await client.get("/")).status_code == 200
    asyncio.run(ask())

"""


def test_unit_tests_reach_nothing(pytester: pytest.Pytester, suite: Suite) -> None:
    """Each attempt is refused in a unit test; what leads nowhere is let through beside it."""
    tests = [IMPORTS, "pytestmark = pytest.mark.unit\n"]
    for number, attempt in enumerate(ATTEMPTS.values()):
        tests.append(
            f"def test_refused_{number}():\n    with pytest.raises(GuardError) as found:\n        {attempt}\n"
        )
        tests.append("    assert [one.code for one in found.value.problems] == ['FD631']\n\n")
    for number, attempt in enumerate(ALLOWED.values()):
        tests.append(f"def test_allowed_{number}():\n    {attempt}\n\n")
    suite.tests("".join(tests))
    result = pytester.runpytest_inprocess("-p", "no:asyncio", "-q", "-W", "ignore::ResourceWarning")
    result.assert_outcomes(passed=len(ATTEMPTS) + len(ALLOWED))
    text = result.stdout.str()
    assert "= refused by firedoor =" in text
    assert text.count("error  FD631") == len(ATTEMPTS)


def test_the_twin_without_the_mark_reaches_what_is_declared(pytester: pytest.Pytester, suite: Suite) -> None:
    suite.tests(
        """
        import socket, sqlite3
        import pytest
        from firedoor.guard import GuardError

        @pytest.mark.integration
        def test_own_database():
            sqlite3.connect("testing.db").execute("SELECT * FROM sales").close()

        def test_own_listener():
            with socket.create_server(("127.0.0.1", 0)) as server:
                socket.create_connection(server.getsockname()).close()

        @pytest.mark.parametrize("attempt", [
            lambda: sqlite3.connect("production.db"),
            lambda: socket.create_connection(("192.0.2.7", 5432)),
        ])
        @pytest.mark.integration
        def test_not_declared(attempt):
            with pytest.raises(GuardError):
                attempt()
        """
    )
    result = pytester.runpytest_inprocess(
        "-m", "integration or not integration", "-W", "ignore::ResourceWarning"
    )
    result.assert_outcomes(passed=4)
    assert "FD605  .env.production:1:1  DATABASE_URL" in result.stdout.str()


def test_fixtures_of_a_unit_test_reach_nothing_either(pytester: pytest.Pytester, suite: Suite) -> None:
    suite.tests(
        """
        import sqlite3
        import pytest

        @pytest.fixture
        def database():
            made = sqlite3.connect("testing.db")
            yield made
            made.close()

        @pytest.mark.unit
        def test_unit(database):
            pass

        @pytest.mark.integration
        def test_integration(database):
            pass
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(errors=1, passed=1)


@pytest.mark.parametrize(
    ("where", "mark"),
    [("module", "pytestmark = pytest.mark.unit\n"), ("class", "@pytest.mark.unit\n"), ("none", "")],
)
def test_where_a_mark_may_stand(pytester: pytest.Pytester, suite: Suite, where: str, mark: str) -> None:
    on_class = mark if where == "class" else ""
    on_module = mark if where == "module" else ""
    suite.tests(
        f"import sqlite3, pytest\n{on_module}\n{on_class}class TestIt:\n"
        "    def test_it(self):\n        sqlite3.connect('testing.db').close()\n"
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(**({"passed": 1} if where == "none" else {"failed": 1}))


def test_a_test_that_swallows_the_refusal_is_told_of(pytester: pytest.Pytester, suite: Suite) -> None:
    suite.tests(
        "import socket\n\ndef test_it():\n    try:\n        socket.create_connection(('192.0.2.7', 5432))\n"
        "    except OSError:\n        pass\n"
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["*= refused by firedoor =*", "testing", "  error  FD602", "*It was asked for at test_it.py:5.*"]
    )


def test_nothing_was_refused_and_nothing_is_said(pytester: pytest.Pytester, suite: Suite) -> None:
    suite.tests("def test_it():\n    pass\n")
    result = pytester.runpytest_inprocess()
    assert "refused by firedoor" not in result.stdout.str()


def test_both_marks(pytester: pytest.Pytester, suite: Suite) -> None:
    suite.tests(
        "import pytest\n\n@pytest.mark.unit\nclass TestIt:\n    @pytest.mark.integration\n"
        "    def test_both(self):\n        raise AssertionError\n"
    )
    result = pytester.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "FD633  test_it.py::TestIt::test_both" in result.stdout.str() + result.stderr.str()


def header(pytester: pytest.Pytester) -> str:
    result = pytester.runpytest_inprocess()
    assert result.ret == 0
    return next(line for line in result.stdout.str().splitlines() if line.startswith("firedoor: "))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("", "network declared, guard patches"),
        ('network = "not-protected"', "network not-protected, guard patches"),
        ('guard = "audit"', "network declared, guard audit"),
    ],
)
def test_the_header_names_the_barriers(
    pytester: pytest.Pytester, suite: Suite, table: str, expected: str
) -> None:
    suite.write(
        "firedoor.toml", DECLARED.replace("[environments.testing]", f"[environments.testing]\n{table}")
    )
    suite.tests("def test_it():\n    pass\n")
    assert header(pytester) == f"firedoor: testing (by process variable APP_ENV), {expected}"


def test_a_terminal_is_not_driven_by_what_files_say(pytester: pytest.Pytester, suite: Suite) -> None:
    suite.tests("def test_it():\n    pass\n")
    suite.write(".env", 'NOTE="\x1b[31m"\n', mode=0o600)
    result = pytester.runpytest_inprocess()
    assert "\x1b[31m" not in result.stdout.str()


@pytest.mark.parametrize("option", ["--noconftest", "--confcutdir=.", "-p no:terminal", "--strict-config"])
def test_options_change_nothing_about_it(pytester: pytest.Pytester, suite: Suite, option: str) -> None:
    suite.tests("import sqlite3\n\ndef test_it():\n    sqlite3.connect('production.db')\n")
    result = pytester.runpytest_inprocess(*option.split())
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_project_may_have_marks_of_these_names(pytester: pytest.Pytester, suite: Suite) -> None:
    suite.write("pytest.ini", SETTLED + "markers =\n    unit: ours\n    integration: ours, too\n")
    suite.tests("import pytest\n\n@pytest.mark.unit\ndef test_it():\n    pass\n")
    pytester.runpytest_inprocess("--strict-markers").assert_outcomes(passed=1)


def test_the_guard_is_disarmed_by_a_test_and_the_suite_ends_all_the_same(
    pytester: pytest.Pytester, suite: Suite
) -> None:
    suite.tests(
        "import firedoor.guard, pytest\n\ndef test_it():\n    firedoor.guard.disarm()\n\n"
        "@pytest.mark.unit\ndef test_other():\n    pass\n"
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)
