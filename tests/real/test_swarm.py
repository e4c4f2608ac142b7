"""What ``service config`` renders, run without firedoor: two environments as two stacks, and one file for both ways.

The Swarm is an engine of this module's own, of one node: the one that tests share stays what it is. Where the kernel
has no IPVS, a service has no address of its own; so these say ``dnsrr``.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from support import programs
from support.containers import Shop, secret_of
from support.engine import Engine, PrivateEngine, private_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.real

SECONDS = 40
IMAGE = "127.0.0.1:5000/shop/api:1.4"
COMPOSE = """\
services:
  api:
    image: 127.0.0.1:5000/shop/api:1.4
    init: true
    read_only: true
    tmpfs: [/tmp]
    restart: unless-stopped
    env_file: .env.${APP_ENV}
    command: [sh, -c, "echo $$LOG_LEVEL > /tmp/index.html && exec httpd -f -p 8000 -h /tmp"]
    healthcheck: {test: [CMD, wget, -q, -O, "-", "http://127.0.0.1:8000/"], interval: 1s, retries: 20}
    depends_on: {db: {condition: service_started}}
    security_opt: ["no-new-privileges:true"]
    deploy: {endpoint_mode: dnsrr}
  db:
    image: 127.0.0.1:5000/shop/api:1.4
    init: true
    environment: {PASSWORD: "${SECRET_KEY}"}
    volumes: ["data:/data"]
    shm_size: 1m
    deploy: {endpoint_mode: dnsrr}
  adminer:
    image: 127.0.0.1:5000/shop/api:1.4
    profiles: [dev]
volumes: {data: {}}
"""
BOTH = ("development", "production")


@pytest.fixture(scope="module")
def swarm() -> Iterator[PrivateEngine]:
    """A Swarm of one node."""
    with private_engine() as engine:
        engine.docker("swarm", "init", "--advertise-addr", "127.0.0.1")
        engine.docker("tag", engine.image, IMAGE)
        yield engine


@pytest.fixture
def project(tmp_path: Path, swarm: PrivateEngine) -> Iterator[Shop]:
    """A project that any engine could run; its stacks and secrets are removed."""
    made = Shop(tmp_path / "checkout", swarm, swarm.free_project("shop")).build(COMPOSE)
    try:
        yield made
    finally:
        for environment in BOTH:
            swarm.docker("stack", "rm", made.project(environment), check=False)
        wait_for(lambda: not left(made), "the stacks' end")


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def left(project: Shop) -> list[str]:
    """The containers and networks of the project's stacks that are still there."""
    docker = project.engine.docker
    told = (
        docker("ps", "-a", "--format", "{{.Names}}").stdout
        + docker("network", "ls", "--format", "{{.Name}}").stdout
    )
    return [name for name in told.split() if name.startswith(project.name)]


def rendered(project: Shop, environment: str, *options: str) -> str:
    """The deployment file, written as the how-to says."""
    text = project.service("config", "-e", environment, *options, code=0).stdout
    project.folder.write(f"deployment.{environment}.yaml", text)
    assert secret_of(environment) not in text
    return text


def deploy(project: Shop, environment: str, **variables: str) -> None:
    """Deploy the file as a stack. Docker before 25 wants to be told the version of a file that says none."""
    file = project.folder.root / f"deployment.{environment}.yaml"
    text = file.read_text()
    if not any(line.startswith("version:") for line in text.splitlines()):
        file.write_text(f'version: "3.9"\n{text}')
    done = project.folder.run(
        *(
            "docker",
            "stack",
            "deploy",
            "--resolve-image",
            "never",
            "-c",
            file.name,
            project.project(environment),
        ),
        env={**project.engine.environment, **variables},
    )
    file.write_text(text)
    assert done.code == 0, done.everything
    wait_for(lambda: running(project, environment) == {"api", "db"}, f"stack {environment}")


def running(project: Shop, environment: str) -> set[str]:
    """The stack's services that have a task that runs, healthy where its file says how to find out."""
    stack = project.project(environment)
    told = project.engine.docker(
        "stack", "services", "--format", "{{.Name}} {{.Replicas}}", stack, check=False
    )
    rows = (line.split() for line in told.stdout.splitlines())
    return {name.removeprefix(f"{stack}_") for name, replicas in rows if replicas.startswith("1/1")}


