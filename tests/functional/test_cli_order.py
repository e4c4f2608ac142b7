"""The same project says the same thing every time: whatever the order of hashes, of variables, of names asked for."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from support.shop import DECLARATION, DEVELOPMENT, PRODUCTION, TESTING, build_shop

if TYPE_CHECKING:
    from support.project import ProjectFolder

MORE = """\
[variables.A]
secret = true
[variables.B]
secret = true
required = true
[variables.C]
type = "int"
[files]
optional = ["more.env"]
"""
BROKEN = "A=${NOPE}\nB=${C}\nC=${B}\nPORT=x\nGREETING=${A}${B}\nA=again\njunk\nUID=5\nuid=6\n"


@pytest.fixture
def broken(project: ProjectFolder) -> ProjectFolder:
    """As many problems as fit: in files, values, references, between environments, from the shell."""
    build_shop(project).write("firedoor.toml", DECLARATION + MORE).write("more.env", "C=y\nDEBUG=maybe\n")
    for name, text in (("development", DEVELOPMENT), ("testing", TESTING), ("production", PRODUCTION)):
        shared = text.replace("d0a1b2c3d4", "p0a1b2c3d4e5f6").replace("t0a1b2c3d4", "p0a1b2c3d4e5f6")
        project.write(f".env.{name}", shared + BROKEN)
        (project.root / f".env.{name}.example").unlink()
    project.write("sound/firedoor.toml", "[environments.one]\n").write("sound/.env.one", "A=1\n")
    return project


EXPORTED = {
    "DATABASE_URL": "sqlite:///x.db",
    "SECRET_KEY": "s0m3th1ng",
    "PGHOST": "h",
    "PGPORT": "1",
    "MYSQL_PWD": "x",
    "C": "z",
}


def said(
    project: ProjectFolder, *arguments: str, seed: str = "0", exported: dict[str, str] = EXPORTED
) -> str:
    """Both streams, with the variables in the block in the order given."""
    block = [f"{name}={text}" for name, text in {**exported, "PYTHONHASHSEED": seed}.items()]
    kept = [
        f"{name}={os.environ[name]}"
        for name in ("PATH", "XDG_CACHE_HOME", "COVERAGE_PROCESS_CONFIG")
        if name in os.environ
    ]
    result = project.run("/usr/bin/env", "-i", *block, *kept, sys.executable, "-m", "firedoor", *arguments)
    return f"{result.code}\n{result.stdout}\n{result.stderr}"


@pytest.mark.skipif(sys.platform == "win32", reason="env -i is POSIX's")
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--all"),
        ("check", "--all", "--format", "json"),
        ("check", "--all", "--format", "sarif"),
        ("check", "--all", "--format", "github"),
        ("run", "-e", "testing", "--", "true"),
        ("run", "-C", "sound", "-e", "one", "--", "true"),
        ("show", "testing"),
        ("explain", "GREETING", "-e", "testing"),
        ("diff", "dev", "testing"),
        ("completion", "environments"),
    ],
    ids=" ".join,
)
def test_one_order(broken: ProjectFolder, arguments: tuple[str, ...]) -> None:
    backwards = dict(reversed(EXPORTED.items()))
    first = said(broken, *arguments)
    assert {said(broken, *arguments, seed=seed) for seed in ("1", "2", "77")} == {first}
    assert said(broken, *arguments, exported=backwards) == first
    assert "Traceback" not in first
    assert arguments[0] != "check" or first.count("FD") > 5


def test_names_asked_for_in_any_order(broken: ProjectFolder) -> None:
    one = broken.firedoor("check", "prod", "dev", "testing", code=1).stdout
    assert broken.firedoor("check", "testing", "prod", "-e", "development", code=1).stdout == one
