"""The start of a suite: one environment that is for tests, in order, before the first conftest; else exit code 4."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

import firedoor.pytest_plugin
import firedoor.testing.running
import firedoor.testing.start
from firedoor.guard import arming
from support.suites import DECLARED, PRODUCTIONS_KEY, SETTLED, Suite
from support.wildcards import matches

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["pytester"]

PASSES = "def test_passes():\n    pass\n"
REFUSED = int(pytest.ExitCode.USAGE_ERROR)


@pytest.fixture
def suite(pytester: pytest.Pytester) -> Suite:
    return Suite(pytester.path).tests(PASSES)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("APP_ENV", "ENV"):
        monkeypatch.delenv(name, raising=False)


def choose(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, text in variables.items():
        monkeypatch.setenv(name, text)


def variables() -> dict[str, str]:
    """The process's, but for what a pytest inside of another takes away."""
    return {name: text for name, text in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


def refusal(pytester: pytest.Pytester, suite: Suite, *arguments: str) -> str:
    """What the run ended with, before anything of the suite was imported and with the process as it was."""
    before = variables()
    result = pytester.runpytest_inprocess(*arguments)
    assert result.ret == REFUSED, result.stdout.str()
    assert not suite.was_imported
    assert variables() == before
    assert arming.armed() is None
    assert result.stdout.str() == ""
    return result.stderr.str()


def passes(pytester: pytest.Pytester, suite: Suite, *arguments: str) -> str:
    before = variables()
    result = pytester.runpytest_inprocess(*arguments)
    assert result.ret == pytest.ExitCode.OK, result.stdout.str() + result.stderr.str()
    assert suite.was_imported
    assert variables() == before
    assert arming.armed() is None
    return result.stdout.str()


def test_testing_runs_and_the_header_says_so(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, APP_ENV="testing")
    assert "firedoor: testing (by process variable APP_ENV), network declared, guard patches\n" in passes(
        pytester, suite
    )


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(
            (
                {"APP_ENV": "development"},
                (),
                """\
...
development
  error  FD630  process variable APP_ENV  development
    Tests were started in development, which is not declared for tests.
    do: Choose one that is for tests: testing. `firedoor_env` in the ini file does so, too.

1 error in development
""",
            ),
            id="not for tests",
        ),
        pytest.param(
            (
                {"APP_ENV": "dev"},
                ("-m", "integration"),
                "...\n  error  FD630  process variable APP_ENV  development\n...",
            ),
            id="integration tests, by an alias",
        ),
        pytest.param(
            (
                {"APP_ENV": "development"},
                ("-m", "not unit"),
                "...\n  error  FD630  process variable APP_ENV  development\n...",
            ),
            id="not unit tests alone",
        ),
        pytest.param(
            (
                {"APP_ENV": "production"},
                ("-m", "unit"),
                """\
...
production
  error  FD630  process variable APP_ENV  production
    Tests were started in production, which is protected: nothing is tested there.
    do: Choose one that is for tests: testing. `firedoor_env` in the ini file does so, too.

1 error in production
""",
            ),
            id="protected",
        ),
        pytest.param(
            ({"APP_ENV": "prodution"}, (), "...\n  error  FD102  process variable APP_ENV  'prodution'\n..."),
            id="misspelt",
        ),
        pytest.param(({"APP_ENV": ""}, (), "...\n  error  FD105  process variable APP_ENV\n..."), id="empty"),
        pytest.param(({}, (), "...\n  error  FD101  APP_ENV\n..."), id="none"),
        pytest.param(
            (
                {"APP_ENV": "testing", "ENV": "development"},
                (),
                "...\n  error  FD103  process variable APP_ENV\n...",
            ),
            id="two that disagree",
        ),
        pytest.param(
            ({"APP_ENV": "testing"}, ("--collect-only",), None),
            id="control: testing, collected only",
        ),
        pytest.param(({"ENV": "testing"}, (), None), id="control: by the other variable"),
    ],
)
def test_the_environment(
    pytester: pytest.Pytester,
    suite: Suite,
    monkeypatch: pytest.MonkeyPatch,
    given: tuple[dict[str, str], tuple[str, ...], str | None],
) -> None:
    chosen, arguments, expected = given
    choose(monkeypatch, **chosen)
    if expected is None:
        passes(pytester, suite, *arguments)
        return
    text = refusal(pytester, suite, *arguments)
    assert matches(expected, text.rstrip("\n") + "\n"), text


