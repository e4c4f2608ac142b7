"""Without the plugin: what turns it off, what then stands all the same, and that the rest is gone is said aloud here."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

import pytest

from support.suites import Suite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OFF = [
    pytest.param(("-p", "no:firedoor"), {}, id="-p no:firedoor"),
    pytest.param((), {"PYTEST_ADDOPTS": "-p no:firedoor"}, id="PYTEST_ADDOPTS"),
    pytest.param((), {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, id="PYTEST_DISABLE_PLUGIN_AUTOLOAD"),
]
ON = [
    pytest.param(("--noconftest",), {}, id="--noconftest"),
    pytest.param(("-p", "firedoor.pytest_plugin"), {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, id="named by -p"),
    pytest.param(
        (),
        {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "firedoor.pytest_plugin"},
        id="named by PYTEST_PLUGINS",
    ),
]


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    made = Suite(tmp_path / "project")
    made.write("pytest.ini", "[pytest]\n")
    return made.tests("def test_it():\n    pass\n")


@pytest.fixture
def production() -> Iterator[tuple[str, int]]:
    """A listener that is not declared, and is none of the suite's own."""
    with socket.create_server(("127.0.0.2", 0)) as server:
        yield server.getsockname()


@pytest.mark.parametrize(("arguments", "variables"), ON)
def test_what_does_not_turn_it_off(
    suite: Suite, arguments: tuple[str, ...], variables: dict[str, str]
) -> None:
    result = suite.pytest(*arguments, env={"APP_ENV": "development", **variables})
    assert (result.code, "FD630" in result.stderr) == (4, True), result.everything


@pytest.mark.parametrize(("arguments", "variables"), OFF)
def test_what_turns_it_off(suite: Suite, arguments: tuple[str, ...], variables: dict[str, str]) -> None:
    """It can be: whoever may start pytest may leave it out. The header lacks the line then."""
    result = suite.pytest(*arguments, env={"APP_ENV": "production", **variables})
    assert result.code == 0, result.everything
    assert "firedoor:" not in result.stdout


def test_loading_settings_still_judges(suite: Suite) -> None:
    suite.tests("import firedoor\n\ndef test_it():\n    firedoor.load()\n")
    suite.write(".env.testing", "DATABASE_URL=sqlite:///production.db\n", mode=0o600)
    result = suite.pytest("-p", "no:firedoor")
    assert (result.code, "FD401" in result.stdout) == (1, True), result.everything


def test_verifying_still_asks_the_stamp(suite: Suite) -> None:
    suite.tests("import firedoor\n\ndef test_it():\n    firedoor.verify()\n")
    for name in ("testing", "production"):
        suite.firedoor("stamp", "-e", name, code=0)
    (suite.root / "testing.db").write_bytes((suite.root / "production.db").read_bytes())
    result = suite.pytest("-p", "no:firedoor")
    assert (result.code, "FD522" in result.stdout) == (1, True), result.everything


def test_functions_that_are_forbidden_still_are(suite: Suite) -> None:
    suite.tests(
        "import firedoor\n\n@firedoor.only_in('testing')\ndef wipe():\n    pass\n\ndef test_it():\n    wipe()\n"
    )
    result = suite.pytest("-p", "no:firedoor", env={"APP_ENV": "production"})
    assert (result.code, "FD107" in result.stdout) == (1, True), result.everything


def test_run_still_takes_away_what_is_not_its_own(suite: Suite) -> None:
    suite.tests("import os\n\ndef test_it():\n    assert 'PGHOST' not in os.environ\n")
    command = ("run", "-e", "testing", "--", sys.executable, "-m", "pytest", "-p", "no:firedoor")
    assert suite.firedoor(*command, env={"PGHOST": "db.example.org"}).code == 0
    assert suite.pytest("-p", "no:firedoor", env={"PGHOST": "db.example.org"}).code == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the seal is the kernel's of Linux")
@pytest.mark.parametrize("seal", ["--seal", ""], ids=["sealed", "control: without the seal"])
def test_the_seal_stands(suite: Suite, production: tuple[str, int], seal: str) -> None:
    """Python's sockets, and those of a child that knows nothing of firedoor."""
    connects = f"import socket; socket.create_connection({production!r}).close()"
    suite.tests(
        "import subprocess, sys\n\n"
        f"def test_here():\n    {connects}\n\n"
        f"def test_child():\n    subprocess.run([sys.executable, '-I', '-S', '-c', {connects!r}], check=True)\n"
    )
    inner = (sys.executable, "-m", "pytest", "-p", "no:firedoor", "-p", "no:cacheprovider")
    given = ("run", "-e", "testing", *filter(None, [seal]), "--", *inner)
    result = suite.firedoor(*given)
    summary = "2 failed" if seal else "2 passed"
    assert summary in result.stdout, result.everything


@pytest.mark.skipif(sys.platform != "linux", reason="the seal is the kernel's of Linux")
def test_the_plugin_under_the_seal(suite: Suite) -> None:
    """Both at once let pass what the suite starts by itself."""
    suite.tests(
        "import socket\n\ndef test_it():\n    with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "        socket.create_connection(server.getsockname()).close()\n"
    )
    result = suite.firedoor("run", "-e", "testing", "--seal", "--", sys.executable, "-m", "pytest")
    assert "1 passed" in result.stdout, result.everything
    assert "firedoor: testing (by process variable APP_ENV)" in result.stdout
