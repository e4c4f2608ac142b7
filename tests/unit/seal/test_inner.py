"""What processes do to themselves before they are sealed: in threads that end, or before a kernel that notes it down."""

from __future__ import annotations

import _socket
import ctypes
import errno
import fcntl
import os
import socket
import struct
import sys
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

if sys.platform != "linux":
    pytest.skip("only Linux has what a seal is made of", allow_module_level=True)

from firedoor.endpoints import Endpoint
from firedoor.seal import datagrams, descriptors, enclosure, numbers, port, running, system, terminal
from firedoor.seal.caller import Caller, Identity
from firedoor.seal.policy import Policy
from firedoor.seal.refusal import Refusal
from support.sealing import by_port

if TYPE_CHECKING:
    from collections.abc import Callable


def in_thread(what: Callable[[], None]) -> BaseException | None:
    """Run it in a thread of its own: rights that a thread gives up end with it."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            what()
        except BaseException as reason:  # noqa: BLE001 - it is the test's to judge
            raised.append(reason)

    one = threading.Thread(target=run)
    one.start()
    one.join()
    return raised[0] if raised else None


def reach(**given: Any) -> Endpoint:
    return Endpoint(environment="testing", family="reach", **given)


@by_port
@pytest.mark.parametrize("by_name", [True, False])
def test_a_thread_that_seals_itself_by_ports_reaches_no_other(
    monkeypatch: pytest.MonkeyPatch, *, by_name: bool
) -> None:
    monkeypatch.setattr(descriptors, "close_sockets", lambda: None)  # they are this process's, too
    monkeypatch.setattr(port, "_range", lambda: "40000 40001")
    found: list[str] = []
    variables = {"RES_OPTIONS": "rotate"}
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = server.getsockname()

        def sealed() -> None:
            port.close(Policy([reach(host="localhost", port=place[1])]), variables, by_name=by_name)
            socket.create_connection(place).close()
            found.append("declared")
            with pytest.raises(PermissionError):
                socket.create_connection(("127.0.0.1", 9))
            for kind in ((socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_UNIX, socket.SOCK_STREAM)):
                with pytest.raises(PermissionError):
                    socket.socket(*kind)
            found.append("refused")

        assert in_thread(sealed) is None
        socket.create_connection(("127.0.0.1", place[1])).close()
        socket.socket(type=socket.SOCK_DGRAM).close()  # the control: the rest of the process is as it was
    assert found == ["declared", "refused"]
    assert variables == {"RES_OPTIONS": "rotate use-vc" if by_name else "rotate"}


def fails(number: int) -> Callable[..., int]:
    def call(*_: object, **__: object) -> int:
        raise OSError(number, "")

    return call


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A kernel that gives everything, and notes what it was asked for."""
    asked: list[str] = []
    monkeypatch.setattr(descriptors, "close_sockets", lambda: asked.append("close"))
    monkeypatch.setattr(system, "machine", lambda: "x86_64")
    monkeypatch.setattr(system, "landlock_version", lambda: 7)
    monkeypatch.setattr(system, "filter_calls", lambda *_: asked.append("filter"))
    monkeypatch.setattr(system, "landlock", lambda _ports, *, scoped: asked.append(f"landlock {scoped}"))
    monkeypatch.setattr(system, "gain_no_privileges", lambda: asked.append("no privileges"))
    return asked


@pytest.mark.parametrize(("version", "scoped"), [(4, False), (5, False), (6, True), (7, True)])
def test_abstract_names_are_scoped_where_the_kernel_knows_how(
    kernel: list[str], monkeypatch: pytest.MonkeyPatch, version: int, *, scoped: bool
) -> None:
    monkeypatch.setattr(system, "landlock_version", lambda: version)
    port.close(Policy([]), {}, by_name=False)
    assert kernel == ["close", "filter", f"landlock {scoped}"]


