"""Workflow commands: one line each, with everything escaped that would end one or begin another."""

from __future__ import annotations

from firedoor.report.github import render
from support.problems import ENVIRONMENTS, HOSTILE, PROBLEMS

WHOLE = """\
::error title=FD001 declaration-missing::There is no firedoor.toml here or in a folder above, and no [tool.firedoor] in a pyproject.toml.%0Ado: Run `firedoor init` in the project's main folder: it writes firedoor.toml from what it finds there. If the project is elsewhere, name its folder: `firedoor -C FOLDER ...`.
::error file=firedoor.toml,line=9,col=1,title=FD003 unknown-key::The declaration may not hold environments.production.protect: there is no such table or key.%0Ado: Did you mean `protected`? Write that, or delete the line.
::error file=.env.testing,line=12,col=1,title=FD211 duplicate-key (testing)::DEBUG is set twice in .env.testing: first in line 4, then here.%0Ado: Keep the line that is right, 4 or .env.testing:12:1, and delete the other.
::error title=FD306 shell-overrides-file (testing)::The shell exports a DATABASE_URL that differs from the one in .env.testing:3:1. (process variable DATABASE_URL)%0Ado: Run `unset DATABASE_URL` and start again (PowerShell: `Remove-Item Env:DATABASE_URL`).
::warning file=.env.testing,title=FD202 fallback-file-used (testing)::testing has no .env.testing; .env was read instead.%0Ado: Create .env.testing and move the values of testing into it.
::notice title=FD312 not-passed-on (testing)::PGHOST was not passed on to the command: client libraries obey it. (process variable PGHOST)%0Ado: Nothing. If the command needs it in testing, declare [variables.PGHOST] or set it in the environment's file.
::error title=FD801 development-server (production)::The command asks for --reload, and production is protected: no reloader, no development server. (command line)%0Ado: Take --reload out of the command. For production: `gunicorn -w 4 -k uvicorn.workers.UvicornWorker ...`.
"""


def test_whole_output() -> None:
    assert render(PROBLEMS, environments=ENVIRONMENTS) == WHOLE


def test_nothing_to_report() -> None:
    assert render([]) == ""


def test_hostile_names_stay_inside_their_command() -> None:
    assert render([HOSTILE]) == (
        "::error file=a dir/50%25%2C\\x07%3A\\udcff.env,line=1,col=2,title=FD203 two-env-files (te\\nst\\u202e)"
        "::te\\nst\\u202e has two files of the same kind: a\\r\\n::error::b."
        "%0Ado: Compare them, keep one, delete the other.\n"
    )


def test_files_are_named_from_the_root_of_the_repository() -> None:
    assert render(PROBLEMS[3:4], folder="services/shop").startswith(
        "::warning file=services/shop/.env.testing,"
    )
    assert render(PROBLEMS[3:4], folder="services\\shop").startswith(
        "::warning file=services/shop/.env.testing,"
    )
    assert "services" not in render(PROBLEMS[1:2], folder="services/shop")
