"""``firedoor unlock`` as its users see it: whole outputs, and what a guarded process makes of it."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from firedoor.destruction import KINDS
from support.destroying import DECLARED

if TYPE_CHECKING:
    from support.project import ProjectFolder, Result

EMPTY = """\
import sqlite3
import firedoor.guard

firedoor.guard.arm()
with sqlite3.connect("prod.db") as shop:
    shop.execute("DELETE FROM orders")
    shop.execute("DELETE FROM orders")
"""
STATEMENT = '"DELETE FROM orders"'
UNLOCK = ("unlock", "production", "--resource", "DATABASE_URL", "--reason", "tidy up")
RESOURCES = "DATABASE_URL, ARCHIVE_URL, CACHE_URL, SESSIONS_URL, FILES_URL, volumes"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    project.write("firedoor.toml", DECLARED).write("empty.py", EMPTY)
    project.write(".env.production", "DATABASE_URL=sqlite:///prod.db\nAPI_KEY=sk-12345678\n", mode=0o600)
    with closing(sqlite3.connect(project.root / "prod.db")) as connection:
        connection.execute("CREATE TABLE orders (id)")
        connection.execute("INSERT INTO orders VALUES (1)")
        connection.commit()
    return project


def orders(project: ProjectFolder) -> int:
    with closing(sqlite3.connect(project.root / "prod.db")) as connection:
        (found,) = connection.execute("SELECT count(*) FROM orders").fetchone()
        return int(found)


def empty(project: ProjectFolder, **variables: str) -> Result:
    return project.run(sys.executable, "empty.py", env={"APP_ENV": "production", **variables})


def timeless(text: str) -> str:
    return TIME.sub("<TIME>", text)


def test_refused_unlocked_refused_again(shop: ProjectFolder) -> None:
    refused = empty(shop)
    assert (refused.code, orders(shop)) == (1, 1)
    assert refused.stderr.endswith(
        "firedoor.errors.GuardError: \n"
        """\
production
  error  FD615  DATABASE_URL
    This process belongs to production, which is protected, and was about to carry out DELETE
    without a condition on what DATABASE_URL leads to. It was asked for at empty.py:6.
    do: If it is meant:
        `firedoor unlock production --resource DATABASE_URL --reason "..." --for 15m`, here, as the
        user that runs this.

1 error in production
"""
    )
    given = shop.firedoor(*UNLOCK, "--for", "15m", "--by", "kim", code=0)
    assert timeless(given.everything) == (
        "production: destructive statements to DATABASE_URL are let through until <TIME>.\n"
        "This holds on this machine, for this user and this copy of the project.\n"
        "To take it back: firedoor unlock production --resource DATABASE_URL --revoke\n"
    )
    passed = empty(shop)
    assert (passed.code, orders(shop)) == (0, 0)
    assert timeless(passed.stderr) == "".join(
        f"""\
{shop.root}/empty.py:{line}: FiredoorWarning: {""}
production
  warning  FD618  DATABASE_URL
    DELETE without a condition is let through to what DATABASE_URL of production leads to: kim
    unlocked it, for this reason: tidy up. It was asked for at empty.py:{line}. The consent ends at
    <TIME>.
    do: Nothing, if it is. Else: `firedoor unlock production --resource DATABASE_URL --revoke`.

1 warning in production
  shop.execute({STATEMENT})
