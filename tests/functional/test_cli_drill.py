"""`firedoor drill` as its users see it: whole outputs, exit codes, and nothing left behind."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from firedoor.cli import drill
from firedoor.errors import ConfigurationError
from support.drilling import EVERYTHING

if TYPE_CHECKING:
    from pathlib import Path

    from support.project import ProjectFolder

FEW = ("name-misspelt", "ambient-exported", "promotion")
TABLE = """\
{attacker} attacks production

C1  ambient production credential
  the shell exports the target's database address              stopped by precedence (FD306)

C2  wrong environment name
  a letter is missing in the environment's name                stopped by selection (FD102)

C12  unverified promotion
  a release that nobody verified, or that its author approved  not applicable: firedoor does not promote releases yet

2 of 2 attacks stopped, 1 not applicable; every control passed
"""


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return project.write("firedoor.toml", EVERYTHING)


@pytest.mark.parametrize(("options", "attacker"), [((), "testing"), (("-e", "staging"), "staging")])
def test_a_table(shop: ProjectFolder, options: tuple[str, ...], attacker: str) -> None:
    result = shop.firedoor("drill", *options, *FEW, code=0)
    assert (result.stdout, result.stderr) == (TABLE.format(attacker=attacker), "")


def test_an_attack_that_passes(shop: ProjectFolder) -> None:
    shop.write("firedoor.toml", EVERYTHING.replace('resource = "key"', 'resource = "key"\nshared = true'))
    result = shop.firedoor("drill", "key-shared", code=1)
    assert result.stdout == (
        "testing attacks production\n\nC9  key or trust reuse\n"
        "  the target's key in the attacker's file  PASSED\n\n"
        "0 of 1 attacks stopped, 0 not applicable; every control passed\n"
    )


def test_json(shop: ProjectFolder) -> None:
    found = json.loads(shop.firedoor("drill", *FEW, "--format", "json", code=0).stdout)
    assert (found["attacker"], found["target"], found["sealed"], found["holds"]) == (
        "testing",
        "production",
        False,
        True,
    )
    assert [one["name"] for one in found["attacks"]] == ["ambient-exported", "name-misspelt", "promotion"]


def test_junit(shop: ProjectFolder) -> None:
    suite = ET.fromstring(shop.firedoor("drill", *FEW, "--format", "junit", code=0).stdout.encode())  # noqa: S314 - our own output
    assert suite.attrib == {"name": "firedoor drill", "tests": "3", "failures": "0", "skipped": "1"}


def test_the_list(shop: ProjectFolder) -> None:
    lines = shop.firedoor("drill", "--list", code=0).stdout.splitlines()
    assert len(lines) >= 100
    assert lines[0] == "C1   ambient-PGHOST           PGHOST is exported and leads to the target"
    short = shop.firedoor("drill", "--list", "--short", code=0).stdout.splitlines()
    assert set(short) < set(lines)
    assert shop.firedoor("drill", "--list", "redirect", code=0).stdout == (
        "C3   redirect                 a mock answers 302 to the target\n"
    )


def test_an_unknown_attack(shop: ProjectFolder) -> None:
    result = shop.firedoor("drill", "nmae-misspelt", code=2)
    assert result.stdout == ""
    assert "there is no attack 'nmae-misspelt'; see firedoor drill --list" in result.stderr


def test_an_unknown_environment(shop: ProjectFolder) -> None:
    result = shop.firedoor("drill", "-e", "nowhere", code=2)
    assert (
        "no environment is called 'nowhere'; there are development, testing, staging, production"
        in result.stderr
    )


@pytest.mark.parametrize(
    ("declared", "options", "code"),
    [
        ('[project]\nname = "shop"\n\n[environments.testing]\n', (), "FD660"),
        ("[environments.production]\nprotected = true\n", (), "FD661"),
        (EVERYTHING, ("-e", "production"), "FD661"),
    ],
)
def test_nothing_to_drill(project: ProjectFolder, declared: str, options: tuple[str, ...], code: str) -> None:
    result = project.write("firedoor.toml", declared).firedoor("drill", *options)
    assert result.code == 1
    assert result.stdout == ""
    assert code in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="TMPDIR is POSIX's")
def test_nothing_is_left_and_nothing_of_the_users_is_read(shop: ProjectFolder, tmp_path: Path) -> None:
    """The user's own files would be refused, if anybody looked at them."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    shop.write(".env.testing", "this is no env file\n", mode=0o600)
    before = sorted(os.listdir(shop.root))
    told = {
        "TMPDIR": str(temporary),
        "APP_ENV": "production",
        "DATABASE_URL": "postgresql://live.example.org/x",
    }
    result = shop.firedoor("drill", *FEW, env=told, code=0)
    assert "live.example" not in result.everything
    assert os.listdir(temporary) == []
    assert sorted(os.listdir(shop.root)) == before


def test_a_sealed_drill_says_why_there_is_no_seal(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("firedoor.toml", "[environments.testing]\n[environments.production]\nprotected = true\n")
    monkeypatch.chdir(project.root)
    monkeypatch.setattr("firedoor.seal.system.machine", lambda: "riscv64")
    with pytest.raises(ConfigurationError) as refused:
        drill.main(["--seal", "name-misspelt"])
    assert [problem.code for problem in refused.value.problems] == ["FD620", "FD620"]
    assert capsys.readouterr().out == ""
