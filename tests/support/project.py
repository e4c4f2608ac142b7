"""A project folder for a test: files in, commands run as a user runs them, whole outputs out."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

from support.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECONDS = 60
KEPT = ("PATH", "HOME", "SYSTEMROOT", "XDG_CACHE_HOME", "TMPDIR")


@dataclass(frozen=True)
class Result:
    """What a command left behind: exit code, stdout and stderr."""

    code: int
    stdout: str
    stderr: str

    @property
    def everything(self) -> str:
        """Both streams, to search for what must stand in neither."""
        return self.stdout + self.stderr

    def prints(self, expected: str, *, stream: str = "stdout") -> bool:
        """Whether a stream is this text (indented as the test likes; `...` is a wildcard). Shows both if not."""
        actual = getattr(self, stream)
        same = matches(dedent(expected), actual)
        if not same:
            print(f"--- expected {stream}\n{dedent(expected)}\n--- actual {stream}\n{actual}")  # noqa: T201 - for pytest
        return same


class ProjectFolder:
    """A folder with a builder's methods. ``root`` is its path."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def write(self, path: str, text: str | bytes, *, mode: int | None = None) -> ProjectFolder:
        """Write a file (text is dedented, bytes are not); gives the folder back for the next call."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else dedent(text).removeprefix("\n").encode())
        if mode is not None:
            target.chmod(mode)
        return self

    def git(self, *arguments: str) -> ProjectFolder:
        """Run git here, as nobody in particular."""
        identity = (
            "-c",
            "user.name=Somebody",
            "-c",
            "user.email=somebody@example.org",
            "-c",
            "commit.gpgsign=false",
        )
        subprocess.run(("git", *identity, *arguments), cwd=self.root, check=True, capture_output=True)
        return self

    def firedoor(
        self, *arguments: str, env: Mapping[str, str] | None = None, stdin: str = "", code: int | None = None
    ) -> Result:
        """Run ``firedoor ARGUMENTS`` here, with ``env`` as all that the shell exports; ``code`` asserts the exit code."""
        result = self.run(sys.executable, "-m", "firedoor", *arguments, env=env, stdin=stdin)
        assert code is None or result.code == code, f"exit code {result.code}\n{result.everything}"
        return result

    def run(self, *command: str, env: Mapping[str, str] | None = None, stdin: str = "") -> Result:
        """Run any program here, in a small process environment of its own."""
        base = {name: os.environ[name] for name in KEPT if name in os.environ}
        done = subprocess.run(
            command,
            cwd=self.root,
            env={**base, "LANG": "C.UTF-8", **(env or {})},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            timeout=SECONDS,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)
