"""``firedoor stamp`` as its users see it: whole outputs, on SQLite files, which need no server."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARATION = """\
[project]
name = "shop"
selector = ["APP_ENV"]
[environments.testing]
aliases = ["test"]
[environments.staging]
[environments.production]
aliases = ["prod"]
protected = true
[variables.DATABASE_URL]
resource = "database"
[variables.MAIL_URL]
resource = "smtp"
[variables.API_KEY]
resource = "key"
"""
GRANTS = """
So that another role can read the stamp and not change it, an administrator runs (sqlite):

  chown <owner> <database file>
  chmod u=rw,go=r <database file>
"""


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    project.git("init", "-q").write("firedoor.toml", DECLARATION)
    for name in ("testing", "staging", "production"):
        project.write(f".env.{name}", f"DATABASE_URL=sqlite:///{name}.db\n", mode=0o600)
        fill(project, f"{name}.db")
    return project


def fill(project: ProjectFolder, name: str) -> None:
    with closing(sqlite3.connect(project.root / name)) as connection:
        connection.execute("CREATE TABLE sales (id)")


def copy(project: ProjectFolder, source: str, target: str) -> None:
    (project.root / target).write_bytes((project.root / source).read_bytes())


def events(project: ProjectFolder) -> list[str]:
    lines = (project.root / "firedoor.ledger").read_text().splitlines()
    return [json.loads(line)["event"] for line in lines]


def test_now_and_already(shop: ProjectFolder) -> None:
    result = shop.firedoor("stamp", "-e", "test", code=0)
    assert result.prints(
        """\
        testing (chosen by command line)

        VARIABLE      STAMP
        DATABASE_URL  stamped now

        So that another role can read the stamp and not change it, an administrator runs (sqlite):

          chown <owner> <database file>
          chmod u=rw,go=r <database file>
        """
    )
    assert result.prints(
        """\
        testing
          note  FD524  .env.testing:1:1  DATABASE_URL
            The login of DATABASE_URL of testing could change the stamp in what it leads to.
            do: Let the resource belong to another role than the application's; `firedoor stamp` prints the
                grants.

        1 note in testing
        """,
        stream="stderr",
    )
    again = shop.firedoor("stamp", "-q", "-e", "testing", code=0)
    assert (again.stdout, again.stderr) == (
        f"VARIABLE      STAMP\nDATABASE_URL  stamped already\n{GRANTS}",
        "",
    )
    assert events(shop) == ["stamped"]


def test_the_selected_environment_unless_it_is_protected(shop: ProjectFolder) -> None:
    assert "testing (chosen by process variable APP_ENV)" in (
        shop.firedoor("stamp", env={"APP_ENV": "testing"}, code=0).stdout
    )
    refused = shop.firedoor("stamp", env={"APP_ENV": "prod"}, code=2)
    assert (refused.stdout, refused.stderr) == (
        "",
        "firedoor: stamp: production is protected: name it, as in firedoor stamp -e production\n",
    )
    shop.firedoor("stamp", "DATABASE_URL", env={"APP_ENV": "prod"}, code=2)
    shop.firedoor("stamp", "-e", "prod", env={"APP_ENV": "prod"}, code=0)


def test_a_dry_run_says_what_would_be(shop: ProjectFolder) -> None:
    before = sorted(os.listdir(shop.root))
    result = shop.firedoor("stamp", "-e", "testing", "--dry-run", code=0)
    assert result.stdout.endswith("VARIABLE      STAMP\nDATABASE_URL  would be stamped\n")
    assert sorted(os.listdir(shop.root)) == before
    shop.firedoor("stamp", "-e", "production", code=0)
    copy(shop, "production.db", "testing.db")
    refused = shop.firedoor("stamp", "-e", "testing", "-n", code=1)
    assert refused.stdout.endswith("DATABASE_URL  would be refused\n")
    sanitised = ("stamp", "-e", "testing", "-n", "--sanitised", "--from", "prod", "--reason", "cleaned")
    result = shop.firedoor(*sanitised, code=0)
    assert result.stdout.endswith("DATABASE_URL  would be stamped and declared sanitised\n")
    assert events(shop) == ["stamped"]


def test_a_copy_of_production_is_refused_until_somebody_says_that_it_was_cleaned(shop: ProjectFolder) -> None:
    """C7: production's data downhill."""
    shop.firedoor("stamp", "-e", "production", code=0)
    copy(shop, "production.db", "staging.db")
    result = shop.firedoor("stamp", "-e", "staging", code=1)
    assert result.stdout.endswith("VARIABLE      STAMP\nDATABASE_URL  refused\n")
    assert result.prints(
        """\
        staging
          error  FD526  .env.staging:1:1  DATABASE_URL
            DATABASE_URL of staging was not stamped: it carries a copy of the stamp of production.
            do: If the copied data was cleaned, declare that:
                `firedoor stamp -e staging DATABASE_URL --sanitised --from production --reason '...'`.

        1 error in staging
        """,
        stream="stderr",
    )
    assert events(shop) == ["stamped"]
    done = shop.firedoor(
        *("stamp", "-e", "staging", "--sanitised", "--from", "production"),
        *("--reason", "mail addresses replaced", "--by", "ada"),
        code=0,
    )
    assert "DATABASE_URL  stamped now, declared sanitised\n" in done.stdout
    last = json.loads((shop.root / "firedoor.ledger").read_text().splitlines()[-1])
    assert (last["event"], last["by"], last["reason"], last["facts"]["from"]) == (
        "sanitised",
        "ada",
        "mail addresses replaced",
        "production",
    )
    shop.firedoor("verify", "staging", code=0)


