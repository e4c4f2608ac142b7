"""The file that Docker runs without firedoor: what is in it, what never is, and that Compose reads the same services."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml  # type: ignore[import-untyped]  # it ships no types
from hypothesis import given
from hypothesis import strategies as st

from firedoor.services import deployment, program
from firedoor.services.deployment import document
from firedoor.services.deployment.document import Rendered, render
from firedoor.services.deployment.references import stand_ins
from support.plans import require_compose

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Mapping
    from pathlib import Path

ROOT = "/srv/shop"
VALUES = {
    "LOG_LEVEL": "INFO",
    "DATABASE_URL": "postgresql://app:pa$$word-7f3a@db/shop",
    "SECRET_KEY": "0a9b8c7d6e5f",
    "REDIS_URL": "redis://redis:6379/0",
}
SENSITIVE = ("DATABASE_URL", "SECRET_KEY", "REDIS_URL", "API_TOKEN")
GIVEN = stand_ins(SENSITIVE)
SELECTORS = {"APP_ENV": "production", "ENV": "production"}


class Reader(yaml.SafeLoader):  # type: ignore[misc]  # it ships no types
    """Takes what replaces for what is added: the tests know which is which."""


def _replacing(reader: Any, node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return reader.construct_mapping(node, deep=True)
    return reader.construct_sequence(node, deep=True)


Reader.add_constructor("!override", _replacing)


def made(
    services: Mapping[str, Any],
    *,
    values: Mapping[str, str] = VALUES,
    sensitive: Collection[str] = SENSITIVE,
    swarm: bool = False,
    **parts: Mapping[str, Any],
) -> Rendered:
    return render(
        {"name": "shop-production", "services": services, **parts},
        project="shop",
        environment="production",
        root=ROOT,
        values=values,
        sensitive=sensitive,
        selectors=SELECTORS,
        files=[".env.production"],
        swarm=swarm,
    )


def documents(rendered: Rendered) -> tuple[dict[str, Any], dict[str, Any]]:
    """What both read, and what Compose alone reads."""
    found = [*yaml.load_all(rendered.text, Reader), {}]
    return found[0], found[1]


def api(rendered: Rendered) -> dict[str, Any]:
    """The service as a stack reads it."""
    told: dict[str, Any] = documents(rendered)[0]["services"]["api"]
    return told


@pytest.mark.parametrize(
    ("told", "stack", "compose", "notes"),
    [
        pytest.param({}, {}, {}, [], id="an image alone"),
        pytest.param({"build": {"context": ROOT}, "develop": {}}, {}, {}, [], id="of building"),
        pytest.param(
            {"restart": "unless-stopped"}, {}, {"restart": "unless-stopped"}, [], id="it starts again anyway"
        ),
        pytest.param(
            {"restart": "on-failure:3"},
            {"deploy": {"restart_policy": {"condition": "on-failure", "max_attempts": 3}}},
            {"restart": "on-failure:3", "deploy": {}},
            [],
            id="a restart in a stack's words",
        ),
        pytest.param(
            {"restart": "no"},
            {"deploy": {"restart_policy": {"condition": "none"}}},
            {"restart": "no", "deploy": {}},
            [],
            id="no restart",
        ),
        pytest.param(
            {"depends_on": {"db": {"condition": "service_healthy", "required": True}, "gone": {}}},
            {},
            {"depends_on": {"db": {"condition": "service_healthy"}}},
            ["api: a Swarm starts it without waiting for depends_on"],
            id="an order",
        ),
        pytest.param(
            {"ports": [{"mode": "ingress", "target": 80, "published": "8000", "protocol": "tcp"}]},
            {"ports": [{"target": 80, "published": 8000}]},
            {},
            [],
            id="a port as a number",
        ),
        pytest.param(
            {"ports": [{"mode": "host", "target": 53, "published": "53", "protocol": "udp", "name": "dns"}]},
            {"ports": [{"mode": "host", "target": 53, "published": 53, "protocol": "udp"}]},
            {"ports": [{"mode": "host", "target": 53, "published": 53, "protocol": "udp", "name": "dns"}]},
            [],
            id="a port of the machine",
        ),
        pytest.param(
            {"ports": [{"host_ip": "127.0.0.1", "target": 80, "published": "8000"}]},
            {},
            {"ports": [{"host_ip": "127.0.0.1", "target": 80, "published": 8000}]},
            ["api: a Swarm publishes on every address: port 80 of 127.0.0.1 is left out"],
            id="a port of one address",
        ),
        pytest.param(
            {"ports": [{"target": 80, "published": "8000-8010"}]},
            {},
            {"ports": [{"target": 80, "published": "8000-8010"}]},
            ["api: a Swarm has no ranges: port 8000-8010 is left out"],
            id="a port of a range",
        ),
        pytest.param(
            {"tmpfs": ["/tmp", "/run:size=64k,mode=755"]},
            {
                "volumes": [
                    {"type": "tmpfs", "target": "/tmp"},
                    {"type": "tmpfs", "target": "/run", "tmpfs": {"size": 65536}},
                ]
            },
            {
                "volumes": [
                    {"type": "tmpfs", "target": "/tmp"},
                    {"type": "tmpfs", "target": "/run", "tmpfs": {"size": 65536, "mode": 0o755}},
                ]
            },
            [],
            id="a stack ignores tmpfs",
        ),
        pytest.param(
            {"tmpfs": ["/run:uid=5"]},
            {"volumes": [{"type": "tmpfs", "target": "/run"}]},
            {"tmpfs": ["/run:uid=5"], "volumes": []},
            ["api: a Swarm has no options of tmpfs: /run:uid=5"],
            id="tmpfs with an option",
        ),
        pytest.param(
            {"shm_size": "1048576"},
            {"volumes": [{"type": "tmpfs", "target": "/dev/shm", "tmpfs": {"size": 1048576}}]},
            {"shm_size": "1048576", "volumes": []},
            [],
            id="shared memory",
        ),
        pytest.param(
            {"volumes": [{"type": "bind", "source": f"{ROOT}/conf", "target": "/conf", "bind": {}}]},
            {"volumes": [{"type": "bind", "source": "./conf", "target": "/conf"}]},
            {},
            ["api: ./conf has to be on every node that runs it"],
            id="a folder of the project",
        ),
        pytest.param(
            {"volumes": [{"type": "bind", "source": "/etc/ssl", "target": "/ssl", "read_only": True}]},
            {"volumes": [{"type": "bind", "source": "/etc/ssl", "target": "/ssl", "read_only": True}]},
            {},
            [
                "api: /etc/ssl is not in the project: it has to be there on every machine",
                "api: /etc/ssl has to be on every node that runs it",
            ],
            id="a folder of the machine",
        ),
        pytest.param(
            {"mem_limit": "104857600", "cpus": 0.5, "pids_limit": 10, "mem_reservation": "52428800"},
            {
                "deploy": {
                    "resources": {
                        "limits": {"memory": "104857600", "cpus": "0.5", "pids": 10},
                        "reservations": {"memory": "52428800"},
                    }
                }
            },
            {},
            [],
            id="limits in words of both",
        ),
        pytest.param(
            {"deploy": {"replicas": 2, "placement": {}, "resources": {"limits": {"cpus": 1}}}},
            {"deploy": {"replicas": 2, "resources": {"limits": {"cpus": "1"}}}},
            {},
            [],
            id="processors as text",
        ),
        pytest.param(
            {"security_opt": ["no-new-privileges:true"], "platform": "linux/amd64", "gpus": [{"count": 1}]},
            {},
            {"security_opt": ["no-new-privileges:true"], "platform": "linux/amd64", "gpus": [{"count": 1}]},
            ["api: a Swarm has no gpus, platform, security_opt"],
            id="what a stack refuses or ignores",
        ),
        pytest.param(
            {"container_name": "one"},
            {},
            {"container_name": "one"},
            ["api: a Swarm names its containers itself: container_name is left out"],
            id="a container's name",
        ),
        pytest.param(
            {"healthcheck": {"test": ["CMD", "true"], "interval": "2s", "start_interval": "1s"}},
            {"healthcheck": {"test": ["CMD", "true"], "interval": "2s"}},
            {"healthcheck": {"test": ["CMD", "true"], "interval": "2s", "start_interval": "1s"}},
            ["api: a Swarm has no start_interval of a healthcheck"],
            id="a health check",
        ),
        pytest.param(
            {"extra_hosts": ["db=10.0.0.1", "db=::1"]},
            {"extra_hosts": ["db:10.0.0.1", "db:::1"]},
            {},
            [],
            id="hosts as Docker 20.10 reads them",
        ),
        pytest.param(
            {"networks": {"default": None, "back": {"aliases": ["a"], "gw_priority": 1}}},
            {"networks": {"default": None, "back": {"aliases": ["a"]}}},
            {"networks": {"default": None, "back": {"aliases": ["a"], "gw_priority": 1}}},
            [],
            id="networks",
        ),
        pytest.param(
            {"env_file": [{"path": f"{ROOT}/other.env", "required": False}]},
            {},
            {"env_file": [{"path": "other.env", "required": False}]},
            [
                "api: a Swarm cannot do without an env file: other.env, which may be missing, is left out",
                f"other.env: {document._OF_ENV_FILES}",
            ],
            id="an env file that may be missing",
        ),
    ],
)
def test_a_stack_and_compose_each_read_what_they_take(
    told: dict[str, Any], stack: dict[str, Any], compose: dict[str, Any], notes: list[str]
) -> None:
    rendered = made({"api": {"image": "shop/api:1.4", **told}, "db": {"image": "shop/db:1"}})
    both, alone = documents(rendered)
    common = both["services"]["api"]
    assert {key: common[key] for key in common.keys() - {"image", "environment", "labels"}} == stack
    assert alone.get("services", {}).get("api", {}) == compose
    assert list(rendered.notes) == notes


@pytest.mark.parametrize(
    ("name", "written", "text", "notes"),
    [
        pytest.param("LOG_LEVEL", "INFO", "INFO", [], id="plain"),
        pytest.param("LOG_LEVEL", None, "INFO", [], id="passed on"),
        pytest.param(
            "HOST_NAME",
            None,
            None,
            ["api: HOST_NAME is what the shell says that runs the file"],
            id="the shell's",
        ),
        pytest.param("SECRET_KEY", GIVEN["SECRET_KEY"], "${SECRET_KEY:?not set}", [], id="a reference"),
        pytest.param("SECRET_KEY", None, "${SECRET_KEY:?not set}", [], id="a secret passed on"),
        pytest.param("SECRET_KEY", "0a9b8c7d6e5f", "${SECRET_KEY:?not set}", [], id="the secret itself"),
        pytest.param(
            "SECRET_KEY",
            "another-one",
            "${SECRET_KEY:?not set}",
            ["api: SECRET_KEY has a value in the Compose file, which is left out: set it"],
            id="another secret",
        ),
        pytest.param("SECRET_KEY", "", "", [], id="no secret"),
        pytest.param(
            "DATABASE_URL",
            f"postgresql://app:{GIVEN['SECRET_KEY']}@db/shop",
            "postgresql://app:${SECRET_KEY:?not set}@db/shop",
            [],
            id="a resource made of a secret",
        ),
        pytest.param(
            "DATABASE_URL",
            f"postgresql://app:hunter-2@{GIVEN['API_TOKEN']}/shop",
            "${DATABASE_URL:?not set}",
            ["api: DATABASE_URL has a value in the Compose file, which is left out: set it"],
            id="a password of its own beside a reference",
        ),
        pytest.param(
            "URL", "http://u:0a9b8c7d6e5f@x", "http://u:${SECRET_KEY:?not set}@x", [], id="in a plain text"
        ),
        pytest.param(
            "COPY",
            "postgresql://app:pa$$$$word-7f3a@db/shop",
            "${DATABASE_URL:?not set}",
            [],
            id="a value with dollars",
        ),
        pytest.param("APP_ENV", "testing", "production", [], id="a selector is the environment's"),
    ],
)
def test_variables(name: str, written: str | None, text: str | None, notes: list[str]) -> None:
    rendered = made({"api": {"image": "shop/api:1.4", "environment": {name: written}}})
    assert api(rendered)["environment"] == {**SELECTORS, name: text}
    assert list(rendered.notes) == notes


def test_what_it_asks_for_is_told() -> None:
    rendered = made({"api": {"image": "x", "command": ["run", "--key", GIVEN["SECRET_KEY"], "$$HOME"]}})
    assert rendered.needs == ("SECRET_KEY",)
    assert "# Variables that have to be set for that command: SECRET_KEY.\n" in rendered.text
    assert api(rendered)["command"] == ["run", "--key", "${SECRET_KEY:?not set}", "$$HOME"]


def test_only_base_services_and_what_they_use() -> None:
    rendered = made(
        {
            "api": {
                "image": "x",
                "networks": {"default": None, "back": None},
                "volumes": [{"type": "volume", "source": "data", "target": "/data"}],
                "secrets": [{"source": "cert", "target": "cert", "mode": "0440"}, {"source": "told"}],
            },
            "tool": {"image": "y", "profiles": ["dev"], "volumes": [{"type": "volume", "source": "other"}]},
        },
        networks={
            "default": {"name": "shop-production_default", "ipam": {}},
            "back": {"name": "shop-production_back", "driver": "bridge", "internal": True},
            "front": {"name": "shop-production_front"},
        },
        volumes={"data": {"name": "shop-production_data"}, "other": {"name": "chosen"}},
        secrets={
            "cert": {"name": "shop-production_cert", "file": f"{ROOT}/cert.pem"},
            "told": {"name": "shop-production_told", "environment": "API_TOKEN"},
        },
    )
    both, alone = documents(rendered)
    assert list(both["services"]) == ["api"]
    assert both["networks"] == {"back": {"internal": True}}
    assert both["volumes"] == {"data": {}}
    assert both["secrets"] == {"cert": {"file": "cert.pem"}}
    assert both["services"]["api"]["secrets"] == [{"source": "cert", "target": "cert", "mode": 0o440}]
    assert alone["networks"] == {"back": {"driver": "bridge"}}
    assert alone["secrets"] == {"told": {"environment": "API_TOKEN"}}
    assert alone["services"]["api"]["secrets"] == [
        {"source": "cert", "target": "cert", "mode": 0o440},
        {"source": "told"},
    ]
    assert list(rendered.notes) == [
        "back: on a Swarm the network is an overlay, not a bridge",
        "told: a Swarm takes secrets from a file, or from itself: this one is left out",
    ]


def test_labels_say_what_a_service_is() -> None:
    first, second = (
        api(made({"api": {"image": image, "labels": {"team": team}}}))["labels"]
        for image, team in (("x:1", "a"), ("x:1", "b"))
    )
    other = api(made({"api": {"image": "x:2"}}))["labels"]
    assert {**first, "team": "b"} == second
    assert first == {
        "team": "a",
        "firedoor.project": "shop",
        "firedoor.environment": "production",
        "firedoor.digest": first["firedoor.digest"],
    }
    assert other["firedoor.digest"] != first["firedoor.digest"]


def test_a_service_without_an_image_is_told() -> None:
    rendered = made({"api": {"build": {"context": ROOT}}})
    assert api(rendered)["image"] == "shop-production-api"
    assert rendered.notes == ("api: it names no image: build one and call it shop-production-api",)


def test_it_is_known_again() -> None:
    assert deployment.is_rendered(made({"api": {"image": "x"}}).text)
    assert deployment.is_rendered(made({"api": {"image": "x"}}, swarm=True).text)
    assert not deployment.is_rendered("services: {}\n")


SWARM = {
    "api": {
        "image": "shop/api:1.4",
        "env_file": [{"path": f"{ROOT}/.env.production"}],
        "environment": {"LOG_LEVEL": "DEBUG", "REDIS_URL": GIVEN["REDIS_URL"]},
    },
    "db": {
        "image": "shop/db:1",
        "environment": {"PASSWORD": GIVEN["SECRET_KEY"], "OPTIONS": f"-k {GIVEN['API_TOKEN']}"},
    },
    "cache": {"image": "shop/cache:1", "env_file": [f"{ROOT}/cache.env"]},
}


def test_on_a_swarm_secrets_are_swarm_secrets() -> None:
    rendered = made(SWARM, values={**VALUES, "MAIL_KEY": ""}, sensitive=[*SENSITIVE, "MAIL_KEY"], swarm=True)
    both, alone = documents(rendered)
    services = both["services"]
    assert services["api"]["environment"] == {
        **SELECTORS,
        "LOG_LEVEL": "DEBUG",
        "MAIL_KEY": "",
        "REDIS_URL_FILE": "/run/secrets/REDIS_URL",
    }
    assert services["api"]["secrets"] == [
        {"source": name} for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    ]
    assert services["db"]["environment"] == {
        **SELECTORS,
        "OPTIONS": "-k ${API_TOKEN:?not set}",
        "PASSWORD_FILE": "/run/secrets/PASSWORD",
    }
    assert services["db"]["secrets"] == [{"source": "SECRET_KEY", "target": "PASSWORD"}]
    assert "env_file" not in services["api"]
    assert services["cache"]["env_file"] == ["cache.env"]
    assert services["db"]["deploy"]["labels"] == services["db"]["labels"]
    assert both["secrets"] == {
        name: {"external": True, "name": f"shop-production-{name}"}
        for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    }
    assert rendered.secrets == tuple(
        (f"shop-production-{name}", name) for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    )
    assert rendered.needs == ("API_TOKEN",)
    assert rendered.notes == (
        "cache: a Swarm reads cache.env without quotes and references, and shows it in `docker service inspect`",
        "db: API_TOKEN is a part of another text: `docker service inspect` shows its value",
    )
    assert alone == {}


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
# what nothing else is: no name, no path, no part of a word
SECRETS = st.text("QXZ#$%&{}\"'\\ \n", min_size=2, max_size=12).map(lambda text: f"~{text}~")


@st.composite
def projects(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, Any]]:
    """Values of a project's variables, and services that use them in every way that a file can."""
    values = {name: draw(SECRETS) for name in SENSITIVE} | {"LOG_LEVEL": draw(WORDS), "NOTE": draw(WORDS)}
    held = draw(st.sampled_from(SENSITIVE))
    values["NOTE"] += draw(st.sampled_from(["", values[held]]))

    def text() -> str:
        name = draw(st.sampled_from(SENSITIVE))
        part = draw(st.sampled_from([GIVEN[name], values[name].replace("$", "$$")]))
        return f"{draw(WORDS)}{part}{draw(WORDS)}".replace("$", "$$")

    names = st.sampled_from([*SENSITIVE, "LOG_LEVEL", "OTHER", "NOTE"])
    services = {
        name: {
            "image": "shop/api:1.4",
            "command": [text() for _ in range(draw(st.integers(0, 3)))],
            "environment": {draw(names): draw(st.sampled_from([None, text()])) for _ in range(3)},
            "labels": {"about": text()},
            "env_file": [{"path": f"{ROOT}/.env.production"}],
        }
        for name in draw(st.sets(st.sampled_from(["api", "db", "worker"]), min_size=1))
    }
    return values, services


