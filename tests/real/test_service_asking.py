"""``firedoor service exec`` and ``logs`` on a real engine, interruptions, and what a terminal shows of a start."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from typing import TYPE_CHECKING

import pytest

from support.containers import ONE, Shop, end, finished, secret_of, shop_in, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.engine import Engine

pytestmark = pytest.mark.real

TALKS = ONE + (
    "    command: ['sh', '-c', 'echo \"key=$$SECRET_KEY\"; echo \"$$PEM\"; while sleep 0.1; do echo tick; done']\n"
)
PEM = "-----BEGIN MADE UP KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSj\n-----END MADE UP KEY-----"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Iterator[Shop]:
    """Development runs; its tests only ask."""
    with shop_in(tmp_path_factory.mktemp("asked") / "checkout", engine) as shop:
        shop.build(TALKS)
        declared = (shop.folder.root / "firedoor.toml").read_text()
        shop.folder.write("firedoor.toml", declared + "[variables.PEM]\nsecret = true\n")
        shop.write_env("development", f'SECRET_KEY={secret_of("development")}\nPEM="{PEM}"\n')
        shop.start("development")
        yield shop


@pytest.mark.parametrize(
    ("command", "code"),
    [("true", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -15 $$", 143)],
    ids=["well", "a code", "killed", "terminated"],
)
def test_exec_ends_as_its_command_does(running: Shop, command: str, code: int) -> None:
    running.service("exec", "api", "--", "sh", "-c", command, code=code)


def test_exec_hands_stdin_stdout_and_stderr_through(running: Shop) -> None:
    done = running.service("exec", "api", "sh", "-c", "cat; echo said >&2", stdin="ä\n" * 5_000, code=0)
    assert done.stdout == "ä\n" * 5_000
    assert done.stderr == "said\n"


@pytest.mark.requirement("B3")
def test_exec_sees_the_environment_that_runs(running: Shop) -> None:
    done = running.service("exec", "api", "printenv", "APP_ENV", code=0)
    assert done.stdout == "development\n"
    for wrong, code in ((("-e", "testing"), "FD745"), (("-e", "dev", "database"), "FD747")):
        words = wrong if len(wrong) > 2 else (*wrong, "api")
        assert code in running.service("exec", *words, "true", code=1).stderr


def test_on_a_terminal_ctrl_c_reaches_the_command_in_the_container(running: Shop) -> None:
    process, screen = on_terminal(running, "exec", "api", "sh", "-c", "echo ready; exec sleep 60")
    until(lambda: "ready" in screen.read())
    screen.type("\x03")
    assert process.wait(20) == 130
    screen.close()


def test_logs_are_masked(running: Shop) -> None:
    until(lambda: "tick" in running.service("logs", code=0).stdout)
    said = running.service("logs", "api", code=0).stdout
    assert "key=***" in said
    assert secret_of("development") not in said
    for line in PEM.splitlines():
        assert line not in said, "a secret of several lines is written line by line"
    assert len(running.service("logs", "--tail", "2", code=0).stdout.splitlines()) == 2


def test_logs_follow_until_ctrl_c_and_leave_nothing_behind(running: Shop) -> None:
    process = running.launch("logs", "-f", "-n", "1")
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(3)]
    assert all(line.endswith(b"tick\n") for line in lines)
    end(process, signal.SIGINT)
    code, said = finished(process)
    assert code == 130
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_ctrl_c_in_a_start_ends_it_and_the_next_start_heals(shop: Shop) -> None:
    shop.build(ONE + "    healthcheck: {test: ['CMD', 'true'], interval: 60s}\n")
    process = shop.launch("start", "-e", "dev")
    until(lambda: bool(shop.running("development")))
    end(process, signal.SIGINT)
    code, said = finished(process)
    assert code == 130
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    shop.build(ONE)
    shop.start("development")
    assert len(shop.containers()) == 1


def test_a_terminal_shows_a_live_table_and_is_left_clean(shop: Shop) -> None:
    shop.build(ONE + "    healthcheck: {test: ['CMD', 'true'], interval: 1s}\n")
    process, screen = on_terminal(shop, "start", "-e", "dev")
    until(lambda: bool(screen.read()) and process.poll() is not None)
    assert process.returncode == 0, screen.read()
    written = screen.read()
    assert "starting" in written, "the table was live"
    assert written.count("SERVICE") > 1
    shown = drawn(written)
    assert [line.split()[:3] for line in shown[:2]] == [
        ["SERVICE", "STATE", "HEALTH"],
        ["api", "running", "healthy"],
    ]
    assert " ".join(shown[2:]).startswith(f"{shop.project('development')}: 1 container of development")
    screen.close()


class Screen:
    """The other end of a terminal: what was written to it so far."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._written = b""
        os.set_blocking(descriptor, False)

    def read(self) -> str:
        """All that was written."""
        try:
            while piece := os.read(self._descriptor, 65536):
                self._written += piece
        except OSError:  # nothing more for now, or the other end is closed
            pass
        return self._written.decode("utf-8", "replace")

    def type(self, keys: str) -> None:
        """As somebody would at the keyboard."""
        os.write(self._descriptor, keys.encode())

    def close(self) -> None:
        """The terminal goes."""
        os.close(self._descriptor)


def on_terminal(shop: Shop, *arguments: str) -> tuple[subprocess.Popen[bytes], Screen]:
    """Launch ``firedoor service`` on a terminal of its own, 100 columns wide."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    process = subprocess.Popen(
        (sys.executable, "-c", _OWN_TERMINAL, *arguments),
        cwd=shop.folder.root,
        env={"LANG": "C.UTF-8", "TERM": "xterm", **shop.variables()},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    return process, Screen(ours)


_OWN_TERMINAL = """
import fcntl, runpy, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.argv[0:1] = ["firedoor", "service"]
runpy.run_module("firedoor", run_name="__main__")
"""


def drawn(written: str) -> list[str]:
    """The lines that stand on the screen at the end, as a terminal understands the two orders that are used."""
    lines, row = [""], 0
    for piece in f"\x1b[m{written}".replace("\r\n", "\n").split("\x1b[")[1:]:
        at = next(index for index, letter in enumerate(piece) if letter.isalpha())
        if piece[at] == "F":
            row -= int(piece[:at])
        elif piece[at] == "J":
            lines[row:] = [""]
        for index, part in enumerate(piece[at + 1 :].split("\n")):
            row += bool(index)
            lines += [""] * (row + 1 - len(lines))
            lines[row] += part
    return [line.rstrip() for line in lines if line.strip()]
