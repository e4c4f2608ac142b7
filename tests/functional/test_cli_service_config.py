"""``firedoor service config`` as it is used: its answer goes into a file beside the Compose files."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from support.plans import API, DECLARED, database_of, require_compose, secret_of

if TYPE_CHECKING:
    from support.project import ProjectFolder

FILE = "compose.production.yaml"
FIREDOOR = shlex.quote(sys.executable) + " -m firedoor"


@pytest.fixture
def shop(project: ProjectFolder) -> ProjectFolder:
    require_compose()
    project.write("firedoor.toml", DECLARED).write("compose.yaml", API + "    env_file: .env.${APP_ENV}\n")
    project.write(".gitignore", ".env.*\n")
    secrets = f"DATABASE_URL={database_of('production')}\nSECRET_KEY={secret_of('production')}\n"
    project.write(".env.production", "LOG_LEVEL=ERROR\n" + secrets, mode=0o600)
    return project.git("init", "-q").git("add", ".").git("commit", "-qm", "first")


def rendered(shop: ProjectFolder, *, code: int = 0) -> str:
    """The file after the answer has gone into it, as a shell does it."""
    result = shop.run("sh", "-c", f"{FIREDOOR} service config -q -e production > {FILE}")
    assert result.code == code, result.everything
    return (shop.root / FILE).read_text("utf-8")


def test_the_file_is_not_read_as_one_of_the_sources(shop: ProjectFolder) -> None:
    """Its name is what ``compose.{env}.yaml`` means: made twice, or beside a commit, it is the same."""
    first = rendered(shop)
    assert first.startswith("# Made by `firedoor service config -e production`")
    shop.git("add", "-f", FILE).git("commit", "-qm", "deploy")
    assert rendered(shop) == first
    asked = shop.firedoor("service", "config", "-q", "-e", "production", code=0)
    assert asked.stdout == first


def test_control_a_source_of_that_name_counts(shop: ProjectFolder) -> None:
    shop.write(FILE, "services: {api: {mem_limit: 100m}}\n")
    asked = shop.firedoor("service", "config", "-q", "-e", "production", code=0)
    assert "104857600" in asked.stdout


def test_a_source_that_the_shell_has_emptied_is_not_left_out(shop: ProjectFolder) -> None:
    shop.write(FILE, "services: {api: {mem_limit: 100m}}\n").git("add", "-f", FILE).git(
        "commit", "-qm", "source"
    )
    result = shop.run("sh", "-c", f"{FIREDOOR} service config -q -e production > {FILE}")
    assert (result.code, result.stdout) == (2, "")
    assert result.prints(
        f"firedoor: service config: {FILE} was one of the Compose files of production, and the shell has emptied it: "
        f"git restore {FILE}, and write to another file\n",
        stream="stderr",
    )


def test_nothing_secret_is_in_it_nor_said(shop: ProjectFolder) -> None:
    for words in ((), ("--swarm",)):
        result = shop.firedoor("service", "config", "-e", "production", *words, code=0)
        assert "SECRET-production" not in result.everything
    assert "It needs the Swarm secret shop-production-SECRET_KEY: the value of SECRET_KEY" in result.stderr


def test_what_would_not_be_started_is_not_rendered(shop: ProjectFolder) -> None:
    shop.write("compose.yaml", API.replace("1.4", "latest"))
    result = shop.firedoor("service", "config", "-e", "production", code=1)
    assert result.stdout == ""
    assert "FD733" in result.stderr


def test_no_service_by_itself(shop: ProjectFolder) -> None:
    result = shop.firedoor("service", "config", "-e", "production", "api", code=2)
    assert result.stderr.startswith("firedoor: service config: it renders all base services")


def test_what_only_the_shell_has_is_asked_for(shop: ProjectFolder) -> None:
    shop.write(
        "compose.yaml",
        API + "    command: [run, '${MY_TOKEN}']\n"
        "    environment: {API_TOKEN: '${MY_TOKEN}', OTHER_PASSWORD: literal-pw-777, PLAIN: x}\n",
    )
    given = {"MY_TOKEN": "shell-secret-123"}
    for words in ((), ("--swarm",)):
        result = shop.firedoor("service", "config", "-e", "production", *words, env=given, code=0)
        assert "shell-secret-123" not in result.everything
        assert "literal-pw-777" not in result.everything
        assert "${MY_TOKEN:?not set}" in result.stdout
        assert "PLAIN: x" in result.stdout
