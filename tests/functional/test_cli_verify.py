"""``firedoor verify``: whole outputs, on SQLite files, which need no server."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARATION = """\
[project]
selector = ["APP_ENV"]
[environments.testing]
[environments.production]
aliases = ["prod"]
protected = true
[variables.DATABASE_URL]
resource = "database"
"""


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    project.git("init", "-q").write("firedoor.toml", DECLARATION)
    for name in ("testing", "production"):
        project.write(f".env.{name}", f"DATABASE_URL=sqlite:///{name}.db\n", mode=0o600)
        with closing(sqlite3.connect(project.root / f"{name}.db")) as connection:
            connection.execute("CREATE TABLE sales (id)")
        project.firedoor("stamp", "-e", name, code=0)
    return project


def codes(text: str) -> list[tuple[str, str]]:
    return [(problem["severity"], problem["code"]) for problem in json.loads(text)["problems"]]


def test_everything_is_its_own(shop: ProjectFolder) -> None:
    result = shop.firedoor("verify", env={"APP_ENV": "testing"}, code=0)
    assert result.prints(
        """\
        testing
          note  FD524  .env.testing:1:1  DATABASE_URL
            The login of DATABASE_URL of testing could change the stamp in what it leads to.
            do: ...
        ...
        1 note in testing
        testing is verified: every resource that could be asked is its own
        """
    )
    assert result.stderr == ""
    assert shop.firedoor("verify", "-q", "testing", code=0).everything == ""


def test_several_environments(shop: ProjectFolder) -> None:
    result = shop.firedoor("verify", "testing", "-e", "prod", "--format", "json", code=0)
    assert codes(result.stdout) == [("note", "FD524"), ("warning", "FD524")]
    assert "production is verified" not in shop.firedoor("verify", "prod", code=0).stdout  # a warning is left


def test_a_copy_of_production(shop: ProjectFolder) -> None:
    (shop.root / "testing.db").write_bytes((shop.root / "production.db").read_bytes())
    result = shop.firedoor("verify", "testing", code=1)
    assert result.prints(
        """\
        testing
          error  FD522  .env.testing:1:1  DATABASE_URL
            What DATABASE_URL of testing leads to is a copy of production's: it carries that stamp, made in
            another place.
            do: If the copied data was cleaned, declare that:
                `firedoor stamp -e testing DATABASE_URL --sanitised --from production --reason '...'`. Else
                make this copy go away.

        1 error in testing
        """
    )


@pytest.mark.parametrize(
    ("environment", "code", "severity"), [("testing", 0, "warning"), ("production", 1, "error")]
)
def test_what_does_not_answer(shop: ProjectFolder, environment: str, code: int, severity: str) -> None:
    (shop.root / f"{environment}.db").unlink()
    result = shop.firedoor("verify", environment, "--format", "json", code=code)
    assert codes(result.stdout) == [(severity, "FD411")]
    assert not (shop.root / f"{environment}.db").exists()


def test_what_is_refused_already_is_not_connected_to(shop: ProjectFolder) -> None:
    shop.write(".env.testing", "DATABASE_URL=sqlite:///production.db\n", mode=0o600)
    assert codes(shop.firedoor("verify", "testing", "--format", "json", code=1).stdout) == [
        ("error", "FD401")
    ]


def test_an_unknown_environment(shop: ProjectFolder) -> None:
    result = shop.firedoor("verify", "prodution", code=1)
    assert (result.stdout, "FD102" in result.stderr) == ("", True)
