"""Secrets as files by the command line: who gets them, who does not, and what nobody is shown."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from support.secret_files import URL, declared

if TYPE_CHECKING:
    from pathlib import Path

    from support.project import ProjectFolder

WORKERS = '[variables.WORKERS]\ntype = "int"\n'
KEY = "SECRET-key-77c1$x${HOME}"
PRODUCTION = {"APP_ENV": "production"}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """A folder outside the project, as a platform mounts it."""
    folder = tmp_path / "mounted"
    folder.mkdir()
    for name, text in {
        "DATABASE_URL": URL,
        "SIGNING_KEY": KEY,
        "WORKERS": "4",
        "stranger": "SECRET-s",
    }.items():
        (folder / name).write_text(f"{text}\n")
        (folder / name).chmod(0o444)
    return folder


@pytest.fixture
def shop(project: ProjectFolder, secrets: Path) -> ProjectFolder:
    return project.write("firedoor.toml", declared(str(secrets), "development", "testing") + WORKERS)


def problems(shop: ProjectFolder, *arguments: str, **env: str) -> list[tuple[str, str, str]]:
    result = shop.firedoor("check", *arguments, "--format", "json", env=env)
    assert "SECRET-" not in result.everything
    return [
        (one["code"], one["subject"], one["environment"]) for one in json.loads(result.stdout)["problems"]
    ]


def test_a_container_without_any_env_file(shop: ProjectFolder, secrets: Path) -> None:
    show = 'printf "%s|" "$DATABASE_URL" "$SIGNING_KEY" "$WORKERS" "$stranger"'
    result = shop.firedoor("run", "-q", "--", "sh", "-c", show, env=PRODUCTION, code=0)
    assert result.stdout == f"{URL}|{KEY}|4||"
    assert result.stderr == ""
    for path in secrets.iterdir():  # the control: it is the folder that makes it start
        path.unlink()
    result = shop.firedoor("run", "-q", "--", "true", env=PRODUCTION, code=1)
    assert "FD301" in result.stderr


def test_where_each_value_is_from_and_what_it_is(shop: ProjectFolder, secrets: Path) -> None:
    result = shop.firedoor("explain", "WORKERS", env={**PRODUCTION, "WORKERS": "8"}, code=0)
    assert result.prints(
        f"""\
        WORKERS in production (chosen by process variable APP_ENV)

               VALUE  ORIGIN
        wins   8      process variable WORKERS
        loses  4      {secrets}/WORKERS
        """
    )
    shown = shop.firedoor("show", "-e", "production", code=0)
    assert f"{secrets}/DATABASE_URL" in shown.stdout
    assert "stranger" not in shown.stdout
    assert "SECRET-" not in shown.everything


def test_what_is_mounted_is_never_another_environment_s(shop: ProjectFolder) -> None:
    shop.write(".env.development", "DATABASE_URL=sqlite:///dev.db\n", mode=0o600)
    shop.write(".env.testing", f"DATABASE_URL={URL}\n", mode=0o600)
    # production is told only where production is what runs here
    assert ("FD401", "DATABASE_URL", "production") in problems(shop, "production")
    everything = problems(shop, "--all")
    assert [one for one in everything if one[0] == "FD401"] == []
    selected = [one for one in problems(shop, "--all", APP_ENV="production") if one[0] == "FD401"]
    assert selected == [("FD401", "DATABASE_URL", "testing")]
    # the control: the one environment that is asked for has it, and another's file says the same
    assert ("FD401", "DATABASE_URL", "development") in problems(shop, "development")


@pytest.mark.parametrize("protected", [False, True])
def test_the_shell_against_what_is_mounted(shop: ProjectFolder, *, protected: bool) -> None:
    shop.write(".env.development", "")
    name = "production" if protected else "development"
    result = shop.firedoor("run", "-q", "-e", name, "--", "true", env={"SIGNING_KEY": "SECRET-other"})
    assert result.code == (0 if protected else 1)
    assert ("FD306" in result.stderr) is not protected
    assert "SECRET-" not in result.everything
    shop.firedoor("run", "-q", "-e", name, "--", "true", env={"SIGNING_KEY": KEY}, code=0)


def test_a_run_inside_a_run(shop: ProjectFolder) -> None:
    shop.write(".env.development", "")
    inner = (sys.executable, "-m", "firedoor", "run", "-q", "--", "sh", "-c", 'echo "$WORKERS"')
    result = shop.firedoor("run", "-q", "-e", "development", "--", *inner, code=0)
    assert result.stdout == "4\n"


def test_several_environments_share_nothing_that_is_mounted(shop: ProjectFolder, secrets: Path) -> None:
    (secrets / "DATABASE_URL").write_text("sqlite:///mounted.db\n")
    for name in ("development", "testing"):
        shop.write(f".env.{name}", f"DATABASE_URL=sqlite:///{name}.db\n", mode=0o600)
    for name in ("mounted", "development", "testing"):
        with closing(sqlite3.connect(shop.root / f"{name}.db")) as connection:
            connection.execute("CREATE TABLE sales (id)")
    for verb in (("verify",), ("diff", "-a")):
        result = shop.firedoor(*verb, "development", "testing")
        assert ".env.testing:1:1" in result.stdout
        assert str(secrets) not in result.everything
    # the control: alone it has what is mounted
    assert str(secrets) in shop.firedoor("verify", "testing").stdout
    shop.firedoor("lock", "--offline", "development", "testing", code=0)
    taken = (shop.root / "firedoor.lock").read_text()
    shop.firedoor("lock", "--offline", "development", code=0)
    assert (shop.root / "firedoor.lock").read_text() != taken


def test_what_is_mounted_wrongly(shop: ProjectFolder, secrets: Path) -> None:
    (secrets / "DATABASE_URL").rename(secrets / "database_url")
    (secrets / "SIGNING_KEY").chmod(0o600)
    (secrets / "SIGNING_KEY").write_bytes(b"SECRET-\0")
    (secrets / "WORKERS").unlink()
    (secrets / "WORKERS").mkdir()
    (secrets / "APP_ENV").write_text("production")
    assert problems(shop, "production")[:4] == [
        ("FD229", "APP_ENV", "production"),
        ("FD227", f"{secrets}/SIGNING_KEY", "production"),
        ("FD226", f"{secrets}/WORKERS", "production"),
        ("FD228", "DATABASE_URL", "production"),
    ]