def container(engine: Engine, name: str) -> str:
    """The id of the container whose name begins so."""
    return engine.docker("ps", "-q", "--filter", f"name=^{name}").stdout.split()[0]


def inside(engine: Engine, name: str, script: str) -> tuple[int, str]:
    """What a script in the container ends with and prints."""
    done = engine.docker("exec", container(engine, name), "sh", "-c", script, check=False)
    return done.returncode, done.stdout


def inspected(engine: Engine, service: str) -> tuple[str, dict[str, Any]]:
    """What the Swarm says of the service, as text and as data."""
    text = engine.docker("service", "inspect", service).stdout
    told: dict[str, Any] = json.loads(text)[0]["Spec"]
    return text, told


@pytest.mark.requirement("B1", "C2", "A4")
def test_two_environments_are_two_stacks_that_do_not_reach_each_other(project: Shop) -> None:
    engine = project.engine
    for environment in BOTH:
        rendered(project, environment, "--swarm")
        name = f"{project.project(environment)}-SECRET_KEY"
        programs.run(
            ("docker", "secret", "create", name, "-"),
            given=secret_of(environment).encode(),
            env=engine.environment,
        )
        deploy(project, environment)

    for environment in BOTH:
        stack = project.project(environment)
        assert inside(engine, f"{stack}_api", "cat /run/secrets/SECRET_KEY") == (0, secret_of(environment))
        assert inside(engine, f"{stack}_db", 'cat "$PASSWORD_FILE"') == (0, secret_of(environment))
        assert inside(engine, f"{stack}_api", "printenv APP_ENV ENV") == (0, f"{environment}\n")
        for service in ("api", "db"):
            text, spec = inspected(engine, f"{stack}_{service}")
            assert secret_of(environment) not in text
            assert spec["Labels"]["firedoor.environment"] == environment
            assert spec["TaskTemplate"]["ContainerSpec"]["Labels"]["firedoor.project"] == project.name

    own, other = (project.project(environment) for environment in BOTH)
    address = engine.docker(
        *("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"),
        container(engine, f"{other}_db"),
    ).stdout.split()[0]
    assert inside(engine, f"{own}_api", "ping -c 1 -w 5 db")[0] == 0
    assert inside(engine, f"{own}_api", f"ping -c 1 -w 2 {address}")[0] != 0
    for name in (f"{other}_db", f"tasks.{other}_db"):
        assert inside(engine, f"{own}_api", f"timeout 3 nslookup {name}")[0] != 0
    assert inside(engine, f"{own}_api", "wget -q -O - http://127.0.0.1:8000/") == (0, "DEBUG\n")


@pytest.mark.requirement("B1", "C2")
def test_one_file_runs_as_a_stack_and_by_compose(project: Shop) -> None:
    engine, stack = project.engine, project.project("production")
    text = rendered(project, "production")
    assert "${SECRET_KEY:?not set}" in text
    refused = project.folder.run(
        "docker", "stack", "deploy", "-c", "deployment.production.yaml", stack, env=engine.environment
    )
    assert refused.code != 0, "it does not start without what it asks for"

    deploy(project, "production", SECRET_KEY=secret_of("production"))
    assert inside(engine, f"{stack}_db", "printenv PASSWORD") == (0, f"{secret_of('production')}\n")
    assert inside(engine, f"{stack}_api", "printenv LOG_LEVEL") == (0, "ERROR\n")
    engine.docker("stack", "rm", stack)
    wait_for(lambda: not left(project), "the stack's end")
    engine.docker("volume", "rm", f"{stack}_data")

    words = ("--env-file", ".env.production", "-f", "deployment.production.yaml")
    project.compose(*words, "up", "-d", "--wait")
    assert project.running("production") == {"api", "db"}
    assert project.given("production", "db")["PASSWORD"] == secret_of("production")
    assert project.given("production")["LOG_LEVEL"] == "ERROR"
    told = json.loads(engine.docker("inspect", f"{stack}-api-1").stdout)[0]
    assert told["Config"]["Labels"]["firedoor.environment"] == "production"
    assert told["HostConfig"]["RestartPolicy"]["Name"] == "unless-stopped"
    assert told["HostConfig"]["SecurityOpt"] == ["no-new-privileges:true"]
    project.compose(*words, "down", "--volumes")
