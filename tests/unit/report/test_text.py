"""The report for people, compared whole."""

from __future__ import annotations

import pytest

from firedoor.errors import ConfigurationError
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem
from firedoor.report.text import count, render
from support.problems import ENVIRONMENTS, HOSTILE, PROBLEMS

WHOLE = """\
whole project
  error    FD001                                 firedoor.toml
    There is no firedoor.toml here or in a folder above, and no [tool.firedoor] in a pyproject.toml.
    do: Run `firedoor init` in the project's main folder: it writes firedoor.toml from what it finds
        there. If the project is elsewhere, name its folder: `firedoor -C FOLDER ...`.

  error    FD003  firedoor.toml:9:1              environments.production.protect
    The declaration may not hold environments.production.protect: there is no such table or key.
    do: Did you mean `protected`? Write that, or delete the line.

testing
  error    FD211  .env.testing:12:1              DEBUG
    DEBUG is set twice in .env.testing: first in line 4, then here.
    do: Keep the line that is right, 4 or .env.testing:12:1, and delete the other.

  error    FD306  process variable DATABASE_URL
    The shell exports a DATABASE_URL that differs from the one in .env.testing:3:1.
    do: Run `unset DATABASE_URL` and start again (PowerShell: `Remove-Item Env:DATABASE_URL`).

  warning  FD202  .env.testing
    testing has no .env.testing; .env was read instead.
    do: Create .env.testing and move the values of testing into it.

  note     FD312  process variable PGHOST
    PGHOST was not passed on to the command: client libraries obey it.
    do: Nothing. If the command needs it in testing, declare [variables.PGHOST] or set it in the
        environment's file.

production
  error    FD801  command line                   --reload
    The command asks for --reload, and production is protected: no reloader, no development server.
    do: Take --reload out of the command. For production:
        `gunicorn -w 4 -k uvicorn.workers.UvicornWorker ...`.

5 errors, 1 warning, 1 note in testing, production"""


def test_whole_report() -> None:
    assert render(PROBLEMS, environments=ENVIRONMENTS) == WHOLE


def test_an_exception_reads_as_the_report() -> None:
    assert str(ConfigurationError(PROBLEMS[1:2])) == "\n" + render(PROBLEMS[1:2])


def test_narrow_report() -> None:
    assert render(PROBLEMS[2:3], width=40) == (
        "testing\n"
        "  error  FD211  .env.testing:12:1  DEBUG\n"
        "    DEBUG is set twice in .env.testing:\n"
        "    first in line 4, then here.\n"
        "    do: Keep the line that is right, 4\n"
        "        or .env.testing:12:1, and delete\n"
        "        the other.\n"
        "\n"
        "1 error in testing"
    )
    assert render(PROBLEMS[2:3], width=3) == render(PROBLEMS[2:3], width=40)


def test_colour() -> None:
    assert render(PROBLEMS[2:4], environments=ENVIRONMENTS, colour=True) == (
        "\x1b[1mtesting\x1b[0m\n"
        "  \x1b[1;31merror\x1b[0m    FD211  .env.testing:12:1  DEBUG\n"
        "    DEBUG is set twice in .env.testing: first in line 4, then here.\n"
        "    \x1b[32mdo:\x1b[0m Keep the line that is right, 4 or .env.testing:12:1, and delete the other.\n"
        "\n"
        "  \x1b[33mwarning\x1b[0m  FD202  .env.testing\n"
        "    testing has no .env.testing; .env was read instead.\n"
        "    \x1b[32mdo:\x1b[0m Create .env.testing and move the values of testing into it.\n"
        "\n"
        "1 error, 1 warning in testing"
    )


def test_quiet_leaves_out_notes_and_the_count() -> None:
    assert render([PROBLEMS[4], PROBLEMS[6]], quiet=True) == (
        "whole project\n"
        "  error  FD001  firedoor.toml\n"
        "    There is no firedoor.toml here or in a folder above, and no [tool.firedoor] in a pyproject.toml.\n"
        "    do: Run `firedoor init` in the project's main folder: it writes firedoor.toml from what it finds\n"
        "        there. If the project is elsewhere, name its folder: `firedoor -C FOLDER ...`."
    )
    assert render([PROBLEMS[4]], quiet=True) == ""
    assert render([PROBLEMS[4]]) != ""


def test_nothing_to_report() -> None:
    assert render([]) == ""


def test_a_long_origin_does_not_push_the_others_aside() -> None:
    long = Origin(FILE, "folder/" * 10 + ".env", 1, 1)
    lines = render([Problem("FD211", subject="A", origin=long), PROBLEMS[5]]).splitlines()
    assert lines[1] == "  error  FD003  firedoor.toml:9:1  environments.production.protect"
    assert lines[5] == f"  error  FD211  {long}  A"


def test_where_every_origin_is_long_it_is_shown() -> None:
    path = f"/{'a' * 60}/DATABASE_URL"
    problem = Problem("FD306", subject="DATABASE_URL", origin=Origin(FILE, path), file="x")
    assert f"  error  FD306  {path}  DATABASE_URL\n" in render([problem])


def test_hostile_names_are_spelled_out() -> None:
    assert render([HOSTILE]) == (
        "te\\nst\\u202e\n"
        "  error  FD203  a dir/50%,\\x07:\\udcff.env:1:2  .env.\\x1b[2Jx\n"
        "    te\\nst\\u202e has two files of the same kind: a\\r\\n::error::b.\n"
        "    do: Compare them, keep one, delete the other.\n"
        "\n"
        "1 error in te\\nst\\u202e"
    )


@pytest.mark.parametrize(
    ("problems", "counted"),
    [
        (PROBLEMS[:1], "1 error in production"),
        (PROBLEMS[:3], "3 errors in production, testing"),
        (PROBLEMS[3:5], "1 warning, 1 note in testing"),
        (PROBLEMS[5:], "2 errors"),
    ],
)
def test_count(problems: tuple[Problem, ...], counted: str) -> None:
    assert count(problems) == counted
