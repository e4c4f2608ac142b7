"""A copy of examples/handbook, set up as its README tells a newcomer to."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from support.project import KEPT, Result
from support.server import PORT, Server, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

ORIGINAL = Path(__file__).resolve().parents[2] / "examples" / "handbook"
ENVIRONMENTS = ("development", "testing", "staging", "production")
LEFT_BEHIND = shutil.ignore_patterns(
    "__pycache__", ".*_cache", "*.sqlite3*", ".coverage*", "htmlcov", ".env", "images"
)

# The commands as the environment guide gives them, on a loopback port.
UVICORN = ("uvicorn", "src.main:app", "--host", "127.0.0.1", "--port", PORT)
GUNICORN = (
    *("gunicorn", "src.main:app", "--workers", "4", "--worker-class", "uvicorn.workers.UvicornWorker"),
    *("--bind", f"127.0.0.1:{PORT}", "--access-logfile", "-", "--error-logfile", "-"),
)


# What the examples of staging and production name are the platform's containers. Here one process does it all.
ALONE = dict.fromkeys(("REDIS_URL", "VECTOR_URL", "ANALYZER_NLP_URL", "ANALYZER_LLM_URL"), "")


class Handbook:
    """The copied folder. Its environment files are the examples, with every placeholder filled in.

    Staging and production have a database file each, and no other service.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(ORIGINAL, root, ignore=LEFT_BEHIND)
        for name in ENVIRONMENTS:
            example = (root / f".env.{name}.example").read_text("utf-8")
            path = root / f".env.{name}"
            path.write_text(
                re.sub("=change-me$", lambda _: f"={secrets.token_urlsafe(32)}", example, flags=re.MULTILINE)
            )
            path.chmod(0o600)
        for name in ("staging", "production"):
            self.set(name, DATABASE_URL=f"sqlite+aiosqlite:///./{name}.sqlite3", **ALONE)

    def set(self, environment: str, **values: str) -> None:
        """Change values in an environment's file."""
        path = self.root / f".env.{environment}"
        text = path.read_text("utf-8")
        for key, value in values.items():
            line = f"{key}={value}".replace("\\", r"\\")
            text, changed = re.subn(rf"^{key}=.*$", line, text, flags=re.MULTILINE)
            assert changed == 1, f"{key} stands {changed} times in {path.name}"
        path.write_text(text)

    def value(self, environment: str, key: str) -> str:
        """What an environment's file says of a key."""
        found = re.search(
            rf"^{key}=(.*)$", (self.root / f".env.{environment}").read_text("utf-8"), flags=re.MULTILINE
        )
        assert found is not None
        return found[1]

    def edit(self, path: str, old: str, new: str) -> None:
        """Change a source file, as its author would."""
        text = (self.root / path).read_text("utf-8")
        assert old in text
        (self.root / path).write_text(text.replace(old, new), "utf-8")

    def shell(self, **exported: str) -> dict[str, str]:
        """A process environment: what a terminal has, the tests' Python first in PATH, and what is exported."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ and "COVERAGE" not in name}
        programs = str(Path(sys.executable).parent)
        home = self.root.parent / "home"  # nothing of the developer's, and nothing left with them
        home.mkdir(exist_ok=True)
        path = programs + os.pathsep + kept.get("PATH", "")
        return {**kept, "PATH": path, "HOME": str(home), "LANG": "C.UTF-8", **exported}

    def run(self, *command: str, **exported: str) -> Result:
        """Run a command to its end."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env=self.shell(**exported),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            timeout=120,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def serve(self, *command: str, **exported: str) -> Iterator[Server]:
        """Start a server command, wait until /health answers, stop it afterwards."""
        with serving(command, self.root, self.shell(**exported)) as server:
            server.until(lambda: answers(server), "an answer of /health")
            yield server


def answers(server: Server) -> bool:
    """Whether the server's /health says that all is well."""
    try:
        return httpx.get(f"{server.url}/health", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
