"""Programs are started in one place; how they end is told as shells tell it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from firedoor import process

if TYPE_CHECKING:
    from pathlib import Path


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


# --- replacing this process ---

posix = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be replaced there")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str], dict[str | bytes, str | bytes]]]:
    """Every call of execve, none of which replaces anything: nothing is found."""
    calls: list[tuple[str, list[str], dict[str | bytes, str | bytes]]] = []

    def execve(path: str, argv: list[str], env: dict[str | bytes, str | bytes]) -> None:
        calls.append((path, argv, env))
        raise FileNotFoundError

    monkeypatch.setattr(os, "execve", execve)
    monkeypatch.setattr(process, "_restore_signals", lambda: None)
    monkeypatch.setattr(sys, "platform", "linux")
    return calls


@pytest.mark.parametrize(
    ("program", "path", "tried"),
    [
        ("tool", "/a:/b", ["/a/tool", "/b/tool"]),
        ("tool", "/a::b/", ["/a/tool", "tool", "b/tool"]),
        ("tool", None, [os.path.join(folder, "tool") for folder in os.defpath.split(os.pathsep)]),
        ("./tool", "/a", ["./tool"]),
        ("/x/tool", "/a", ["/x/tool"]),
    ],
)
def test_where_a_program_is_looked_for(
    started: list[tuple[str, list[str], dict[str | bytes, str | bytes]]],
    program: str,
    path: str | None,
    tried: list[str],
) -> None:
    env = {} if path is None else {"PATH": path}
    assert process.replace([program, "-x"], env) == process.NOT_FOUND
    assert [call[0] for call in started] == tried
    assert all(call[1:] == ([program, "-x"], env) for call in started)


@pytest.mark.parametrize(
    ("errors", "code", "tries"),
    [
        ([FileNotFoundError(), NotADirectoryError()], process.NOT_FOUND, 2),
        ([PermissionError(), FileNotFoundError()], process.CANNOT_EXECUTE, 2),
        ([OSError(8, "Exec format error")], process.CANNOT_EXECUTE, 1),
        ([OSError(7, "Argument list too long")], process.CANNOT_EXECUTE, 1),
    ],
)
def test_why_a_program_is_not_started(
    started: object, monkeypatch: pytest.MonkeyPatch, errors: list[OSError], code: int, tries: int
) -> None:
    left = list(errors)

    def execve(*_: object) -> None:
        raise left.pop(0)

    monkeypatch.setattr(os, "execve", execve)
    assert process.replace(["tool"], {"PATH": "/a:/b"}) == code
    assert len(errors) - len(left) == tries


def test_letters_that_the_locale_cannot_spell_go_as_utf_8(
    started: list[tuple[str, list[str], dict[str | bytes, str | bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def execve(path: str, argv: list[str], env: dict[str | bytes, str | bytes]) -> None:
        started.append((path, argv, env))
        for text in env.values():
            if isinstance(text, str):
                text.encode("latin-1", "surrogateescape")
        raise FileNotFoundError

    monkeypatch.setattr(os, "execve", execve)
    monkeypatch.setattr(os, "fsencode", lambda text: text.encode("latin-1", "surrogateescape"))
    assert process.replace(["./tool"], {"A": "caf\xe9", "B": "\u20ac", "C": "\udcff"}) == process.NOT_FOUND
    assert [call[2] for call in started] == [
        {"A": "caf\xe9", "B": "\u20ac", "C": "\udcff"},
        {b"A": b"caf\xe9", b"B": b"\xe2\x82\xac", b"C": b"\xff"},
    ]


def test_the_signals_that_python_ignores_are_asked_for_their_default(monkeypatch: pytest.MonkeyPatch) -> None:
    import _signal  # type: ignore[import-not-found]  # typeshed does not know it

    restored = []
    for number, name in enumerate(("SIGPIPE", "SIGXFSZ"), 900):
        monkeypatch.setattr(_signal, name, number, raising=False)
    monkeypatch.setattr(_signal, "signal", lambda *arguments: restored.append(arguments))
    process._restore_signals()
    assert restored == [(900, _signal.SIG_DFL), (901, _signal.SIG_DFL)]


@posix
def test_signals_that_python_ignores_are_restored() -> None:
    code = (
        "import signal; from firedoor import process; process._restore_signals();"
        "print(*(signal.getsignal(s) == signal.SIG_DFL for s in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGTERM)))"
    )
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True)
    assert done.stdout == "True True True\n"


def test_a_system_without_these_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    import _signal

    for name in ("SIGPIPE", "SIGXFSZ"):
        monkeypatch.delattr(_signal, name, raising=False)
    process._restore_signals()


def test_where_a_process_cannot_be_replaced_it_is_a_child(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    plain = tmp_path / "plain"
    plain.write_text("not a program")
    env = dict(os.environ)
    assert process.replace(python("raise SystemExit(7)"), env) == 7
    assert process.replace(["no-such-program-here"], env) == process.NOT_FOUND
    assert process.replace([str(plain)], env) == process.CANNOT_EXECUTE


def test_a_companion_hears_of_the_end_and_has_ended_behind_it(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    code = f"import sys; sys.stdin.read(); open({str(heard)!r}, 'w').close()"
    with process.companion(python(code)):
        assert not heard.exists()
    assert heard.exists()
    with pytest.raises(OSError, match="nowhere"):
        process.companion([str(tmp_path / "nowhere")])


def test_a_task_works_beside_and_is_asked_later(tmp_path: Path) -> None:
    code = "import os; os.write(1, b'out'); os.write(2, b'said'); raise SystemExit(5)"
    assert process.Task(python(code), str(tmp_path), os.environ).result() == (5, b"out", b"said")
    slow = process.Task(python("import time; time.sleep(60)"), str(tmp_path), os.environ)
    assert slow.result(timeout=0.1) == (process.TIMED_OUT, b"", b"")
    missing = process.Task([str(tmp_path / "nowhere")], str(tmp_path), os.environ)
    assert missing.result() == (process.NOT_FOUND, b"", b"")


def test_a_task_that_nobody_can_ask_any_more_is_ended(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    code = f"import time; time.sleep(0.3); open({str(heard)!r}, 'w').close()"
    task = process.Task(python(code), str(tmp_path), os.environ)
    del task
    time.sleep(0.5)
    assert not heard.exists()