"""
        for line in (6, 7)
    )
    taken = shop.firedoor("unlock", "-e", "prod", "--revoke", code=0)
    assert taken.everything == "production: what was let through to DATABASE_URL is refused again.\n"
    again = empty(shop)
    assert again.code == 1
    assert "A consent stands in the ledger, and it was revoked." in " ".join(again.stderr.split())


def test_no_variable_gives_consent(shop: ProjectFolder) -> None:
    for name in ("FIREDOOR_UNLOCK", "UNLOCK", "FIREDOOR_CONSENT"):
        for text in ("1", "production", "DATABASE_URL"):
            assert empty(shop, **{name: text}).code == 1
    assert orders(shop) == 1


def test_neither_the_selector_nor_the_default_names_it(shop: ProjectFolder) -> None:
    shop.write("firedoor.toml", DECLARED.replace('name = "shop"', 'name = "shop"\ndefault = "production"'))
    words = ("unlock", "--resource", "DATABASE_URL", "--reason", "x", "--for", "15m")
    result = shop.firedoor(*words, env={"APP_ENV": "production"}, code=2)
    assert result.stderr == "firedoor: unlock: name the environment, as in firedoor unlock production\n"
    assert not (shop.root / "firedoor.ledger").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("unlock",), "name the environment, as in firedoor unlock production"),
        (("unlock", "production", "testing"), "one environment at a time, not production, testing"),
        (("unlock", "live"), "live: no environment is called so; there are testing, production"),
        (("unlock", "testing"), "testing is not protected: no statement is refused there"),
        (
            ("unlock", "prod"),
            "--resource VARIABLE is missing, as in firedoor unlock production --resource DATABASE_URL",
        ),
        (
            ("unlock", "prod", "--resource", "DATABASE_URL"),
            '--reason TEXT is missing, as in firedoor unlock production --resource DATABASE_URL --reason "..."',
        ),
        (
            ("unlock", "prod", "--resource", "DATABASE_URL", "--reason", " "),
            '--reason TEXT is missing, as in firedoor unlock production --resource DATABASE_URL --reason "..."',
        ),
        (
            UNLOCK,
            "--for TIME is missing, as in firedoor unlock production --resource DATABASE_URL --for 15m",
        ),
        ((*UNLOCK, "--for", "soon"), "--for soon: give a time as 90s, 15m or 2h"),
        (
            (*UNLOCK, "--for", "15m", "--statement", "all"),
            f"--statement all: there are {', '.join(KINDS)}",
        ),
        (
            ("unlock", "prod", "--resource", "API_KEY"),
            f"--resource API_KEY is no declared resource; there are {RESOURCES}",
        ),
        (
            ("unlock", "prod", "--resource", "DATABASE_URL", "--reason", "for sk-12345678", "--for", "1m"),
            "--by and --reason go into the ledger, and one holds the value of API_KEY",
        ),
        (
            (*UNLOCK, "--for", "1m", "--by", "sk-12345678"),
            "--by and --reason go into the ledger, and one holds the value of API_KEY",
        ),
        (("unlock", "prod", "--revoke", "--for", "15m"), "--revoke takes no --for"),
        (("unlock", "prod", "--revoke", "--statement", "truncate"), "--revoke takes no --statement"),
        (
            ("unlock", "prod", "--revoke", "--resource", "NOTHING"),
            f"--resource NOTHING is no declared resource; there are {RESOURCES}",
        ),
        (("unlock", "--list", "--revoke"), "--list takes no --revoke"),
        (("unlock", "--list", "--reason", "x"), "--list takes no --reason"),
        (("unlock", "--list", "testing"), "testing is not protected: no statement is refused there"),
    ],
)
def test_what_is_missing_or_wrong(words: tuple[str, ...], said: str, shop: ProjectFolder) -> None:
    result = shop.firedoor(*words, code=2)
    assert result.everything == f"firedoor: unlock: {said}\n"
    assert not (shop.root / "firedoor.ledger").exists()


def test_list_and_history(shop: ProjectFolder) -> None:
    assert shop.firedoor("unlock", "--list", code=0).everything == "Nothing was unlocked.\n"
    assert shop.firedoor("unlock", "--list", "-q", code=0).everything == ""
    assert (
        shop.firedoor("unlock", "prod", "--revoke", code=0).everything
        == "production: nothing was unlocked.\n"
    )
    quiet = shop.firedoor(*UNLOCK, "--for", "15m", "--by", "kim", "-q", code=0)
    assert quiet.everything == ""
    narrow = (
        "--resource",
        "CACHE_URL",
        "--reason",
        "full",
        "--for",
        "1h",
        "--statement",
        "truncate",
        "--by",
        "ada",
    )
    given = shop.firedoor("unlock", "production", *narrow, code=0)
    assert given.stdout.startswith(
        "production: statements of the kind truncate to CACHE_URL are let through until "
    )
    shop.firedoor(
        "unlock", "production", "--resource", "DATABASE_URL", "--revoke", "--by", "kim", "-q", code=0
    )
    listed = shop.firedoor("unlock", "--list", code=0)
    assert timeless(listed.everything) == (
        "ENVIRONMENT  RESOURCE      STATEMENTS  UNTIL                 HOLDS               BY   REASON\n"
        "production   CACHE_URL     truncate    <TIME>  yes                 ada  full\n"
        "production   DATABASE_URL  all         <TIME>  no: it was revoked  kim  tidy up\n"
    )
    only = shop.firedoor("unlock", "--list", "prod", "--resource", "CACHE_URL", code=0)
    assert timeless(only.everything) == (
        "ENVIRONMENT  RESOURCE   STATEMENTS  UNTIL                 HOLDS  BY   REASON\n"
        "production   CACHE_URL  truncate    <TIME>  yes    ada  full\n"
    )
    login = json.loads((shop.root / "firedoor.ledger").read_text().splitlines()[0])["facts"]["login"]
    assert timeless(shop.firedoor("history", code=0).everything) == (
        "NUMBER  TIME                  EVENT   ENVIRONMENT  RESOURCE      BY   REASON\n"
        f"1       <TIME>  unlock  production   DATABASE_URL  kim  tidy up; login {login}, until <TIME>\n"
        f"2       <TIME>  unlock  production   CACHE_URL     ada  full; login {login}, statement truncate, "
        "until <TIME>\n"
        f"3       <TIME>  revoke  production   DATABASE_URL  kim  login {login}\n"
    )


def test_a_broken_ledger(shop: ProjectFolder) -> None:
    shop.firedoor(*UNLOCK, "--for", "15m", code=0)
    path = shop.root / "firedoor.ledger"
    path.write_text(path.read_text().replace("tidy up", "tidy it"))
    assert shop.firedoor(*UNLOCK, "--for", "15m", code=1).everything.count("FD528") == 1
    listed = shop.firedoor("unlock", "--list", code=1)
    assert (listed.stdout, listed.stderr.count("FD528")) == ("Nothing was unlocked.\n", 1)
    assert empty(shop).code == 1
    assert orders(shop) == 1


def test_help(shop: ProjectFolder) -> None:
    shown = shop.firedoor("unlock", "--help", code=0).stdout
    assert shown.startswith(
        "usage: firedoor unlock ENV --resource VARIABLE --reason TEXT --for TIME\n\n"
        "Let destructive statements through to one resource of a protected environment, for a while.\n\n"
        "  -e, --env ENV"
    )