def test_without_rights_privileges_are_given_up_first(
    kernel: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def first_then(word: str) -> Callable[..., None]:
        tries: list[int] = []

        def call(*_: object, **__: object) -> None:
            tries.append(1)
            if len(tries) == 1:
                raise PermissionError(errno.EPERM, "")
            kernel.append(word)

        return call

    monkeypatch.setattr(system, "filter_calls", first_then("filter"))
    monkeypatch.setattr(system, "landlock", first_then("landlock"))
    port.close(Policy([]), {}, by_name=False)
    assert kernel == ["close", "no privileges", "filter", "no privileges", "landlock"]


@pytest.mark.parametrize(
    ("call", "reason", "expected"),
    [
        ("landlock_version", errno.ENOSYS, ("no-landlock", errno.ENOSYS)),
        ("filter_calls", errno.EINVAL, ("no-filter", errno.EINVAL)),
        ("filter_calls", errno.EPERM, ("no-filter", errno.EPERM)),
    ],
)
def test_what_the_kernel_refuses_is_named(
    kernel: list[str], monkeypatch: pytest.MonkeyPatch, call: str, reason: int, expected: tuple[str, int]
) -> None:
    monkeypatch.setattr(system, call, fails(reason))
    with pytest.raises(Refusal) as caught:
        port.close(Policy([]), {}, by_name=False)
    assert caught.value.args == expected


def test_an_old_landlock_is_none(kernel: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "landlock_version", lambda: 3)
    with pytest.raises(Refusal) as caught:
        port.close(Policy([]), {}, by_name=False)
    assert (caught.value.step, kernel) == ("old-landlock", [])


def test_the_range_of_ports_may_be_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert port._range().split()
    monkeypatch.setattr(port, "_RANGE", "/nowhere")
    assert port._range() == ""


class Library:
    """Stands for libc: each function notes how it was called, and answers ``result``."""

    def __init__(self, result: int) -> None:
        self.called: list[tuple[str, list[object]]] = []
        self._result = result

    def __getattr__(self, name: str) -> Callable[..., int]:
        def call(*arguments: object) -> int:
            self.called.append((name, [getattr(one, "value", one) for one in arguments]))
            return self._result

        return call


def test_calls_say_what_they_are_to(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(0)
    monkeypatch.setattr(system, "_libc", library, raising=False)
    system.unshare(5)
    system.mount("tmpfs", "/a", "tmpfs", 6, "mode=755")
    system.mount("none", "/", "", 7)
    system.unmount("/a")
    system.die_with_parent(9)
    system.gain_no_privileges()
    assert system.connect(3, b"abc") == 0
    assert library.called == [
        ("unshare", [5]),
        ("mount", [b"tmpfs", b"/a", b"tmpfs", 6, b"mode=755"]),
        ("mount", [b"none", b"/", b"", 7, None]),
        ("umount2", [b"/a", 2]),
        ("prctl", [1, 9, 0, 0, 0]),
        ("prctl", [38, 1, 0, 0, 0]),
        ("connect", [3, b"abc", 3]),
    ]


def test_calls_that_fail_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_libc", Library(-1), raising=False)
    ctypes.set_errno(errno.EPERM)
    with pytest.raises(PermissionError):
        system.unshare(5)


def test_descriptors_of_others_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is open here, only what this test has opened is looked at."""
    reading, writing = os.pipe()
    network = os.open("/proc/self/ns/net", os.O_RDONLY)
    regular = os.open("/etc/passwd", os.O_RDONLY)
    kept = os.open("/proc/self/ns/net", os.O_RDONLY)
    with socket.socket() as one:
        opened = [reading, writing, network, regular, one.detach()]
    for number in opened:
        os.set_inheritable(number, True)
    monkeypatch.setattr(os, "listdir", lambda _: ["0", "1", "2", *map(str, (*opened, kept)), "9999"])
    descriptors.close_sockets()
    monkeypatch.undo()
    left = [number for number in opened if os.path.exists(f"/proc/self/fd/{number}")]
    assert left == [reading, writing, regular]
    assert os.path.exists(f"/proc/self/fd/{kept}")  # it is closed when the command starts
    for number in (*left, kept):
        os.close(number)


def test_who_becomes_another_gives_up_its_groups_first(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[Any, ...]] = []
    for name in ("setgroups", "setresgid", "setresuid"):
        monkeypatch.setattr(os, name, lambda *given, name=name: done.append((name, *given)))
    Identity(7, 8, [9]).become()
    assert done == [("setgroups", (9,)), ("setresgid", 8, 8, 8), ("setresuid", 7, 7, 7)]


def test_whether_a_descriptor_ends_with_the_program() -> None:
    with socket.socket() as one:
        assert Caller(os.getpid()).closes_on_exec(one.fileno())
        one.set_inheritable(True)
        assert not Caller(os.getpid()).closes_on_exec(one.fileno())


def test_places_beside_the_loopback_are_made_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, bytes]] = []
    monkeypatch.setattr(fcntl, "ioctl", lambda _, request, data: asked.append((request, data)))
    with pytest.raises(OSError, match="assign"):  # the stand-in has not done it
        datagrams.stand_at([("127.0.0.1", 0), ("192.0.2.1", 9)])
    assert asked == [
        (0x8916, b"lo:1".ljust(16, b"\0") + struct.pack("=HH", 2, 0) + bytes((192, 0, 2, 1)) + bytes(16))
    ]


def test_messages_carry_descriptors() -> None:
    outer, inner = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    inside = enclosure.Inside(inner, int, b"", [], [])
    reading, writing = os.pipe()
    inside.tell("sealed", reading, writing)
    inside.tell("ended 0")
    data, ancillary, _, _ = outer.recvmsg(100, _socket.CMSG_SPACE(8))
    (_, kind, rights) = ancillary[0]
    assert (data, kind, len(rights)) == (b"sealed", _socket.SCM_RIGHTS, 8)
    assert outer.recvmsg(100, 100)[:2] == (b"ended 0", [])
    outer.send(b"on")
    inside.wait()
    for number in (reading, writing, *struct.unpack("2i", rights)):
        os.close(number)
    outer.close()
    inner.close()


def test_without_a_supervisor_there_is_nothing_to_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    outer, inner = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    outer.close()
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    enclosure.Inside(inner, int, b"", [], []).wait()
    inner.close()
    assert ended == [1]


def test_the_hosts_file_may_not_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = running.Plan(None, (), ())
    assert plan.hosts_file() == b""
    plan.resolved = {"db.test": ("192.0.2.5",)}
    assert plan.hosts_file().startswith(b"192.0.2.5 db.test\n")
    monkeypatch.setattr("firedoor.seal.names.HOSTS_FILE", "/nowhere")
    assert plan.hosts_file() == b"192.0.2.5 db.test\n"


def test_who_was_not_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("firedoor.process.replace", lambda *_: 127)
    told: list[int] = []
    assert running._Command(["none"], {}, told.append)() == 127
    assert running._Command(["none"], {}, None)() == 127
    assert told == [127]


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_terminal_that_was_taken_is_given_back(monkeypatch: pytest.MonkeyPatch, *, is_gone: bool) -> None:
    group, given = os.getpgrp(), []
    readers = {0: -1, 1: group, 2: -1}

    def give(descriptor: int, to: int) -> None:
        given.append((descriptor, to))
        if is_gone:
            raise OSError(errno.EIO, "")

    monkeypatch.setattr(os, "tcgetpgrp", lambda descriptor: readers[descriptor])
    monkeypatch.setattr(os, "tcsetpgrp", give)
    monkeypatch.setattr(terminal.signal, "signal", lambda *_: None)  # type: ignore[attr-defined] # only of main threads
    with terminal.given_back():
        readers[1] = group + 1
    assert given == [(1, group)]
    with terminal.given_back():
        readers[1] = group
    assert given == [(1, group)]


def test_numbers_are_those_of_the_headers() -> None:
    """Those that Python knows as well."""
    for name in (
        "AF_UNIX",
        "AF_INET",
        "AF_INET6",
        "AF_NETLINK",
        "SOCK_STREAM",
        "SOCK_DGRAM",
        "SOCK_SEQPACKET",
    ):
        assert getattr(numbers, name) == getattr(socket, name), name
    assert numbers.MSG_FASTOPEN == socket.MSG_FASTOPEN
    assert numbers.IPPROTO_TCP == socket.IPPROTO_TCP
    assert getattr(socket, "IPPROTO_MPTCP", 262) == numbers.IPPROTO_MPTCP
    assert SimpleNamespace(**numbers.CALLS["x86_64"]).connect == 42
