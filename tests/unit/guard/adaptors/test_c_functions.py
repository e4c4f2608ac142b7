"""Functions of C by ctypes: each way to hand an address over, and functions that lead nowhere."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.errors import GuardError
from firedoor.guard.adaptors import c_functions
from support.guarding import armed, configuration, declare, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="addresses of other systems look otherwise")


def raw(host: str, port: int) -> bytes:
    return struct.pack("=H", socket.AF_INET) + struct.pack(">H", port) + socket.inet_aton(host) + b"\0" * 8


class Address(ctypes.Structure):
    _fields_ = (
        ("family", ctypes.c_ushort),
        ("port", ctypes.c_ubyte * 2),
        ("host", ctypes.c_ubyte * 4),
        ("rest", ctypes.c_char * 8),
    )


LIVE = raw("127.0.0.2", 5432)


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.socket(type=socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        yield made


@pytest.fixture
def own(server: socket.socket) -> bytes:
    return raw(*server.getsockname())


@pytest.fixture
def guard(project: ProjectFolder, server: socket.socket) -> Iterator[Guard]:
    declare(project, testing=f'reach = ["127.0.0.1:{server.getsockname()[1]}"]')
    with armed(configuration(project)) as standing:
        yield standing


@pytest.fixture
def libc(guard: Guard) -> Any:
    return ctypes.CDLL(None, use_errno=True)


@pytest.fixture
def sock() -> Iterator[int]:
    with socket.socket(type=socket.SOCK_DGRAM) as made:
        yield made.fileno()


HANDED: dict[str, Callable[[bytes], object]] = {
    "bytes": lambda data: data,
    "a buffer": ctypes.create_string_buffer,
    "by reference": lambda data: ctypes.byref(ctypes.create_string_buffer(data)),
    "a reference with an offset": lambda data: ctypes.byref(ctypes.create_string_buffer(b"12" + data), 2),
    "a structure by reference": lambda data: ctypes.byref(Address.from_buffer_copy(data)),
    "a pointer": lambda data: ctypes.pointer(Address.from_buffer_copy(data)),
    "a void pointer": lambda data: ctypes.cast(
        ctypes.pointer(Address.from_buffer_copy(data)), ctypes.c_void_p
    ),
    "a char pointer": ctypes.c_char_p,
}


@pytest.mark.parametrize("way", HANDED)
def test_connect_with_an_address_of_every_kind(libc: Any, sock: int, own: bytes, way: str) -> None:
    address = HANDED[way](LIVE)
    assert [one.subject for one in refused(lambda: libc.connect(sock, address, 16))] == ["DATABASE_URL"]
    assert libc.connect(sock, HANDED[way](own), 16) == 0


def test_connect_by_the_number_of_a_place_in_memory(libc: Any, sock: int, own: bytes) -> None:
    libc.connect.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint)
    for data, codes in ((LIVE, ["FD601"]), (own, [])):
        buffer = ctypes.create_string_buffer(data)
        where = ctypes.addressof(buffer)
        assert [
            one.code
            for one in refused(lambda where=where: libc.connect(sock, where, ctypes.c_uint(16)))  # type: ignore[misc]  # a default binds the loop's own value
        ] == codes


def message(data: bytes) -> ctypes.Array[ctypes.c_char]:
    """A message header with this address; what it points to is kept beside it."""
    address = ctypes.create_string_buffer(data)
    made = ctypes.create_string_buffer(
        struct.pack("=QIIQQQQi", ctypes.addressof(address), 16, 0, 0, 0, 0, 0, 0), 64
    )
    made.kept = address  # type: ignore[attr-defined]  # put there by the test
    return made


SYSCALLS = {
    "x86_64": {"connect": 42, "sendto": 44, "getpid": 39},
    "aarch64": {"connect": 203, "sendto": 206, "getpid": 172},
}
CALLS: dict[str, Callable[[Any, int, bytes], object]] = {
    "sendto": lambda libc, sock, data: libc.sendto(sock, b"x", 1, 0, data, 16),
    "sendmsg": lambda libc, sock, data: libc.sendmsg(sock, message(data), 0),
    "syscall connect": lambda libc, sock, data: libc.syscall(number("connect"), sock, data, 16),
    "syscall sendto": lambda libc, sock, data: libc.syscall(number("sendto"), sock, b"x", 1, 0, data, 16),
    "by item": lambda libc, sock, data: libc["connect"](sock, data, 16),
}


def number(name: str) -> int:
    return SYSCALLS[os.uname().machine][name]


@pytest.mark.parametrize("way", CALLS)
def test_other_calls(libc: Any, sock: int, own: bytes, way: str) -> None:
    if way.startswith("syscall") and os.uname().machine not in SYSCALLS:
        pytest.skip("system calls have other numbers here")
    assert [one.code for one in refused(lambda: CALLS[way](libc, sock, LIVE))] == ["FD601"]
    assert CALLS[way](libc, sock, own) in (0, 1, None) or way == "sendmsg"


def test_calls_that_lead_nowhere(libc: Any) -> None:
    if os.uname().machine in SYSCALLS:
        assert libc.syscall(number("getpid")) == os.getpid()
    assert libc.getpid() == os.getpid()
    assert libc.getpid.__name__ == "getpid"
    assert libc.connect.__name__ == "connect"
    assert libc.connect is libc.connect


def test_what_cannot_be_told_is_refused(libc: Any, sock: int, guard: Guard) -> None:
    for attempt in (
        lambda: libc.connect(sock),
        lambda: libc.connect(sock, object(), 16),
        lambda: libc.syscall(425, 8, None),
        lambda: libc.syscall(),
    ):
        assert [one.code for one in refused(attempt)] == ["FD606"]
    assert libc.connect(-1, None, 0) == -1


def test_asleep_and_open_nothing_is_looked_at(
    guard: Guard, libc: Any, sock: int, project: ProjectFolder
) -> None:
    with guard.unguarded():
        assert libc.connect(sock, LIVE, 16) == 0
    guard.active = False
    assert libc.connect(sock, LIVE, 16) == 0
    assert type(ctypes.CDLL(None).connect).__mro__[1].__name__ == "CFuncPtr"


def test_an_open_environment(project: ProjectFolder, sock: int) -> None:
    with armed(configuration(declare(project), "production")):
        assert ctypes.CDLL(None).connect(sock, LIVE, 16) == 0


def test_a_class_for_each_library(guard: Guard) -> None:
    one, other = ctypes.CDLL(None), ctypes.CDLL(None)
    assert type(one.connect) is type(one.sendto)
    assert type(one.connect) is not type(other.connect)


def test_a_machine_of_no_name(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "uname")
    assert c_functions._Calls(guard, ctypes)._machine == ""


@pytest.mark.parametrize("way", CALLS)
def test_no_frame_of_ours_holds_the_address(libc: Any, sock: int, way: str) -> None:
    with pytest.raises(GuardError) as caught:
        CALLS[way](libc, sock, LIVE)
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    own = [frame for frame in frames.stack if "/firedoor/" in frame.filename.replace("\\", "/")]
    assert own
    assert [
        frame for frame in own if "127.0.0.2" in str(frame.locals) or repr(LIVE) in str(frame.locals)
    ] == []