@given(projects(), st.booleans())
def test_no_sensitive_value_is_ever_in_it(drawn: tuple[dict[str, str], dict[str, Any]], swarm: bool) -> None:
    values, services = drawn
    rendered = made(services, values=values, swarm=swarm)
    read = json.dumps([*yaml.load_all(rendered.text, Reader)], ensure_ascii=False)
    for name in SENSITIVE:
        for spelled in (values[name], values[name].replace("$", "$$")):
            assert spelled not in rendered.text
            assert json.dumps(spelled, ensure_ascii=False)[1:-1] not in read
            assert all(spelled not in note for note in rendered.notes)


@given(projects(), st.booleans(), st.randoms())
def test_the_same_is_rendered_the_same(
    drawn: tuple[dict[str, str], dict[str, Any]], swarm: bool, chance: random.Random
) -> None:
    values, services = drawn
    assert made(services, values=values, swarm=swarm) == made(
        _shuffled(services, chance), values=_shuffled(values, chance), swarm=swarm
    )


def _shuffled(told: Any, chance: random.Random) -> Any:
    if not isinstance(told, dict):
        return told
    items = list(told.items())
    chance.shuffle(items)
    return {key: _shuffled(value, chance) for key, value in items}


COMPOSE = """\
services:
  api:
    image: shop/api:1.4
    build: {context: ., target: prod}
    init: true
    read_only: true
    tmpfs: [/tmp]
    restart: unless-stopped
    stop_grace_period: 90s
    env_file: [".env.${APP_ENV}", {path: other.env, required: false}]
    environment:
      APP_ENV: ${APP_ENV}
      NOTE: "a $$b ${LOG_LEVEL:-x} ${UNSET:-y} ${LOG_LEVEL:+z}"
      DATABASE_URL: postgresql://app:${SECRET_KEY}@db/shop
    command: sh -c "echo $$APP_ENV 'two words'"
    ports: ["127.0.0.1:${PORT:-8000}:80", "9000-9002:9000-9002/udp", "7000", "8443:443"]
    depends_on: {db: {condition: service_healthy, restart: true}}
    security_opt: ["no-new-privileges:true"]
    cap_drop: [ALL]
    volumes: ["./conf:/conf:ro", "data:/data", "${MORE:-./more}:/more"]
    networks: {default: {aliases: [front]}, back: {}}
    configs: [told]
    secrets: [cert]
    extra_hosts: ["one:10.0.0.1", "two:::1"]
    ulimits: {nofile: {soft: 100, hard: 200}, nproc: 10}
    sysctls: {net.core.somaxconn: 10}
    logging: {driver: json-file, options: {max-size: 1m}}
    healthcheck: {test: "exit 0", interval: 1m30s, start_interval: 1s}
    deploy: {replicas: 2, resources: {limits: {cpus: "0.5", memory: 100M}}}
    user: "1000:1000"
    platform: linux/amd64
  db:
    image: shop/db:1
    environment: [SECRET_KEY, "EMPTY="]
    healthcheck: {test: [CMD, "true"]}
    shm_size: 64m
    volumes: ["data:/data"]
  tool:
    image: shop/tool:1
    profiles: [dev]
volumes: {data: {driver_opts: {type: tmpfs, device: tmpfs}}}
networks: {back: {internal: true, driver: bridge}}
configs: {told: {content: "level ${LOG_LEVEL}"}}
secrets: {cert: {file: ./cert.pem}}
"""
# what the file leaves out on purpose or says in other words
SAID_OTHERWISE = ("build", "tmpfs", "labels", "volumes", "environment")