def test_an_original_is_never_stamped_over(shop: ProjectFolder) -> None:
    """Whatever is consented to: C3, C6."""
    shop.firedoor("stamp", "-e", "production", code=0)
    (shop.root / ".env.production").unlink()
    shop.write(".env.testing", "DATABASE_URL=sqlite:///production.db\n", mode=0o600)
    for consent in (
        (),
        ("--sanitised", "--from", "production", "--reason", "cleaned"),
        ("--restamp", "DATABASE_URL", "--reason", "moved"),
    ):
        result = shop.firedoor("stamp", "-e", "testing", "DATABASE_URL", *consent, code=1)
        assert "it carries the original stamp of production." in " ".join(result.stderr.split())
    assert events(shop) == ["stamped"]


def test_what_was_moved_is_stamped_anew_by_its_name(shop: ProjectFolder) -> None:
    shop.firedoor("stamp", "-e", "testing", code=0)
    copy(shop, "testing.db", "moved.db")
    (shop.root / "moved.db").replace(shop.root / "testing.db")
    refused = shop.firedoor("stamp", "-e", "testing", code=1)
    assert "its own stamp was made in another place." in " ".join(refused.stderr.split())
    done = shop.firedoor(
        "stamp", "-e", "testing", "--restamp", "DATABASE_URL", "--reason", "new disk", code=0
    )
    assert "DATABASE_URL  stamped anew\n" in done.stdout
    assert events(shop) == ["stamped", "restamped"]


def test_what_another_environment_claims_is_not_touched(shop: ProjectFolder) -> None:
    shop.write(".env.testing", "DATABASE_URL=sqlite:///production.db\n", mode=0o600)
    result = shop.firedoor("stamp", "-e", "testing", code=1)
    assert "DATABASE_URL of testing was not stamped: FD401 is reported" in " ".join(result.stderr.split())
    assert not (shop.root / "firedoor.ledger").exists()


def test_each_resource_by_itself(shop: ProjectFolder) -> None:
    shop.write(
        ".env.testing",
        "DATABASE_URL=sqlite:///gone.db\nMAIL_URL=smtp://user:pq9x@mail.example.org\nAPI_KEY=abcd\n",
        mode=0o600,
    )
    result = shop.firedoor("stamp", "-e", "testing", code=1)
    assert result.stdout.endswith(
        "VARIABLE      STAMP\nDATABASE_URL  did not answer\nMAIL_URL      cannot be asked\n"
    )
    assert "the server has no such database, bucket or collection." in " ".join(result.stderr.split())
    assert "pq9x" not in result.everything
    assert not (shop.root / "firedoor.ledger").exists()


def test_nothing_to_stamp(shop: ProjectFolder) -> None:
    shop.write(".env.testing", "API_KEY=abcd\n", mode=0o600)
    assert shop.firedoor("stamp", "-q", "-e", "testing", code=0).stdout == (
        "Nothing to stamp: no variable leads to a resource.\n"
    )


