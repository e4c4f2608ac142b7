"""Programs are started in one place; how they end is told as shells tell it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from firedoor import process

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]


def test_capture_gives_the_exit_code_and_the_bytes_of_stdout(tmp_path: Path) -> None:
    code = "import os, sys; os.write(1, os.getcwdb() + b'\\xff'); os.write(2, b'noise'); sys.exit(3)"
    assert process.capture(python(code), str(tmp_path)) == (3, str(tmp_path).encode() + b"\xff")


def test_capture_feeds_stdin_which_is_empty_otherwise(tmp_path: Path) -> None:
    code = "import sys; print(sys.stdin.read().upper(), end='')"
    assert process.capture(python(code), str(tmp_path), stdin=b"said") == (0, b"SAID")
    assert process.capture(python(code), str(tmp_path)) == (0, b"")


def test_capture_gives_the_environment_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INHERITED", "yes")
    code = "import os; print(os.environ.get('INHERITED'), end='')"
    assert process.capture(python(code), str(tmp_path)) == (0, b"yes")
    assert process.capture(python(code), str(tmp_path), env={}) == (0, b"None")


def test_a_program_that_cannot_start_ends_as_in_shells(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("not a program")
    assert process.capture(["no-such-program-here"], str(tmp_path)) == (process.NOT_FOUND, b"")
    assert process.capture([str(plain)], str(tmp_path)) == (process.CANNOT_EXECUTE, b"")
    assert process.capture([sys.executable], str(tmp_path / "no-folder")) == (process.NOT_FOUND, b"")


def test_a_program_that_hangs_is_stopped(tmp_path: Path) -> None:
    hanging = python("import time; time.sleep(60)")
    assert process.capture(hanging, str(tmp_path), timeout=0.2) == (process.TIMED_OUT, b"")
