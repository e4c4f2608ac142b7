"""Where functions of C lead: by their arguments, as they stand in memory."""

from __future__ import annotations

import socket
import struct
import sys

import pytest

from firedoor.guard import c_calls
from firedoor.guard.c_calls import Unreadable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="addresses of other systems look otherwise")

V4 = struct.pack("=H", socket.AF_INET) + struct.pack(">H", 5432) + bytes([127, 0, 0, 2]) + b"\0" * 8
V6 = (
    struct.pack("=H", socket.AF_INET6)
    + struct.pack(">H", 80)
    + b"\0" * 4
    + socket.inet_pton(socket.AF_INET6, "::9")
)
PATH = struct.pack("=H", socket.AF_UNIX) + b"/tmp/x.sock\0rest"
ABSTRACT = struct.pack("=H", socket.AF_UNIX) + b"\0name"
OTHER = struct.pack("=H", 40) + b"\0" * 14


def memory(**at: bytes) -> dict[int, bytes]:
    return {int(where[1:]): data for where, data in at.items()}


def read_of(parts: dict[int, bytes]) -> c_calls.Read:
    def read(where: int, length: int) -> bytes:
        start = max(one for one in parts if one <= where)
        return parts[start][where - start : where - start + length]

    return read


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (V4, (("127.0.0.2", 5432), 2)),
        (V6, (("::9", 80), 10)),
        (PATH, (b"/tmp/x.sock", 1)),
        (ABSTRACT, (b"\0name", 1)),
        (OTHER, ((), 40)),
    ],
)
def test_an_address_in_memory(raw: bytes, expected: tuple[object, int]) -> None:
    read = read_of(memory(_1000=raw))
    assert c_calls.addresses("connect", (3, 1000, len(raw)), read) == [expected]
    assert c_calls.addresses("sendto", (3, 7, 1, 0, 1000, len(raw)), read) == [expected]


def test_an_address_is_not_read_further_than_it_can_be() -> None:
    lengths = []

    def read(where: int, length: int) -> bytes:
        lengths.append(length)
        return V4

    c_calls.addresses("connect", (3, 1000, 1 << 30), read)
    assert lengths == [128]


def test_to_whom_the_socket_is_connected_already() -> None:
    read = read_of(memory(_1000=V4))
    assert c_calls.addresses("sendto", (3, 7, 1, 0, 0, 0), read) == []
    assert c_calls.addresses("sendto", (3, 7, 1, 0, 1000, 0), read) == []
    assert c_calls.addresses("connect", (3, 0, 16), read) == []


def test_message_headers() -> None:
    header = struct.pack("=QI", 2000, 16) + b"\0" * 44
    without = struct.pack("=QI", 0, 0) + b"\0" * 44
    read = read_of(memory(_1000=header + b"\0" * 8 + without + b"\0" * 8 + header, _2000=V4))
    expected = (("127.0.0.2", 5432), 2)
    assert c_calls.addresses("sendmsg", (3, 1000, 0), read) == [expected]
    assert c_calls.addresses("sendmmsg", (3, 1000, 3, 0), read) == [expected, expected]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("connect", (3, 1000)),
        ("sendto", (3, 7, 1, 0, 1000)),
        ("sendmsg", (3,)),
        ("sendmsg", (3, 0, 0)),
        ("sendmmsg", (3, 1000, 1025, 0)),
        ("connect", (3, 1000, 3)),
    ],
)
def test_what_cannot_be_told(name: str, arguments: tuple[int, ...]) -> None:
    with pytest.raises(Unreadable):
        c_calls.addresses(name, arguments, read_of(memory(_1000=V4)))


def test_other_functions_lead_nowhere() -> None:
    assert c_calls.addresses("", (), read_of({})) == []


@pytest.mark.parametrize(
    ("machine", "numbers", "expected"),
    [
        ("x86_64", (42, 3, 1000, 16), ("connect", (3, 1000, 16))),
        ("x86_64", (42 + (1 << 32), 3), ("connect", (3,))),
        ("x86_64", (44, 3), ("sendto", (3,))),
        ("x86_64", (46, 3), ("sendmsg", (3,))),
        ("x86_64", (307, 3), ("sendmmsg", (3,))),
        ("x86_64", (39,), ("", ())),
        ("aarch64", (203, 3), ("connect", (3,))),
        ("aarch64", (206, 3), ("sendto", (3,))),
        ("aarch64", (211, 3), ("sendmsg", (3,))),
        ("aarch64", (269, 3), ("sendmmsg", (3,))),
    ],
)
def test_system_calls_by_number(
    machine: str, numbers: tuple[int, ...], expected: tuple[str, tuple[int, ...]]
) -> None:
    assert c_calls.function("syscall", numbers, machine) == expected


def test_system_calls_that_cannot_be_told() -> None:
    for machine, numbers in (
        ("x86_64", (425, 8)),
        ("aarch64", (425, 8)),
        ("riscv64", (203,)),
        ("x86_64", ()),
    ):
        with pytest.raises(Unreadable):
            c_calls.function("syscall", numbers, machine)


def test_a_function_is_itself() -> None:
    assert c_calls.function("connect", (3, 1000, 16), "riscv64") == ("connect", (3, 1000, 16))
    assert {"connect", "sendto", "sendmsg", "sendmmsg", "syscall"} == c_calls.CHECKED
