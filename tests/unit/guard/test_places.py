"""What an address of a socket means, in every type that the socket module takes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor.guard import places
from firedoor.guard.places import INET, INET6, UNIX, UNREADABLE, Place

if TYPE_CHECKING:
    from pathlib import Path


class Port:
    def __index__(self) -> int:
        return 5432


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        (("127.0.0.2", 5432), "127.0.0.2", 5432),
        (("127.2", 5432), "127.0.0.2", 5432),
        (("2130706434", 1), "127.0.0.2", 1),
        ((b"127.0.0.2", 1), "127.0.0.2", 1),
        ((bytearray(b"127.0.0.2"), 1), "127.0.0.2", 1),
        (("DB.Example.org.", Port()), "db.example.org", 5432),
        (("127.0.0.1", 1), "localhost", 1),
        (("", 1), "localhost", 1),
        (("<broadcast>", 1), "255.255.255.255", 1),
        (("127.0.0.2\0.example.org", 1), "127.0.0.2", 1),
        (("::ffff:127.0.0.2", 1, 0, 0), "127.0.0.2", 1),
        (("fe80::1%eth0", 1, 0, 3), "fe80::1", 1),
    ],
)
def test_internet_addresses(address: object, host: str, port: int) -> None:
    for family in (INET, INET6):
        assert places.of(family, address) == Place(host, port, "")


@pytest.mark.parametrize(
    "address",
    [None, "127.0.0.2", ["127.0.0.2", 1], ("127.0.0.2",), (7, 1), (None, 1), ("a", "80"), ("a", None)],
)
def test_what_the_socket_module_refuses_by_itself(address: object) -> None:
    assert places.of(INET, address) is None


def test_paths_are_real_ones(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "socket")
    real = str(tmp_path.resolve() / "socket")
    assert places.of(UNIX, str(tmp_path / "link")) == Place("", 0, real)
    for given in (os.fsencode(real), bytearray(os.fsencode(real)), memoryview(os.fsencode(real))):
        assert places.of(UNIX, given) == Place("", 0, real)
    assert places.of(UNIX, "\0name") == Place("", 0, "@name")
    assert places.of(UNIX, b"\0name") == Place("", 0, "@name")
    for nothing in ("", b"", None, 7, ("a", 1)):
        assert places.of(UNIX, nothing) is None


def test_a_relative_path_is_one_of_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert places.of(UNIX, "socket") == Place("", 0, str(tmp_path.resolve() / "socket"))


def test_families_of_the_kernel_and_those_that_nobody_reads_here() -> None:
    for family in places.OF_KERNEL:
        assert places.of(family, (0, 0)) is None
    assert places.of(40, (2, 1)) == UNREADABLE
    assert not any(UNREADABLE)


@pytest.mark.parametrize(
    ("name", "port", "place"),
    [
        ("Db.Example.org.", 443, Place("db.example.org", 443, "")),
        (b"db.example.org", "443", Place("db.example.org", 443, "")),
        ("db.example.org", b"443", Place("db.example.org", 443, "")),
        ("db.example.org", "https", Place("db.example.org", 0, "")),
        ("db.example.org", None, Place("db.example.org", 0, "")),
        ("db.example.org", object(), Place("db.example.org", 0, "")),
        ("127.1", 0, Place("localhost", 0, "")),
    ],
)
def test_what_a_look_up_asks_for(name: object, port: object, place: Place) -> None:
    assert places.of_name(name, port) == place


def test_no_name_is_no_place() -> None:
    assert places.of_name(None, 80) is None
    assert places.of_name(7) is None


@pytest.mark.parametrize(
    ("place", "is_loopback"),
    [
        (Place("localhost", 1, ""), True),
        (Place("127.0.0.9", 1, ""), True),
        (Place("", 0, "/x"), True),
        (Place("192.0.2.1", 1, ""), False),
        (Place("example.org", 1, ""), False),
    ],
)
def test_what_stays_on_this_machine(place: Place, is_loopback: bool) -> None:
    assert place.is_loopback is is_loopback


def test_no_address_is_shown() -> None:
    assert repr(Place("db.example.org", 5432, "")) == "Place(...)"
