"""A server that a test starts as a user would: a command, a folder, a process environment, a log."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

SECONDS = 30
PORT = "{port}"


class Server:
    """A running command. ``url`` is where it should answer, ``log`` all that it has written so far."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", errors="backslashreplace")

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until ``holds()`` is true. Fails, showing the log, when the command ends or time runs out first."""
        deadline = time.monotonic() + SECONDS
        while not holds():
            assert self.process.poll() is None, f"ended ({self.process.returncode}) before {what}\n{self.log}"
            assert time.monotonic() < deadline, f"no sign of {what} after {SECONDS} s\n{self.log}"
            time.sleep(0.05)

    def stop(self) -> int:
        """Ask it to end, as a terminal or a supervisor does; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(SECONDS)
        finally:
            self._end_what_is_left()

    def _end_what_is_left(self) -> None:
        """Its process group is its own (start_new_session): whatever still runs in it is its child."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(SECONDS)


@contextmanager
def serving(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Iterator[Server]:
    """Start a command in ``folder`` with exactly ``env``; ``{port}`` in it becomes a free port. Stops it at the end."""
    port = free_port()
    log = folder / f"server-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [part.replace(PORT, str(port)) for part in command],
            cwd=folder,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(process, port, log)
    try:
        yield server
    finally:
        server.stop()
