"""A Chroma server of the tests' own: the real one, out of its Python package, on a loopback port.

The server is one library in that package; of what the package needs besides for its client it uses nothing. So it is
installed without that, into a folder of its own (``make chroma``).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from support import programs
from support.ports import free_port

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

SECONDS = 30
PACKAGES = Path(__file__).parents[2] / "build" / "chroma"
START = "import sys, chromadb_rust_bindings as chroma; chroma.cli(['chroma', *sys.argv[1:]])"


class ChromaServer:
    """A server with its folder. It has no users."""

    host = "127.0.0.1"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, name: str, *, database: str = "default_database", port: int = 0) -> str:
        """The URL of a collection, maybe through a forwarder's port."""
        path = f"/api/v2/tenants/default_tenant/databases/{database}/collections/{name}"
        return f"http://{self.host}:{port or self.port}{path}"

    def create(self, name: str, *, database: str = "default_database", **metadata: Any) -> str:
        """A new collection; its UUID."""
        made = self.ask(
            "POST", self.url("", database=database).rstrip("/"), {"name": name, "metadata": metadata or None}
        )
        return str(made["id"])

    def create_database(self, name: str) -> str:
        """A new database; its UUID."""
        root = f"http://{self.host}:{self.port}/api/v2/tenants/default_tenant/databases"
        self.ask("POST", root, {"name": name})
        return str(self.ask("GET", f"{root}/{name}")["id"])

    def metadata(self, name: str) -> dict[str, Any]:
        return self.ask("GET", self.url(name))["metadata"] or {}

    def set_metadata(self, name: str, metadata: dict[str, Any]) -> None:
        place = self.url(self.ask("GET", self.url(name))["id"])
        self.ask("PUT", place, {"new_metadata": metadata})

    def delete(self, name: str) -> None:
        self.ask("DELETE", self.url(name))

    def ask(self, method: str, url: str, body: object = None) -> Any:
        answer = httpx.request(method, url, json=body, timeout=SECONDS, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def start(self) -> None:
        log = self.folder / "log"
        self.process = programs.tried(lambda: self._attempt(log), "Chroma", log)

    def kill(self) -> None:
        programs.kill(self.process)

    def _attempt(self, log: Path) -> subprocess.Popen[bytes] | None:
        place = ("--path", self.folder / "data", "--host", self.host, "--port", str(self.port))
        known = {**os.environ, "PYTHONPATH": str(PACKAGES), "ANONYMIZED_TELEMETRY": "False"}
        command = (sys.executable, "-c", START, "run", *place)
        process = programs.launch(command, log, cwd=self.folder, env=known)
        if programs.until(process, self._answers):
            return process
        programs.kill(process)
        self.port = free_port()
        return None

    def _answers(self) -> bool:
        try:
            return bool(self.ask("GET", f"http://{self.host}:{self.port}/api/v2/heartbeat"))
        except httpx.TransportError:
            return False


@contextmanager
def running_chroma(data: Path | None = None) -> Iterator[ChromaServer]:
    """Start a server, with a copy of ``data`` (another server's folder) if there is one; kill it afterwards.

    Skips the test where it is not installed.
    """
    if not PACKAGES.is_dir():
        pytest.skip("Chroma isn't installed here: make chroma")
    with tempfile.TemporaryDirectory(prefix="firedoor-chroma-", ignore_cleanup_errors=True) as name:
        server = ChromaServer(Path(name))
        if data is not None:
            shutil.copytree(data / "data", server.folder / "data")
        server.start()
        try:
            yield server
        finally:
            server.kill()
