"""What people may see of a value: only what the declaration makes plain, and nothing that holds what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration
from firedoor.display import Display, Redaction
from firedoor.secret import MASK

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARATION = """
[project]
selector = ["APP_ENV"]
[environments.dev]
aliases = ["d"]
[environments.prod]
protected = true
[variables.URL]
resource = "database"
[variables.KEY]
secret = true
[variables.COLOUR]
[variables.ADMIN_PASSWORD]
[variables.PIN]
secret = true
"""


def shown(project: ProjectFolder, lines: str, key: str = "COLOUR", **process: str) -> str:
    project.write("firedoor.toml", DECLARATION).write(".env.dev", lines)
    configuration = boundary.configure(
        declaration.load(project.root, use_cache=False), "dev", process=process
    )
    return Display(configuration).text(configuration.values[key])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("COLOUR=red", "red"),
        ("COLOUR=", ""),
        ("COLOUR=${HOME}/x", "/home/me/x"),
        ("COLOUR=in ${APP_ENV}", "in dev"),
        ('COLOUR="a\tb\\nc"', "a\\tb\\nc"),
    ],
)
def test_plain(project: ProjectFolder, line: str, expected: str) -> None:
    assert shown(project, line + "\n", HOME="/home/me") == expected


@pytest.mark.parametrize(
    "lines",
    [
        "COLOUR=my-key-is-k1l2m3\nKEY=k1l2m3",
        "COLOUR=${KEY}",
        "COLOUR=${KEY}\nKEY=abc",  # too short to be searched for, but known to be in it
        "COLOUR=p4ss%21w0rd\nURL=postgresql://u:p4ss%21w0rd@h/d",
        "COLOUR=the p4ss!w0rd\nURL=postgresql://u:p4ss%21w0rd@h/d",
        "COLOUR=${UNDECLARED}\nUNDECLARED=1",
        "COLOUR=${ADMIN_PASSWORD}\nADMIN_PASSWORD=hunter2",
        "COLOUR=${FROM_SHELL}",
        "COLOUR=${A}\nA=${KEY}",
        "COLOUR=sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "COLOUR=was-in-the-shell",
        "COLOUR=of-production",
    ],
)
def test_hidden(project: ProjectFolder, lines: str) -> None:
    project.write(".env.prod", "KEY=of-production\n")
    assert (
        shown(
            project,
            "KEY=k1l2m3n4\n" * ("KEY=" not in lines) + lines + "\n",
            FROM_SHELL="x",
            URL="was-in-the-shell",
        )
        == MASK
    )


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("URL", "URL=x"),
        ("KEY", "KEY=x"),
        ("ADMIN_PASSWORD", "ADMIN_PASSWORD=x"),
        ("UNDECLARED", "UNDECLARED=5"),
    ],
)
def test_never_shown(project: ProjectFolder, key: str, line: str) -> None:
    assert shown(project, line + "\n", key) == MASK


def test_short_secrets_do_not_hide_everything(project: ProjectFolder) -> None:
    """A PIN of three digits stands in many a text by chance."""
    assert shown(project, "COLOUR=room 123\nPIN=123\n") == "room 123"


def test_the_selector_is_shown_as_the_environment(project: ProjectFolder) -> None:
    assert shown(project, "COLOUR=red\n", "APP_ENV", APP_ENV="d") == "dev"


def test_a_loser_is_shown_by_the_same_rule(project: ProjectFolder) -> None:
    project.write("firedoor.toml", DECLARATION).write(".env.dev", "COLOUR=red\nKEY=k1l2m3n4\n")
    declared = declaration.load(project.root, use_cache=False)
    configuration = boundary.configure(declared, "dev", process={"COLOUR": "k1l2m3n4"})
    display = Display(configuration)
    winner = configuration.values["COLOUR"]
    assert (display.plain(winner), display.plain(winner.losers[0])) == (None, "red")


def test_a_redaction_knows_secrets_by_their_names_too(project: ProjectFolder) -> None:
    """Nobody has declared it, and everybody can see what it is."""
    project.write("firedoor.toml", "[environments.development]\n[variables.PLAIN]\n")
    project.write(".env.development", "MY_TOKEN=told-to-nobody\nPLAIN=for-all\nUNDECLARED=whatever\n")
    loaded = declaration.load(project.root, use_cache=False)
    redaction = Redaction(boundary.configure(loaded, "development", process={}))
    said = redaction.clean("told-to-nobody for-all whatever")
    assert said == "****** for-all whatever"
