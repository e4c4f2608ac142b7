"""The reference platform in containers: a copy of examples/handbook with a Compose project and ports of its own."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from support.handbook import ALONE, ENVIRONMENTS, Handbook
from support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.engine import Engine
    from support.project import Result

SECONDS = 60
BUILD_SECONDS = 600
IMAGES = ("app:1.0.0", "app:1.0.0-dev", "nlp:1.0.0", "nlp:1.0.0-dev", "model:1.0.0", "postgres:1.0.0")
MODEL = "model"
PUBLISHED = {"GATEWAY_PORT": ENVIRONMENTS, "ADMINER_PORT": ENVIRONMENTS[:2], "MAIL_PORT": ENVIRONMENTS[:2]}
DEBUG_PORTS = ("8091", "8092")


class Platform:
    """The copied folder, worked with as its README says: ``make``, ``firedoor``, plain Compose."""

    def __init__(self, root: Path, engine: Engine, name: str) -> None:
        self.handbook = Handbook(root)
        self.engine = engine
        self.name = name
        self.ports = {
            (key, environment): free_port() for key, them in PUBLISHED.items() for environment in them
        }
        self.debug_ports = {port: free_port() for port in DEBUG_PORTS}
        for environment in ENVIRONMENTS[2:]:
            self._as_in_the_example(environment)
        self.handbook.edit("firedoor.toml", 'name = "handbook"', f'name = "{name}"')
        self.handbook.edit("compose.yaml", "name: handbook-", f"name: {name}-")
        for (key, environment), port in self.ports.items():
            self.handbook.set(environment, **{key: str(port)})
        for inside, outside in self.debug_ports.items():
            self.handbook.edit("compose.development.yaml", f"127.0.0.1:{inside}:", f"127.0.0.1:{outside}:")

    def run(self, *command: str, **exported: str) -> Result:
        """Run a command in the folder, in a shell that reaches the engine."""
        return self.handbook.run(*command, DOCKER_HOST=self.engine.host, **exported)

    def succeeds(self, *command: str, **exported: str) -> str:
        """What a command prints that has to succeed."""
        result = self.run(*command, **exported)
        assert result.code == 0, result.everything
        return result.stdout

    def inside(self, environment: str, service: str, *command: str) -> str:
        """What a command prints in a service's container, by plain Compose, as the environment guide has it."""
        words = (*self.engine.compose_command, "exec", "-T", service, *command)
        return self.succeeds(*words, APP_ENV=environment)

    def running(self, environment: str) -> set[str]:
        """The services of the environment that run now."""
        label = f"label=com.docker.compose.project={self.name}-{environment}"
        shown = '{{.Label "com.docker.compose.service"}}'
        return set(self.engine.docker("ps", "--filter", label, "--format", shown).stdout.split())

    def published(self, environment: str) -> set[str]:
        """All that its containers publish on this machine."""
        label = f"label=com.docker.compose.project={self.name}-{environment}"
        lines = self.engine.docker("ps", "--filter", label, "--format", "{{.Ports}}").stdout.splitlines()
        return {port for line in lines for port in line.split(", ") if "->" in port}

    def url(self, environment: str, key: str = "GATEWAY_PORT") -> str:
        """Where this machine finds what an environment publishes."""
        return f"http://127.0.0.1:{self.ports[key, environment]}"

    def ask(self, environment: str, question: str) -> dict[str, Any]:
        """The gateway's answer to a question."""
        answer = httpx.post(f"{self.url(environment)}/ask", json={"question": question}, timeout=SECONDS)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = json.loads(answer.content)
        return told

    @contextmanager
    def started(self, environment: str) -> Iterator[Platform]:
        """The environment as ``make service:start`` brings it up; stopped afterwards."""
        self.succeeds("make", "service:start", APP_ENV=environment)
        try:
            yield self
        finally:
            self.run("make", "service:stop", APP_ENV=environment)

    @contextmanager
    def endpoint(self, environment: str) -> Iterator[None]:
        """A model in the environment's network, for an OPENAI_BASE_URL that leads to the host "model"."""
        network = ("--network", f"{self.name}-{environment}_default", "--network-alias", MODEL)
        name = f"{self.name}-{MODEL}"
        self.engine.docker("run", "-d", "--rm", "--name", name, *network, "handbook/model:1.0.0")
        try:
            answers = ("exec", name, "answers", "8000", "/health")
            until(lambda: self.engine.docker(*answers, check=False).returncode == 0, "the model's answer")
            yield
        finally:
            self.engine.docker("rm", "-f", name, check=False)

    def _as_in_the_example(self, environment: str) -> None:
        """Undo what lets one process do it all."""
        example = (self.handbook.root / f".env.{environment}.example").read_text("utf-8")
        lines = (line.partition("=") for line in example.splitlines())
        said = {key: value for key, _, value in lines if key == "DATABASE_URL" or key in ALONE}
        self.handbook.set(environment, **said)

    def remove(self) -> None:
        """Remove all that belongs to one of its environments."""
        for environment in ENVIRONMENTS:
            self.engine.remove(f"{self.name}-{environment}")


@contextmanager
def platform_in(root: Path, engine: Engine) -> Iterator[Platform]:
    """The platform in the folder. Skips the test where its images are not built; waits while they are being built."""
    _await_images()
    images = [f"handbook/{image}" for image in IMAGES]
    if engine.docker("image", "inspect", *images, check=False).returncode:
        pytest.skip("the handbook's images are not built: make -C examples/handbook images")
    platform = Platform(root, engine, engine.free_project("handbook"))
    try:
        yield platform
    finally:
        platform.remove()


def _await_images() -> None:
    """Wait for whoever builds them beside the tests: HANDBOOK_IMAGES names the file that says the end."""
    told = os.environ.get("HANDBOOK_IMAGES")
    if told:
        deadline = time.monotonic() + BUILD_SECONDS
        while not Path(told).exists():
            assert time.monotonic() < deadline, "the images are not built yet"
            time.sleep(1)


def until(holds: Callable[[], object], what: str) -> None:
    """Wait until ``holds()`` is true."""
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"no sign of {what} after {SECONDS} s"
        time.sleep(0.2)
