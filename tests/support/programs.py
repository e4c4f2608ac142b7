"""Servers of the tests' own as processes: started on a port that is free, as an account that they accept, ended."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

SECONDS = 60
TRIES = 3

Made = TypeVar("Made")


def account() -> pwd.struct_passwd | None:
    """The account to run as, for servers that refuse to be root. None means the one we have."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def identity() -> dict[str, Any]:
    """That account as Popen's arguments."""
    found = account()
    return {} if found is None else {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": ()}


def hand_over(*paths: Path) -> None:
    """Let the files be that account's."""
    found = account()
    if found is not None:
        for path in paths:
            os.chown(path, found.pw_uid, found.pw_gid)


def run(command: Sequence[str | Path], *, given: bytes = b"", **options: Any) -> bytes:
    """What a program prints that has to succeed."""
    done = subprocess.run(command, input=given, capture_output=True, check=False, **options)
    assert done.returncode == 0, done.stderr
    output: bytes = done.stdout
    return output


def launch(command: Sequence[str | Path], log: Path, **options: Any) -> subprocess.Popen[bytes]:
    """A server that reads nothing and writes into its log."""
    with log.open("ab") as out:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, **options
        )
    return process


def until(process: subprocess.Popen[bytes], is_ready: Callable[[], bool]) -> bool:
    """Whether it answers before it ends: it ends at once when another program took its port."""
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if is_ready():
            return process.poll() is None
        time.sleep(0.02)
    return False


def tried(attempt: Callable[[], Made | None], name: str, log: Path) -> Made:
    """What the first attempt gives that succeeds: a free port may be somebody else's by then."""
    for _ in range(TRIES):
        made = attempt()
        if made is not None:
            return made
    raise AssertionError(f"{name} did not start\n{log.read_text('utf-8', errors='replace')}")


def stop(process: subprocess.Popen[bytes], by: signal.Signals = signal.SIGTERM) -> None:
    """End it, gently first: nothing is left running."""
    if process.poll() is None:
        process.send_signal(by)
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        kill(process)


def kill(process: subprocess.Popen[bytes] | None) -> None:
    """End it as a power cut would."""
    if process is not None:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait(SECONDS)
