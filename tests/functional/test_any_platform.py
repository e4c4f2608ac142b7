"""A14: nothing at the core needs POSIX. A variable that any shell exports (export, set, $env:) is all that chooses."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.project import ProjectFolder, Result

# As near to Windows as a POSIX machine gets: firedoor sees the platform's name and none of what Windows lacks.
ELSEWHERE = """\
import os, subprocess, sys, tempfile, types
for name in ("fchmod", "fchown", "geteuid", "getuid", "fork", "execve", "O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY"):
    delattr(os, name)
for name in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[name] = None
sys.modules["msvcrt"] = types.SimpleNamespace(LK_NBLCK=2, LK_UNLCK=0, locking=lambda *_: None)
sys.platform = "win32"
os.environ["LOCALAPPDATA"] = os.environ.get("XDG_CACHE_HOME", tempfile.gettempdir())
from firedoor.cli import main
sys.exit(main(sys.argv[1:]))
"""


def elsewhere(project: ProjectFolder, *arguments: str, **exported: str) -> Result:
    return project.run(sys.executable, "-c", ELSEWHERE, *arguments, env=exported)


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return (
        project.write(
            "firedoor.toml", "[environments.dev]\n[environments.prod]\nprotected = true\n[variables.COLOUR]\n"
        )
        .write(".env.dev", "COLOUR=green\n", mode=0o600)
        .write(".env.prod", "COLOUR=red\n", mode=0o600)
        .write(".env.dev.example", "COLOUR=\n")
        .write(".env.prod.example", "COLOUR=\n")
    )


@pytest.mark.requirement("A14")
def test_every_verb_works(shop: ProjectFolder) -> None:
    for arguments in (
        ("check", "--all"),
        ("show", "dev"),
        ("explain", "COLOUR", "-e", "dev"),
        ("diff", "dev", "prod"),
        ("init",),
        ("--help",),
    ):
        result = elsewhere(shop, *arguments)
        assert result.code == 0, f"{arguments}\n{result.everything}"


@pytest.mark.requirement("A14")
def test_the_exported_variable_chooses_and_run_passes_the_exit_code_on(shop: ProjectFolder) -> None:
    child = (sys.executable, "-c", "import os, sys; print(os.environ['COLOUR'], flush=True); sys.exit(7)")
    for name, colour in (("dev", "green"), ("prod", "red")):
        result = elsewhere(shop, "run", "--", *child, APP_ENV=name)
        assert (result.code, result.stdout) == (7, f"{colour}\n"), result.everything


def test_a_wrong_name_is_refused_there_too(shop: ProjectFolder) -> None:
    result = elsewhere(shop, "check", APP_ENV="Dev")
    assert (result.code, "FD102" in result.everything) == (1, True)