@pytest.mark.parametrize("expression", ["unit", "unit and not slow"])
def test_unit_tests_run_where_nothing_is_protected_and_reach_nothing(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch, expression: str
) -> None:
    choose(monkeypatch, APP_ENV="development")
    suite.tests(
        """
        import socket
        import sqlite3

        import pytest
        from firedoor.guard import GuardError

        for attempt in (
            lambda: socket.create_connection(("127.0.0.1", 9)),
            lambda: sqlite3.connect("development.db"),
        ):
            with pytest.raises(GuardError):
                attempt()

        @pytest.mark.unit
        def test_it():
            assert sqlite3.connect(":memory:").execute("SELECT 1").fetchone() == (1,)

        def test_not_selected():
            raise AssertionError
        """
    )
    text = passes(pytester, suite, "-m", expression)
    assert "network not-protected, guard patches, unit tests alone: nothing is reached\n" in text
    assert "1 passed, 1 deselected" in text


def test_the_ini_file_chooses_where_no_variable_does(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.write("pytest.ini", SETTLED + "firedoor_env = testing\n")
    suite.tests(
        "import os, firedoor\n\ndef test_it():\n    assert os.environ['APP_ENV'] == 'testing'\n"
        "    assert os.environ['DATABASE_URL'] == 'sqlite:///testing.db'\n"
        "    assert firedoor.current().is_('testing')\n"
    )
    assert "firedoor: testing (by firedoor_env)" in passes(pytester, suite)
    choose(monkeypatch, ENV="development")  # a variable is not overruled
    (suite.root / "conftest-was-imported").unlink()
    assert "FD630  process variable ENV  development" in refusal(pytester, suite)


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg", "tox.ini"])
def test_the_ini_file_may_be_any_that_pytest_reads(
    pytester: pytest.Pytester, suite: Suite, name: str
) -> None:
    (suite.root / "pytest.ini").unlink()
    table, text = {
        "pyproject.toml": ("[tool.pytest.ini_options]", 'firedoor_env = "testing"'),
        "setup.cfg": ("[tool:pytest]", "firedoor_env = testing"),
        "tox.ini": ("[pytest]", "firedoor_env = testing"),
    }[name]
    suite.write(name, f"{table}\n{text}\n")
    assert "firedoor: testing (by firedoor_env)" in passes(
        pytester, suite, "-p", "no:cacheprovider", "-p", "no:asyncio"
    )


def test_an_ini_file_that_names_what_is_not_declared(pytester: pytest.Pytester, suite: Suite) -> None:
    suite.write("pytest.ini", SETTLED + "firedoor_env = tests\n")
    assert "FD102  firedoor_env" in refusal(pytester, suite)


def test_an_environment_is_named_and_no_declaration_found(pytester: pytest.Pytester, suite: Suite) -> None:
    (suite.root / "firedoor.toml").unlink()
    suite.write("pytest.ini", SETTLED + "firedoor_env = testing\n")
    assert "FD001" in refusal(pytester, suite)


def test_a_declaration_that_is_wrong(pytester: pytest.Pytester, suite: Suite) -> None:
    suite.write("firedoor.toml", "[environments.testing]\nprotect = true\n")
    assert "FD0" in refusal(pytester, suite)


def test_a_declaration_nowhere(pytester: pytest.Pytester, suite: Suite) -> None:
    (suite.root / "firedoor.toml").unlink()
    assert "firedoor:" not in passes(pytester, suite)


def test_a_project_that_only_mentions_firedoor(pytester: pytest.Pytester, suite: Suite) -> None:
    (suite.root / "firedoor.toml").unlink()
    suite.write("pyproject.toml", '[project]\nname = "other"\nversion = "1"\ndependencies = ["firedoor"]\n')
    assert "firedoor:" not in passes(pytester, suite)


def test_help_and_version_say_what_they_say_anywhere(pytester: pytest.Pytester, suite: Suite) -> None:
    result = pytester.runpytest_inprocess("--version")
    assert (result.ret, suite.was_imported) == (0, False)
    result = pytester.runpytest_inprocess("--help")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*firedoor_env*"])


def test_a_suite_below_the_declaration_and_one_started_from_elsewhere(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    choose(monkeypatch, APP_ENV="development")
    (suite.root / "pytest.ini").unlink()
    suite.write("sub/tests/test_deep.py", PASSES).write("sub/tests/pytest.ini", SETTLED)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for arguments in (
        (str(suite.root / "sub/tests"),),
        (str(suite.root / "sub/tests"), "--confcutdir", str(suite.root / "sub")),
    ):
        result = pytester.runpytest_inprocess(*arguments)
        assert result.ret == REFUSED, arguments
        assert "FD630" in result.stderr.str()


def test_the_folder_of_the_call_counts_where_the_root_declares_nothing(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A root folder outside of the project, which mentions firedoor and declares nothing."""
    choose(monkeypatch, APP_ENV="development")
    other = tmp_path / "other"
    other.mkdir()
    (other / "pyproject.toml").write_text('[project]\nname = "firedoor-user"\nversion = "1"\n')
    result = pytester.runpytest_inprocess("--rootdir", str(other), "-c", str(other / "pyproject.toml"))
    assert result.ret == REFUSED
    assert "FD630" in result.stderr.str()


def test_a_root_whose_declaration_is_wrong_is_not_passed_over(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    choose(monkeypatch, APP_ENV="testing")
    other = tmp_path / "other"
    other.mkdir()
    (other / "firedoor.toml").write_text("[environments.testing]\nprotect = true\n")
    result = pytester.runpytest_inprocess("--rootdir", str(other))
    assert result.ret == REFUSED
    assert "FD003" in result.stderr.str()


def test_a_pyproject_that_cannot_be_read_is_not_taken_for_none(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    (suite.root / "firedoor.toml").unlink()
    (suite.root / "pytest.ini").unlink()
    (suite.root / "pytest.ini").write_text(SETTLED)
    (suite.root / "pyproject.toml").mkdir()
    assert "FD009" in refusal(pytester, suite)


def test_the_configuration_is_judged(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, APP_ENV="testing")
    suite.write(".env.testing", "DATABASE_URL=sqlite:///production.db\n", mode=0o600)
    told = refusal(pytester, suite)
    assert "FD401  .env.testing:1:1  DATABASE_URL" in told
    # word for word what check says of it
    sentences = [line for line in told.splitlines() if line.startswith("    ")]
    checked = suite.firedoor("check", "testing", code=1).stdout.splitlines()
    assert sentences == [line for line in checked if line in sentences]


def test_a_shell_that_exports_productions_database(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, APP_ENV="testing", DATABASE_URL="sqlite:///production.db")
    told = refusal(pytester, suite)
    assert "process variable DATABASE_URL" in told
    assert "production.db" not in told


def test_the_stamps_are_asked(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, APP_ENV="testing")
    for name in ("testing", "production"):
        suite.firedoor("stamp", "-e", name, code=0)
    passes(pytester, suite)
    (suite.root / "conftest-was-imported").unlink()
    (suite.root / "testing.db").write_bytes((suite.root / "production.db").read_bytes())
    assert "FD522  .env.testing:1:1  DATABASE_URL" in refusal(pytester, suite)
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")  # of another suite, whose test started this one
    assert "FD522" in refusal(pytester, suite)
    # a collection reaches nothing and asks nobody
    passes(pytester, suite, "--collect-only")


def test_the_lock_is_asked(pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(monkeypatch, APP_ENV="testing")
    suite.firedoor("lock", "--all", code=0)
    passes(pytester, suite)
    (suite.root / "conftest-was-imported").unlink()
    (suite.root / ".env.production").unlink()  # as on any developer's machine
    suite.write(".env.testing", "DATABASE_URL=sqlite:///production.db\n", mode=0o600)
    assert "  DATABASE_URL" in refusal(pytester, suite)


def test_what_does_not_answer_is_said_and_unit_tests_run(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, APP_ENV="testing")
    (suite.root / "testing.db").unlink()
    assert "warning  FD411  .env.testing:1:1  DATABASE_URL" in passes(pytester, suite)
    assert "FD411" not in passes(pytester, suite, "-m", "unit or not unit", "--collect-only")
    assert not (suite.root / "testing.db").exists()


def test_the_tests_get_what_a_command_of_run_gets(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, APP_ENV="testing", PGHOST="db.example.org")
    suite.tests("import os\n\ndef test_it():\n    assert 'PGHOST' not in os.environ\n")
    assert "firedoor: taken away: PGHOST (firedoor explain FD312)\n" in passes(pytester, suite)


LIVE = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(
            ("PAYMENT_KEY", LIVE, "PAYMENT_KEY holds a key whose shape says that it opens a live account."),
            id="live by its shape",
        ),
        pytest.param(("PAYMENT_KEY", LIVE.replace("live", "test"), ""), id="control: a test key"),
        pytest.param(("NOTES", "live and let live", ""), id="control: words"),
    ],
)
def test_a_real_key_stops_the_run(
    pytester: pytest.Pytester,
    suite: Suite,
    monkeypatch: pytest.MonkeyPatch,
    given: tuple[str, str, str],
) -> None:
    name, text, words = given
    choose(monkeypatch, APP_ENV="testing", **{name: text})
    if not words:
        passes(pytester, suite)
        return
    told = refusal(pytester, suite)
    assert f"FD632  process variable {name}" in told
    assert words in told
    assert LIVE not in told


def test_a_live_key_in_the_environments_own_file(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, APP_ENV="testing")
    suite.write(".env.testing", f"DATABASE_URL=sqlite:///testing.db\nPAY={LIVE}\n", mode=0o600)
    told = refusal(pytester, suite)
    assert "FD403  .env.testing:2:1  PAY" in told
    assert LIVE not in told


def test_productions_key_by_the_lock_alone(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.firedoor("lock", "--all", code=0)
    (suite.root / ".env.production").unlink()
    choose(monkeypatch, APP_ENV="testing", OTHER_TOKEN=PRODUCTIONS_KEY)
    told = refusal(pytester, suite)
    assert "FD632  process variable OTHER_TOKEN" in told
    assert "OTHER_TOKEN holds a secret of production, by the lock." in told
    assert PRODUCTIONS_KEY not in told
    choose(monkeypatch, OTHER_TOKEN="tok_of_nobody_0123456789")
    passes(pytester, suite)


def test_productions_key_by_its_file_does_not_reach_the_tests(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, APP_ENV="testing", OTHER=PRODUCTIONS_KEY)
    suite.tests("import os\n\ndef test_it():\n    assert 'OTHER' not in os.environ\n")
    result = pytester.runpytest_inprocess()
    told = result.stdout.str() + result.stderr.str()
    assert "FD404" in told
    assert PRODUCTIONS_KEY not in told


def test_markers_are_known_without_a_declaration(pytester: pytest.Pytester) -> None:
    pytester.makeini(SETTLED)
    pytester.makepyfile("import pytest\n\n@pytest.mark.unit\ndef test_it():\n    pass\n")
    result = pytester.runpytest_inprocess("--strict-markers")
    assert result.ret == 0


def test_the_environment_may_be_declared_for_tests(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.write(
        "firedoor.toml",
        DECLARED.replace("[environments.development]", "[environments.development]\ntests = true"),
    )
    choose(monkeypatch, APP_ENV="development")
    passes(pytester, suite)


def test_nothing_is_for_tests(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.write(
        "firedoor.toml", DECLARED.replace("[environments.testing]", "[environments.testing]\ntests = false")
    )
    choose(monkeypatch, APP_ENV="testing")
    assert "do: Declare an environment for tests:" in refusal(pytester, suite)


def test_the_database_of_the_tests_is_still_as_it_was(
    pytester: pytest.Pytester, suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names of what is imported here, kept: a suite inside this one must find the modules of this one."""
    choose(monkeypatch, APP_ENV="testing")
    passes(pytester, suite)
    with closing(sqlite3.connect(suite.root / "testing.db")) as connection:
        assert connection.execute("SELECT count(*) FROM sales").fetchone() == (0,)
    assert firedoor.testing.start.SETTING == "firedoor_env"
    assert firedoor.testing.running.TITLE == "refused by firedoor"
    assert firedoor.pytest_plugin.pytest_configure is not None
