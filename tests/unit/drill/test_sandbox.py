"""The sandbox: the declaration as it stands, values of its own, and nothing left, however the drill ends."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firedoor import declaration, dotenv
from firedoor.drill import sandbox
from firedoor.errors import UsageError

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARED = """\
# the shop's worlds
[project]
name = "shop"

[files]
templates = ["config/{env}.env", ".env.{env}.more"]

[environments.testing]

[environments.production]
protected = true

[variables.NAME]
"""
WAITS = """\
import sys
from firedoor.drill import sandbox
from firedoor.errors import UsageError
with sandbox.folder() as path:
    print(path, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("table", ["lock", "tool.firedoor.lock"])
def test_the_lock_stays_at_home_and_all_else_is_as_it_was(table: str) -> None:
    told = f"[a]\nb = 1\n\n[{table}]\nid = 'x'\nmore = 2\n[c]\nd = 3\n".encode()
    assert sandbox._LOCK_TABLE.sub(b"", told) == b"[a]\nb = 1\n\n[c]\nd = 3\n"


def test_the_same_project_elsewhere(project: ProjectFolder, tmp_path: Path) -> None:
    project.write("firedoor.toml", DECLARED)
    home = declaration.load(str(project.root), use_cache=False)
    folder = tmp_path / "sandbox"
    folder.mkdir()
    laid = sandbox.lay_out(home, str(folder))
    assert (folder / "firedoor.toml").read_text() == DECLARED
    assert (laid.root, laid.name, laid.names) == (str(folder), "shop", home.names)
    assert [one.name for one in project.root.iterdir()] == ["firedoor.toml"]


@pytest.mark.parametrize(
    "said", ["secrets = '/run/secrets'", 'secrets="/run/secrets"', "'secrets' = '''/run/secrets'''"]
)
def test_secrets_that_are_mounted_stay_at_home(project: ProjectFolder, tmp_path: Path, said: str) -> None:
    project.write("firedoor.toml", f"[files]\n{said}\n[environments.testing]\n")
    home = declaration.load(str(project.root), use_cache=False)
    laid = sandbox.lay_out(home, str(tmp_path))
    assert (home.secrets, laid.secrets) == ("/run/secrets", "secrets")


@pytest.mark.parametrize("folder", ["secrets/{env}", "secrets"])
def test_a_folder_of_secrets_in_the_project_is_empty_elsewhere(
    project: ProjectFolder, tmp_path: Path, folder: str
) -> None:
    project.write("firedoor.toml", f"[files]\nsecrets = '{folder}'\n[environments.testing]\n")
    laid = sandbox.lay_out(declaration.load(str(project.root), use_cache=False), str(tmp_path))
    assert laid.secrets == folder
    assert (tmp_path / "firedoor.toml").read_text() == (project.root / "firedoor.toml").read_text()


def test_a_mounted_folder_that_cannot_be_left_at_home(project: ProjectFolder, tmp_path: Path) -> None:
    project.write("firedoor.toml", '[files]\nsecrets = "\\u002frun/secrets"\n[environments.testing]\n')
    home = declaration.load(str(project.root), use_cache=False)
    with pytest.raises(UsageError, match=r"write /run/secrets as it is into firedoor\.toml"):
        sandbox.lay_out(home, str(tmp_path))


def test_values_are_written_to_the_first_file_alone_and_read_as_they_are(
    project: ProjectFolder, tmp_path: Path
) -> None:
    project.write("firedoor.toml", DECLARED)
    laid = sandbox.lay_out(declaration.load(str(project.root), use_cache=False), str(tmp_path))
    testing = laid.environments[0]
    sandbox.write_values(laid, testing, {"NAME": "a b", "OTHER": "x#\"$'y", "THIRD": "plain"})
    first, second = tmp_path / "config" / "testing.env", tmp_path / ".env.testing.more"
    assert {one[0]: one[1] for one in dotenv.parse(first.read_text())} == {
        "NAME": "a b",
        "OTHER": "x#\"$'y",
        "THIRD": "plain",
    }
    assert second.read_text() == ""
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    sandbox.remove_values(laid, testing)
    assert not first.exists()
    assert not second.exists()
    sandbox.remove_values(laid, testing)


def test_the_folder_is_ours_alone_and_goes_away() -> None:
    with sandbox.folder() as path:
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o700
        (Path(path) / "something").write_text("x")
    assert not os.path.lexists(path)


def test_the_folder_goes_away_behind_an_error() -> None:
    with pytest.raises(KeyError), sandbox.folder() as path:
        raise KeyError
    assert not os.path.lexists(path)


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_folder_goes_away_when_the_drill_is_killed(number: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as killed:
        assert killed.stdin is not None
        assert killed.stdout is not None
        path = killed.stdout.readline().decode().strip()
        assert os.path.isdir(path)
        killed.send_signal(number)
        killed.stdin.close()  # an interrupt just before read(2) is heard behind it
        killed.wait(20)
    deadline = time.monotonic() + 20
    while os.path.lexists(path) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not os.path.lexists(path)
