"""Addresses as connect(2) gets them, and what is made of ones that are no address."""

from __future__ import annotations

import socket
import struct

import pytest

from firedoor.seal import addresses
from firedoor.seal.addresses import Address


def inet(host: str, port: int) -> bytes:
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + socket.inet_aton(host) + bytes(8)


def inet6(host: str, port: int) -> bytes:
    packed = socket.inet_pton(socket.AF_INET6, host)
    return struct.pack("=H", socket.AF_INET6) + struct.pack("!HI", port, 7) + packed + bytes(4)


def unix(name: bytes) -> bytes:
    return struct.pack("=H", socket.AF_UNIX) + name


CASES = [
    (inet("127.0.0.2", 5432), Address(socket.AF_INET, host="127.0.0.2", port=5432)),
    (inet("127.0.0.1", 65535), Address(socket.AF_INET, host="localhost", port=65535)),
    (inet("0.0.0.0", 1), Address(socket.AF_INET, host="localhost", port=1)),
    (inet("192.0.2.7", 5432)[:8], Address(socket.AF_INET, host="192.0.2.7", port=5432)),
    (inet("192.0.2.7", 5432)[:7], None),
    (inet6("::1", 80), Address(socket.AF_INET6, host="localhost", port=80)),
    (inet6("::", 80), Address(socket.AF_INET6, host="localhost", port=80)),
    (inet6("::ffff:127.0.0.2", 80), Address(socket.AF_INET6, host="127.0.0.2", port=80)),
    (inet6("2001:db8::7", 80), Address(socket.AF_INET6, host="2001:db8::7", port=80)),
    (inet6("2001:db8::7", 80)[:23], None),
    (unix(b"/run/a.sock\0rest"), Address(socket.AF_UNIX, path="/run/a.sock")),
    (unix(b"a.sock"), Address(socket.AF_UNIX, path="a.sock")),
    (unix(b"\0name"), Address(socket.AF_UNIX, path="@name")),
    (unix(b"\0a\0b"), Address(socket.AF_UNIX, path="@a\0b")),
    (unix(b"/\xff"), Address(socket.AF_UNIX, path="/\udcff")),
    (unix(b""), Address(socket.AF_UNIX, path="")),
    (bytes(16), Address(socket.AF_UNSPEC)),
    (b"\2", None),
    (b"", None),
]


@pytest.mark.parametrize(("data", "expected"), CASES)
def test_addresses_are_read(data: bytes, expected: Address | None) -> None:
    assert addresses.read(data) == expected
    assert expected is None or hash(addresses.read(data)) == hash(expected)


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("localhost", True),
        ("127.0.0.2", True),
        ("127.255.1.1", True),
        ("128.0.0.1", False),
        ("10.0.0.127", False),
    ],
)
def test_loopback(host: str, *, is_loopback: bool) -> None:
    assert Address(socket.AF_INET, host=host, port=1).is_loopback == is_loopback


def test_what_kind_it_is() -> None:
    kinds = [
        (one.is_internet, one.is_abstract)
        for one in (
            Address(socket.AF_INET, host="a"),
            Address(socket.AF_INET6, host="a"),
            Address(socket.AF_UNIX, path="/a"),
            Address(socket.AF_UNIX, path="@a"),
        )
    ]
    assert kinds == [(True, False), (True, False), (False, False), (False, True)]


def test_no_address_is_shown_or_taken_for_another() -> None:
    secret = Address(socket.AF_INET, host="192.0.2.7", port=5432)
    assert repr(secret) == "Address(family=2)"
    assert secret != "192.0.2.7"
    assert secret != Address(socket.AF_INET, host="192.0.2.7", port=5433)
