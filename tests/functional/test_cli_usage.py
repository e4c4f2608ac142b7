"""The command line itself: help, version, options before and after the verb, words that are no command."""

from __future__ import annotations

import json
import sys
import tomllib
from typing import TYPE_CHECKING

import jsonschema
import pytest

import firedoor
from support.shop import DECLARATION, build_shop

if TYPE_CHECKING:
    from support.project import ProjectFolder

HELP = """\
usage: firedoor COMMAND [-e ENV] [-C DIR] [--format FORMAT] [-q] ...

Safety barriers between a project's environments.

  init        adopt an existing project: write firedoor.toml, example files and .gitignore lines
  check       judge environments: every problem with its origin and what to do
  run         start a command in exactly one environment, or refuse
  show        list an environment's variables: masked value, type and origin
  explain     say where a variable's value comes from, or what a problem code means
  diff        compare two environments by key, type and origin
  lock        take what environments own into firedoor.lock, as fingerprints, and bring it up to the declaration
  stamp       put the environment's mark into each of its resources
  unlock      let destructive statements through to one resource of a protected environment, for a while
  service     start, stop and look at one environment's containers, and at no other's
  verify      ask an environment's resources whose they are, and refuse foreign ones
  drill       attack the project's own barriers, with stand-ins in production's place
  history     show the ledger: who declared what clean, moved or accepted
  schema      print the JSON schema of firedoor.toml for editors
  completion  print the completion script for bash, zsh, fish or PowerShell

firedoor COMMAND --help says more. Exit codes: 0 holds, 1 problems found, 2 usage or declaration error.
"""


@pytest.mark.parametrize(
    "arguments", [(), ("--help",), ("-h",), ("help",), ("help", "nope"), ("-q", "--help")], ids=" ".join
)
def test_help(project: ProjectFolder, arguments: tuple[str, ...]) -> None:
    result = project.firedoor(*arguments, code=0)
    assert (result.stdout, result.stderr) == (HELP, "")


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version(project: ProjectFolder, option: str) -> None:
    result = project.firedoor(option, code=0)
    assert (result.stdout, result.stderr) == (f"firedoor {firedoor.__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("chek",), "unknown command 'chek'; did you mean check?"),
        (("Check",), "unknown command 'Check'; did you mean check?"),
        (("xyzzy", "--help"), "unknown command 'xyzzy'; see firedoor --help"),
        (("-C", "..", "chek"), "unknown command 'chek'; did you mean check?"),
        (("-q",), "a command is missing; see firedoor --help"),
        (("-e", "testing"), "a command is missing; see firedoor --help"),
        (("-e", "check"), "a command is missing; see firedoor --help"),
        (("-C",), "a command is missing; see firedoor --help"),
        (("--zzz",), "a command is missing; see firedoor --help"),
        (("--zzz", "check"), "check: unknown option --zzz; see --help"),
        (("--", "check"), "a command of firedoor's own comes first: firedoor run -e ENV -- COMMAND"),
        (("-q", "--", "check"), "a command of firedoor's own comes first: firedoor run -e ENV -- COMMAND"),
        (("-e", "dev", "check", "-e", "testing"), "check: -e is given twice, with different values"),
        (("-x", "check"), "check: unknown option -x; see --help"),
        (("completion",), "completion: name one shell: bash, zsh, fish, powershell"),
        (("completion", "csh"), "completion: name one shell: bash, zsh, fish, powershell"),
        (("completion", "bash", "zsh"), "completion: name one shell: bash, zsh, fish, powershell"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_usage(project: ProjectFolder, arguments: tuple[str, ...], said: str) -> None:
    build_shop(project)
    result = project.firedoor(*arguments)
    assert (result.code, result.stdout, result.stderr) == (2, "", f"firedoor: {said}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("-e", "dev", "check"),
        ("--env", "dev", "check", "-q", "-e", "dev"),
        ("--env=dev", "check"),
        ("-edev", "check"),
        ("-q", "check", "dev"),
        ("check", "-qe", "dev"),
        ("--format", "text", "check", "dev"),
        ("-C", ".", "check", "dev", "-C", "."),
    ],
    ids=" ".join,
)
def test_options_stand_where_people_write_them(project: ProjectFolder, arguments: tuple[str, ...]) -> None:
    result = build_shop(project).firedoor(*arguments, code=0)
    assert result.stdout in {"", "development holds: 5 variables from .env.development\n"}
    assert (result.stdout == "") is ("-q" in "".join(arguments))


def test_schema(project: ProjectFolder) -> None:
    result = project.firedoor("schema", code=0)
    schema = json.loads(result.stdout)
    assert result.stderr == ""
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    validator.validate(tomllib.loads(DECLARATION))
    wrong = tomllib.loads(DECLARATION.replace("protected", "protectd"))
    assert [list(error.absolute_path) for error in validator.iter_errors(wrong)] == [
        ["environments", "production"]
    ]


def test_without_a_home_and_with_an_empty_block(project: ProjectFolder) -> None:
    build_shop(project)
    for arguments in (("check", "dev"), ("run", "-e", "dev", "--", "/bin/echo", "started")):
        result = project.run("/usr/bin/env", "-i", sys.executable, "-m", "firedoor", *arguments)
        assert (result.code, result.stderr) == (0, "")


NEWER = (("lock",), ("stamp",), ("verify",), ("history",))


def test_every_verb_finds_no_declaration_the_same_way(project: ProjectFolder) -> None:
    for arguments in (
        ("check",),
        ("show",),
        ("explain", "A"),
        ("diff", "a", "b"),
        ("run", "--", "true"),
        *NEWER,
    ):
        result = project.firedoor(*arguments, code=2)
        assert "FD001" in result.everything
        assert "FD001" in (result.stdout if arguments == ("check",) else result.stderr)
