"""The interpreter's own events: what copies do that were taken before, and only as long as the guard stands.

A hook stays for the life of a process, so most of this runs in processes of its own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import traceback
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.errors import GuardError
from firedoor.guard import audit
from support.guarding import declare, guard_of, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

LIVE = ("127.0.0.2", 5432)


class Sock:
    family = socket.AF_INET


@pytest.fixture
def guard(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guard]:
    """A guard that listens to events, of which this test makes its own."""
    added: list[Any] = []
    monkeypatch.setattr(sys, "addaudithook", added.append)
    monkeypatch.setattr(audit, "_is_installed", False)
    made = guard_of(project)
    monkeypatch.chdir(project.root)
    end = audit.install(made)
    assert audit.install(made) is end
    assert added == [audit._hook]
    yield made
    end()
    audit._hook("socket.connect", (Sock(), LIVE))


EVENTS: dict[str, tuple[tuple[object, ...], tuple[object, ...], str]] = {
    "socket.connect": ((Sock(), LIVE), (Sock(), ("127.0.0.1", 5432)), "FD601"),
    "socket.sendto": ((Sock(), ("127.0.0.1", 9)), (Sock(), ("127.0.0.1", 5432)), "FD602"),
    "socket.sendmsg": ((Sock(), LIVE), (Sock(), None), "FD601"),
    "socket.getaddrinfo": (("api.example.com", 443, 0, 0, 0), ("localhost", 443, 0, 0, 0), "FD601"),
    "socket.gethostbyname": (("api.example.com",), ("localhost",), "FD601"),
    "sqlite3.connect": (("prod.db",), ("test.db",), "FD605"),
    "subprocess.Popen": (
        ("psql", ["psql", "-h", "127.0.0.2"], None, None),
        ("psql", ["psql"], "/", {"A": "b"}),
        "FD604",
    ),
    "os.system": (("psql -h 127.0.0.2",), (b"true",), "FD604"),
    "os.exec": (("psql", ["psql", "127.0.0.2"], None), ("psql", ("psql",), {"A": "b"}), "FD604"),
    "os.posix_spawn": (("psql", ["psql"], {"PGHOST": "127.0.0.2"}), ("psql", ["psql"], {}), "FD604"),
    "ctypes.dlsym": ((None, "connect"), (None, "getpid"), "FD606"),
}


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_beside_its_control(guard: Guard, event: str) -> None:
    refused_with, allowed, code = EVENTS[event]
    for _ in range(2):
        assert [one.code for one in refused(lambda: audit._hook(event, refused_with))] == [code]
        assert refused(lambda: audit._hook(event, allowed)) == ()


def test_every_event_that_is_listened_to_is_tried() -> None:
    assert set(audit._HANDLERS) == set(EVENTS)


def test_other_events_pass(guard: Guard) -> None:
    audit._hook("object.__getattr__", (object(), "name"))


def test_other_shapes_of_arguments(guard: Guard) -> None:
    """Windows gives Popen a line; an address may hold a bytearray."""
    for event, args in (
        ("subprocess.Popen", (None, "psql -h 127.0.0.2", None, None)),
        ("subprocess.Popen", (None, b"psql -h 127.0.0.2", None, None)),
        ("socket.connect", (Sock(), (bytearray(b"127.0.0.2"), 5432))),
    ):
        assert refused(lambda event=event, args=args: audit._hook(event, args)) != ()  # type: ignore[misc]  # a default binds the loop's own value


def test_the_adaptor_of_ctypes_may_ask_for_functions(guard: Guard) -> None:
    with guard.unguarded():
        audit._hook("ctypes.dlsym", (None, "connect"))


def test_an_open_environment_may_ask_for_functions(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "_guard", guard_of(project, "production"))
    audit._hook("ctypes.dlsym", (None, "connect"))


@pytest.mark.parametrize(
    "event", ["socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "sqlite3.connect"]
)
def test_no_frame_of_ours_holds_the_value(guard: Guard, event: str) -> None:
    with pytest.raises(GuardError) as caught:
        audit._hook(event, EVENTS[event][0])
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    own = [frame for frame in frames.stack if "/firedoor/" in frame.filename.replace("\\", "/")]
    assert own
    shown = "".join(str(frame.locals) for frame in own)
    assert [one for one in ("127.0.0.2", "api.example.com", "prod.db") if one in shown] == []


PROGRAM = """
import _posixsubprocess, ctypes, os, socket, sqlite3, sys
connect, look_up, system, opened = socket.socket.connect, {"f": socket.gethostbyname}, {"f": os.system}, {"f": sqlite3.connect}
bound = socket.socket(); bound_connect = bound.connect
loaded = ctypes.CDLL(None)
import firedoor, firedoor.guard
firedoor.guard.arm(hook=sys.argv[1])
def tried(name, call):
    try: call()
    except firedoor.guard.GuardError as error: print(name, error.problems[0].code)
    except OSError as error: print(name, "passed")
    else: print(name, "passed")
live = ("127.0.0.2", 5432)
tried("method", lambda: connect(socket.socket(), live))
tried("bound", lambda: bound_connect(live))
tried("name", lambda: look_up["f"]("api.example.com"))
tried("program", lambda: system["f"]("true 127.0.0.2"))
tried("file", lambda: opened["f"]("prod.db"))
tried("class", lambda: sqlite3.Connection("prod.db"))
tried("symbol", lambda: loaded._FuncPtr(("connect", loaded)))
tried("prototype", lambda: ctypes.CFUNCTYPE(ctypes.c_int)(("connect", loaded)))
tried("own", lambda: connect(socket.socket(), ("127.0.0.1", 5432)))
firedoor.guard.disarm()
tried("disarmed", lambda: connect(socket.socket(), live))
"""
NAMES = ("method", "bound", "name", "program", "file", "class", "symbol", "prototype", "own", "disarmed")


@pytest.mark.skipif(sys.platform == "win32", reason="programs start otherwise there")
@pytest.mark.parametrize(
    ("hook", "expected"),
    [
        (
            "audit",
            ("FD601", "FD601", "FD601", "FD604", "FD605", "FD605", "FD606", "FD606", "passed", "passed"),
        ),
        # what was captured in other places than modules, the patches do not see
        ("patches", ("passed",) * 10),
    ],
)
def test_what_was_captured_before_is_seen_by_the_hook(
    project: ProjectFolder, hook: str, expected: tuple[str, ...]
) -> None:
    declare(project).write("program.py", dedent(PROGRAM))
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "program.py", hook],
        cwd=project.root,
        env={**kept, "APP_ENV": "testing"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [
        f"{name} {said}" for name, said in zip(NAMES, expected, strict=True)
    ], done.stderr
