"""Completion as shells do it: the scripts load, and complete verbs, options and this project's environments."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from firedoor.cli import VERBS
from support.shop import build_shop

if TYPE_CHECKING:
    from support.project import ProjectFolder

BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None, reason="needs bash")
SHELLS = ("bash", "zsh", "fish", "powershell")

# A function stands in for the command on the PATH; then what Tab does: fill COMP_WORDS, call, read COMPREPLY.
COMPLETE = """\
firedoor() { "$PYTHON" -m firedoor "$@"; }
eval "$(firedoor completion bash)"
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_firedoor
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    return build_shop(project)


def complete(project: ProjectFolder, *words: str) -> set[str]:
    """What bash offers for the last of the words."""
    result = project.run("bash", "-c", COMPLETE, "bash", "firedoor", *words, env={"PYTHON": sys.executable})
    assert (result.code, result.stderr) == (0, "")
    return set(result.stdout.split())


@needs_bash
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_script_is_a_script(project: ProjectFolder, shell: str) -> None:
    project.write("script", project.firedoor("completion", shell, code=0).stdout)
    assert project.run("bash", "-n", "script").everything == ""


@pytest.mark.skipif(shutil.which("zsh") is None, reason="needs zsh")
def test_zsh_loads_it(project: ProjectFolder) -> None:
    project.write("script", project.firedoor("completion", "zsh", code=0).stdout)
    assert project.run("zsh", "-n", "script").code == 0


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")
def test_fish_loads_it(project: ProjectFolder) -> None:
    project.write("script", project.firedoor("completion", "fish", code=0).stdout)
    assert project.run("fish", "-n", "script").code == 0


@pytest.mark.parametrize("shell", SHELLS)
def test_every_script_knows_every_verb(project: ProjectFolder, shell: str) -> None:
    script = project.firedoor("completion", shell, code=0).stdout
    assert [verb for verb in VERBS if verb not in script] == []
    assert "completion environments" in script


def test_quotes_in_fish_stand_in_pairs(project: ProjectFolder) -> None:
    for line in project.firedoor("completion", "fish", code=0).stdout.splitlines():
        assert line.replace("\\'", "").count("'") % 2 == 0, line


@needs_bash
def test_verbs_and_options(shop: ProjectFolder) -> None:
    assert complete(shop, "") == {*VERBS, "--help", "--version"}
    assert complete(shop, "ch") == {"check"}
    assert complete(shop, "check", "--") == {
        "--all",
        "--strict",
        "--observe",
        "--try-credentials",
        "--env",
        "--format",
        "--directory",
        "--quiet",
        "--help",
    }
    assert complete(shop, "run", "--e") == {"--env"}
    assert complete(shop, "schema", "--env") == set()


@needs_bash
def test_environments_of_this_project(shop: ProjectFolder) -> None:
    names = {"development", "dev", "testing", "production", "prod"}
    assert complete(shop, "run", "-e", "") == names
    assert complete(shop, "show", "--env", "p") == {"production", "prod"}
    assert complete(shop, "check", "t") == {"testing"}
    assert complete(shop, "diff", "dev", "pro") == {"production", "prod"}
    assert complete(shop, "verify", "pro") == {"production", "prod"}
    assert complete(shop, "check", "dev", "--try-credentials", "pro") == {"production", "prod"}
    assert complete(shop, "stamp", "-e", "dev", "--sanitised", "--from", "") == names
    assert "true" in complete(shop, "run", "-e", "dev", "--", "tru")


def test_no_names_where_nothing_is_declared(project: ProjectFolder) -> None:
    result = project.firedoor("completion", "environments", code=0)
    assert (result.stdout, result.stderr) == ("\n", "")


@needs_bash
def test_a_hostile_declaration_runs_nothing(project: ProjectFolder) -> None:
    """bash expands the words that it completes from: a name with `$(...)` in it would run on Tab."""
    project.write(
        "firedoor.toml",
        "[environments.fine]\naliases = ['$(touch owned)', '`touch owned`', '${PATH}', '~', '*']\n",
    )
    for words in (("run", "-e", ""), ("check", "")):
        offered = complete(project, *words)
        assert {word for word in offered if not word.startswith("-")} <= {"fine"}
    assert sorted(os.listdir(project.root)) == ["firedoor.toml"]