def compose(folder: Path, *words: str, **variables: str) -> dict[str, Any]:
    done = subprocess.run(
        [*program.words(), "--env-file", "/dev/null", *words, "--format", "json"],
        cwd=folder,
        env=variables,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_compose_reads_the_same_services(tmp_path: Path) -> None:
    """From the file alone, with the variables that it asks for, as from the project's own files."""
    require_compose()
    (tmp_path / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    (tmp_path / ".env.production").write_text("FROM_FILE='1 # one'\n", encoding="utf-8")
    values = {**VALUES, "SECRET_KEY": "0a9b$8c7d", "APP_ENV": "production", "ENV": "production"}
    project = ("-p", "shop-production", "-f", "compose.yaml", "config")
    model = compose(tmp_path, *project, "--no-env-resolution", **{**values, **GIVEN})
    rendered = render(
        model,
        project="shop",
        environment="production",
        root=str(tmp_path),
        values=values,
        sensitive=SENSITIVE,
        selectors=SELECTORS,
    )
    (tmp_path / "compose.production.yaml").write_text(rendered.text, encoding="utf-8")
    before = compose(tmp_path, *project, **values)
    needed = {name: values[name] for name in rendered.needs}
    after = compose(tmp_path, "-f", "compose.production.yaml", "config", **needed)

    assert set(needed) == {"SECRET_KEY"}
    assert after["name"] == "shop-production"
    assert {kind: after[kind] for kind in after.keys() - {"services"}} == {
        kind: before[kind] for kind in before.keys() - {"services"}
    }
    for name, told in before["services"].items():
        now = after["services"][name]
        assert _rest(now) == _rest(told)
        assert now["environment"] == {**told["environment"], **SELECTORS}
        assert _targets(now) == _targets(told)
    assert after["services"].keys() == before["services"].keys() == {"api", "db"}


def _rest(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key not in SAID_OTHERWISE}


def _targets(told: Mapping[str, Any]) -> dict[str, tuple[str, Any, bool]]:
    mounts = {
        one["target"]: (one["type"], one.get("source"), one.get("read_only", False))
        for one in told.get("volumes", ())
    }
    return {**mounts, **dict.fromkeys(told.get("tmpfs", ()), ("tmpfs", None, False))}


def test_a_plain_variable_in_another_text_is_no_secret_to_tell_of() -> None:
    plain = made({"api": {"image": "a:1", "command": ["--level", "${LOG_LEVEL}"]}}, swarm=True)
    assert not any("docker service inspect" in note for note in plain.notes)
    secret = made({"api": {"image": "a:1", "command": [f"--key={GIVEN['SECRET_KEY']}"]}}, swarm=True)
    assert any("SECRET_KEY is a part of another text" in note for note in secret.notes)
