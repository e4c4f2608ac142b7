"""``firedoor service start`` on a real engine: exactly the environment's containers, with exactly its values."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.containers import COMPOSE, ONE, SERVICES, over_network, secret_of
from support.plans import LEVELS

if TYPE_CHECKING:
    from support.containers import Shop

pytestmark = pytest.mark.real

PUBLISHED = ONE + "    ports: ['127.0.0.1::80']\n"


@pytest.mark.requirement("B1", "B3", "B7", "B8")
@pytest.mark.parametrize("environment", LEVELS)
def test_an_environment_starts_its_services_alone_and_every_container_knows_which_it_is(
    shop: Shop, environment: str
) -> None:
    answer = shop.start(environment)
    assert f"{shop.name}-{environment}: {len(SERVICES[environment])} container" in answer.stdout
    assert shop.running(environment) == SERVICES[environment]
    for service in SERVICES[environment]:
        given = shop.given(environment, service)
        assert (given["APP_ENV"], given["ENV"]) == (environment, environment)
        assert ("SECRET_KEY" in given) == (service == "api"), "only who reads the env file gets what it says"
    asked = ("-p", shop.project(environment), "exec", "-T", "api", "printenv")
    assert shop.compose(*asked, "APP_ENV", env={"APP_ENV": environment}) == f"{environment}\n"
    assert shop.given(environment)["LOG_LEVEL"] == LEVELS[environment]
    assert shop.given(environment)["SECRET_KEY"] == secret_of(environment)
    assert secret_of(environment) not in answer.everything


@pytest.mark.requirement("B1", "C2")
def test_a_short_name_is_the_same_environment(shop: Shop) -> None:
    shop.build(ONE).service("start", env={"APP_ENV": "dev"}, code=0)
    assert shop.given("development")["APP_ENV"] == "development"
    shop.service("start", env={"APP_ENV": "development"}, code=0)
    assert len(shop.containers()) == 1


@pytest.mark.requirement("B2", "B4", "B12")
def test_inline_goes_before_the_env_file_goes_before_the_default(shop: Shop) -> None:
    shop.build(ONE, project='default = "production"').service("start", code=0)
    assert shop.running("production") == {"api"}
    shop.service("stop", "-e", "prod", code=0)
    shop.folder.write(".env", "APP_ENV=test\n")
    shop.service("start", code=0)
    assert shop.running("testing") == {"api"}
    shop.service("restart", env={"APP_ENV": "dev"}, code=0)
    assert set(shop.containers()) == {f"{shop.project('development')}-api-1"}
    assert (shop.folder.root / ".env").read_text() == "APP_ENV=test\n", "an inline choice edits nothing"


@pytest.mark.requirement("B12")
def test_without_any_choice_nothing_starts(shop: Shop) -> None:
    refused = shop.service("start", code=1)
    assert "FD101" in refused.stderr
    assert not shop.containers()


@pytest.mark.requirement("B3")
def test_the_shell_and_composes_own_settings_decide_nothing(shop: Shop) -> None:
    """Plain Compose would obey each of these before any file (docker/compose#10094)."""
    shop.build(ONE.replace("env_file:", "environment: [PAGER, LOG_LEVEL]\n    env_file:"))
    shop.folder.write(".env", "COMPOSE_PROFILES=test\nCOMPOSE_PROJECT_NAME=another\n")
    shell = {
        "APP_ENV": "dev",
        "COMPOSE_PROFILES": "test",
        "COMPOSE_PROJECT_NAME": "another",
        "COMPOSE_FILE": "/nowhere.yaml",
        "COMPOSE_ENV_FILES": "/nowhere.env",
    }
    shop.service("start", env=shell, code=0)
    assert set(shop.containers()) == {f"{shop.project('development')}-api-1"}
    given = shop.given("development")
    assert "PAGER" not in given
    assert given["LOG_LEVEL"] == "DEBUG"


@pytest.mark.requirement("B3")
def test_values_arrive_byte_for_byte(shop: Shop) -> None:
    """Whatever a value holds: through the env file, Compose's model and the engine, and back."""
    pieces = [
        "$",
        "$$",
        "${X}",
        "$X",
        "#",
        " ",
        "'",
        '"',
        "\\",
        "\n",
        "\t",
        "=",
        "é",
        "日本",
        "🚪",
        "%s",
        "{{.}}",
        "`id`",
    ]
    values = {
        f"V{number}": f"a{one}b{two}"
        for number, (one, two) in enumerate((one, two) for one in pieces for two in pieces)
    }
    values |= {"EMPTY": "", "EDGES": " both ", "LARGE": "x" * 100_000, "LINES": "1\n2\r\n3\n"}
    shop.build(ONE.replace("env_file: .env.${APP_ENV}", f"environment: [{', '.join(values)}]"))
    shop.write_env("development", "".join(f"{name}={_quoted(text)}\n" for name, text in values.items()))
    shop.start("development", "-q")
    given = shop.given("development")
    assert {name: given[name] for name in values} == values
    inside = ("exec", f"{shop.project('development')}-api-1", "cat", "/proc/1/environ")
    environ = shop.engine.docker(*inside).stdout
    assert f"\0LARGE={values['LARGE']}\0" in f"\0{environ}"
    assert not shop.status("--check")["drift"]


def _quoted(text: str) -> str:
    """The value in an env file: in double quotes, where these have a meaning behind a backslash."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


@pytest.mark.requirement("B3")
def test_what_compose_recreates_is_what_has_changed(shop: Shop) -> None:
    shop.start("development")
    before = _ids(shop)
    shop.start("development")
    assert _ids(shop) == before, "nothing has changed"
    shop.write_env("development", "LOG_LEVEL=INFO\nSECRET_KEY=development-another\n")
    shop.start("development")
    after = _ids(shop)
    assert after["adminer"] == before["adminer"]
    assert after["api"] != before["api"]


def _ids(shop: Shop) -> dict[str, str]:
    words = (
        "ps",
        "-q",
        "--no-trunc",
        "--filter",
        f"label=com.docker.compose.project={shop.project('development')}",
    )
    found = json.loads(shop.engine.docker("inspect", *shop.engine.docker(*words).stdout.split()).stdout)
    return {one["Config"]["Labels"]["com.docker.compose.service"]: one["Id"] for one in found}


@pytest.mark.requirement("B7")
def test_a_service_of_another_profile_is_not_started_by_name(shop: Shop) -> None:
    assert "FD723" in shop.service("start", "-e", "prod", "adminer", code=1).stderr
    shop.service("start", "-e", "dev", "adminer", code=0)
    assert shop.running("development") == {"adminer"}


@pytest.mark.requirement("B3")
def test_services_that_left_the_file_are_ended_by_the_next_start(shop: Shop) -> None:
    shop.start("development")
    shop.folder.write("compose.yaml", ONE.encode())
    shop.start("development")
    assert set(shop.containers()) == {f"{shop.project('development')}-api-1"}
    assert "adminer" in COMPOSE


@pytest.mark.requirement("B1", "B4", "B10")
def test_an_engine_elsewhere_is_asked_through_the_docker_command(shop: Shop) -> None:
    shop.build(PUBLISHED)
    with over_network(shop.engine) as address:
        elsewhere = {"DOCKER_HOST": address}
        shop.service("start", "-e", "dev", env=elsewhere, code=0)
        assert shop.running("development") == {"api"}
        assert shop.status("--check", env=elsewhere) == shop.status("--check")
        assert "FD720" in shop.service("start", "-e", "test", env=elsewhere, code=1).stderr
        done = shop.service("exec", "api", "printenv", "APP_ENV", env=elsewhere, code=0)
        assert done.stdout == "development\n"
        shop.service("stop", env=elsewhere, code=0)
    assert not shop.containers()
    assert "FD702" in shop.service("status", env=elsewhere, code=1).stderr


@pytest.mark.requirement("B10")
def test_without_docker_or_its_compose_the_answer_says_which_is_missing(shop: Shop, tmp_path: Path) -> None:
    if shop.engine.compose_command[0] == "docker":
        return  # a plugin is found wherever the path leads
    shop.build(ONE)
    few = tmp_path / "few"
    few.mkdir()
    bare = Path(sys.executable).resolve()  # an interpreter without Compose beside it
    words = (str(bare), "-m", "firedoor", "service", "start", "-e", "dev")
    variables = {"PATH": str(few), "DOCKER_HOST": shop.engine.host, "PYTHONPATH": os.pathsep.join(sys.path)}
    for _ in range(2):
        refused = shop.folder.run(*words, env=variables)
        assert refused.code == 1
        assert "FD701" in refused.stderr
        if not (few / "docker").exists():  # and then with docker alone
            (few / "docker").symlink_to(shutil.which("docker") or "")
