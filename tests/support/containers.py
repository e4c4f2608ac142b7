"""A project whose services are containers of busybox: started and asked as a user does, removed whatever happens."""

from __future__ import annotations

import json
import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from support.plans import ENVIRONMENTS, LEVELS
from support.project import ProjectFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from support.engine import Engine
    from support.project import Result

SECONDS = 60
PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"

DECLARATION = f"""\
[project]
name = "{{name}}"
selector = ["APP_ENV", "ENV"]
{{project}}

[services]
{{services}}

{ENVIRONMENTS}
[variables.LOG_LEVEL]
[variables.SECRET_KEY]
secret = true
"""
SERVICES = {
    "development": {"api", "adminer"},
    "testing": {"api", "adminer", "mock"},
    "production": {"api"},
}
COMPOSE = """\
services:
  api:
    image: firedoor-test/base:1
    env_file: .env.${APP_ENV}
  adminer:
    image: firedoor-test/base:1
    profiles: [dev]
  mock:
    image: firedoor-test/base:1
    profiles: [test]
"""
ONE = COMPOSE.partition("  adminer:")[0]


def secret_of(environment: str) -> str:
    """What the environment's file says of SECRET_KEY."""
    return f"{environment}-0a9b8c7d6e5f"


class Shop:
    """One checkout of the project. ``name`` is nobody else's."""

    def __init__(self, root: Path, engine: Engine, name: str) -> None:
        self.folder = ProjectFolder(root)
        self.engine = engine
        self.name = name

    def build(self, compose: str = COMPOSE, *, services: str = "", project: str = "") -> Shop:
        """Write the project's files: sound until a test breaks them. The words go into the declaration's tables."""
        self.folder.write(
            "firedoor.toml", DECLARATION.format(name=self.name, services=services, project=project)
        )
        self.folder.write("compose.yaml", compose.encode())
        for environment, level in LEVELS.items():
            self.write_env(environment, f"LOG_LEVEL={level}\nSECRET_KEY={secret_of(environment)}\n")
        return self

    def write_env(self, environment: str, text: str) -> None:
        """Write the environment's file."""
        self.folder.write(f".env.{environment}", text.encode(), mode=0o600)

    def project(self, environment: str) -> str:
        """The Compose project of the environment."""
        return f"{self.name}-{environment}"

    def variables(self, env: Mapping[str, str] | None = None) -> dict[str, str]:
        """What the shell of the user exports: what reaches the engine, and ``env``."""
        return {**self.engine.environment, **(env or {})}

    def service(
        self, *arguments: str, env: Mapping[str, str] | None = None, stdin: str = "", code: int | None = None
    ) -> Result:
        """Run ``firedoor service ARGUMENTS``; ``code`` asserts the exit code."""
        return self.folder.firedoor("service", *arguments, env=self.variables(env), stdin=stdin, code=code)

    def start(self, environment: str, *arguments: str) -> Result:
        """Start the environment; it has to succeed."""
        return self.service("start", "-e", environment, *arguments, code=0)

    def launch(
        self, *arguments: str, env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Run it beside the test, in a session of its own, so that a signal to it is one to its children, too."""
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(
            (sys.executable, "-m", "firedoor", "service", *arguments),
            cwd=self.folder.root,
            env={"LANG": "C.UTF-8", **self.variables(env)},
            start_new_session=True,
            **{**streams, **options},
        )

    def status(self, *arguments: str, env: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What ``service status --format json`` says."""
        told: dict[str, Any] = json.loads(
            self.service("status", "--format", "json", *arguments, env=env, code=0).stdout
        )
        return told

    def compose(self, *arguments: str, env: Mapping[str, str] | None = None, check: bool = True) -> str:
        """What plain Compose says here, when it is told nothing but ``env``."""
        return self.engine.compose(*arguments, cwd=self.folder.root, env=env, check=check).stdout

    def containers(self, environment: str = "") -> dict[str, str]:
        """The containers of the environment by name, to their states; those of the whole project without one."""
        name = self.project(environment) if environment else self.name
        told = self.engine.docker(
            "ps", "-a", "--format", f'{{{{.Names}}}}\t{{{{.State}}}}\t{{{{.Label "{PROJECT}"}}}}'
        )
        rows = (line.split("\t") for line in told.stdout.splitlines())
        return {
            container: state
            for container, state, owner in rows
            if owner == name or (not environment and owner.startswith(self.name))
        }

    def running(self, environment: str) -> set[str]:
        """The services of the environment that run."""
        told = self.engine.docker(
            "ps",
            "--filter",
            f"label={PROJECT}={self.project(environment)}",
            "--format",
            f'{{{{.Label "{SERVICE}"}}}}',
        )
        return set(told.stdout.split())

    def given(self, environment: str, service: str = "api") -> dict[str, str]:
        """The variables that the engine started the service's first container with."""
        words = ("inspect", "--format", "{{json .Config.Env}}", f"{self.project(environment)}-{service}-1")
        told = json.loads(self.engine.docker(*words).stdout)
        return dict(pair.split("=", 1) for pair in told if "=" in pair)  # a name alone is not set

    def volumes(self) -> set[str]:
        """The volumes of all its environments."""
        return {
            name
            for name in self.engine.docker("volume", "ls", "-q").stdout.split()
            if name.startswith(self.name)
        }

    def remove(self) -> None:
        """Remove all that belongs to one of its environments, in as few calls as there may be."""
        docker = self.engine.docker
        containers = list(self.containers())
        if containers:
            docker("rm", "-f", "-v", *containers, check=False)
        for kind in ("network", "volume"):
            names = docker(kind, "ls", "--format", "{{.Name}}", check=False).stdout.split()
            ours = [name for name in names if name.startswith(self.name)]
            if ours:
                docker(kind, "rm", *ours, check=False)


@contextmanager
def shop_in(root: Path, engine: Engine) -> Iterator[Shop]:
    """A project with its files, in the folder; its containers, networks and volumes are removed afterwards."""
    shop = Shop(root, engine, engine.free_project("shop"))
    shop.build()
    try:
        yield shop
    finally:
        shop.remove()


def until(happened: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Wait for it."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def finished(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """The exit code of a launched command and what it wrote to both streams."""
    out, said = process.communicate(timeout=SECONDS)
    return process.returncode, ((out or b"") + (said or b"")).decode("utf-8", "replace")


def end(process: subprocess.Popen[bytes], number: int) -> None:
    """Send the signal to the process and all that it started."""
    os.killpg(process.pid, number)


@contextmanager
def over_network(engine: Engine) -> Iterator[str]:
    """Where the engine answers by TCP, for as long as the block lasts: no socket file for anybody to ask."""
    path = engine.host.removeprefix("unix://")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.socket(socket.AF_UNIX) as there:
                there.connect(path)
                back = threading.Thread(target=_pump, args=(there, self.request))
                back.start()
                _pump(self.request, there)
                back.join()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        try:
            yield f"tcp://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