def test_json(shop: ProjectFolder) -> None:
    document = json.loads(shop.firedoor("stamp", "-e", "testing", "--format", "json", code=0).stdout)
    stamp = document["resources"][0].pop("stamp")
    assert sorted(stamp) == ["by", "cleaned", "id", "time"]
    assert len(stamp["id"]) == 32
    assert [problem["code"] for problem in document.pop("problems")] == ["FD524"]
    assert document == {
        "version": 1,
        "counts": {"error": 0, "warning": 0, "note": 1},
        "environment": "testing",
        "dry_run": False,
        "resources": [{"variable": "DATABASE_URL", "result": "stamped"}],
        "grants": {"sqlite": ["chown <owner> <database file>", "chmod u=rw,go=r <database file>"]},
    }
    shop.firedoor("stamp", "-e", "production", code=0)
    copy(shop, "production.db", "staging.db")
    result = shop.firedoor("stamp", "-e", "staging", "--format", "json", code=1)
    refused = json.loads(result.stdout)
    assert refused["resources"] == [{"variable": "DATABASE_URL", "result": "refused", "stamp": None}]
    assert ([problem["code"] for problem in refused["problems"]], result.stderr) == (["FD526"], "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("NOPE",), "NOPE is no declared resource; there are DATABASE_URL, MAIL_URL"),
        (("API_KEY",), "API_KEY is no declared resource; there are DATABASE_URL, MAIL_URL"),
        (
            ("--restamp", "NOPE", "--reason", "x"),
            "NOPE is no declared resource; there are DATABASE_URL, MAIL_URL",
        ),
        (("--sanitised", "--reason", "x"), "--sanitised and --from ENV belong together"),
        (("--from", "production", "--reason", "x"), "--sanitised and --from ENV belong together"),
        (("--sanitised", "--from", "production"), "--sanitised needs --reason TEXT, which the ledger keeps"),
        (
            ("--sanitised", "--from", "production", "--reason", " "),
            "--sanitised needs --reason TEXT, which the ledger keeps",
        ),
        (("--restamp", "DATABASE_URL"), "--restamp needs --reason TEXT, which the ledger keeps"),
        (
            ("--restamp", "DATABASE_URL", "--sanitised", "--from", "production", "--reason", "x"),
            "--restamp or --sanitised, not both",
        ),
        (
            ("MAIL_URL", "--restamp", "DATABASE_URL", "--reason", "x"),
            "--restamp names a variable that the command does not",
        ),
        (
            ("--sanitised", "--from", "prodution", "--reason", "x"),
            "--from prodution: no environment is called so; there are testing, staging, production",
        ),
        (
            ("--sanitised", "--from", "test", "--reason", "x"),
            "--from test: that is the environment itself; see --restamp",
        ),
        (("--as", "ADMIN_URL"), "--as ADMIN_URL is for one resource: name its variable"),
        (("DATABASE_URL", "--as", "ADMIN_URL"), "--as ADMIN_URL: the shell does not set it"),
        (
            ("--reason", "was sqlite:///testing.db"),
            "--by and --reason go into the ledger, and one holds the value of DATABASE_URL",
        ),
        (
            ("--by", "sqlite:///testing.db"),
            "--by and --reason go into the ledger, and one holds the value of DATABASE_URL",
        ),
        (("--format", "sarif"), None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_usage(shop: ProjectFolder, arguments: tuple[str, ...], said: str | None) -> None:
    result = shop.firedoor("stamp", "-e", "testing", *arguments)
    expected = f"stamp: {said}" if said else "--format sarif: not known here; use text, json"
    assert (result.code, result.stdout, result.stderr) == (2, "", f"firedoor: {expected}\n")
    assert not (shop.root / "firedoor.ledger").exists()


def test_no_declared_resource_at_all(project: ProjectFolder) -> None:
    project.write("firedoor.toml", "[environments.testing]\n").write(".env.testing", "A=1\n")
    result = project.firedoor("stamp", "-e", "testing", "A", code=2)
    assert result.stderr == "firedoor: stamp: A is no declared resource; there are none\n"


def test_a_broken_ledger_stops_it(shop: ProjectFolder) -> None:
    shop.write("firedoor.ledger", "torn")
    result = shop.firedoor("stamp", "-e", "testing", code=1)
    assert result.stdout == ""
    assert result.prints(
        """\
        whole project
          error  FD528  firedoor.ledger:1:1
            firedoor.ledger is not as it was written: the line breaks off.
            do: ...
        ...
        1 error
        """,
        stream="stderr",
    )
