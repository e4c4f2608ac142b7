"""The addresses that names give: by the hosts file, by the system's resolver, within a deadline."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import resolution

if TYPE_CHECKING:
    from pathlib import Path

HOSTS = """\
127.0.0.1 localhost
::1 localhost ip6-localhost
127.0.0.2\tProd-DB prod.example.com # a comment with alias
# 127.0.0.3 prod-db
0x7f000004 four.example.com.
127.0.0.5 two
127.0.0.6 two
junk two
not-prod-db.example.com 127.0.0.9
127.0.0.7 not-late.example.com
127.0.0.8 late
"""


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("prod-db", ("127.0.0.2",)),
        ("prod.example.com", ("127.0.0.2",)),
        ("four.example.com", ("127.0.0.4",)),
        ("two", ("127.0.0.5", "127.0.0.6", "junk")),
        ("localhost", ()),
        ("ip6-localhost", ("localhost",)),
        ("alias", ()),
        ("example.com", ()),
        ("late", ("127.0.0.8",)),
        ("rod-db", ()),
        ("unknown", ()),
        ("127.0.0.9", ("not-prod-db.example.com",)),
    ],
)
def test_the_hosts_file(name: str, addresses: tuple[str, ...]) -> None:
    file = resolution.HostsFile(HOSTS)
    assert file.addresses(name) == addresses
    assert file.addresses(name) is file.addresses(name)  # what was asked before


def test_a_last_line_without_its_end_counts() -> None:
    assert resolution.HostsFile("127.0.0.2 x").addresses("x") == ("127.0.0.2",)
    assert resolution.HostsFile("").addresses("x") == ()


def test_a_first_line_that_begins_with_the_name_hides_no_other() -> None:
    assert resolution.HostsFile("x y\n127.0.0.2 x\n").addresses("x") == ("127.0.0.2",)
    assert resolution.HostsFile("x y\n127.0.0.2 x\n").addresses("y") == ("x",)


@pytest.mark.skipif(sys.platform == "win32", reason="its hosts file is elsewhere")
def test_where_the_hosts_file_is() -> None:
    assert resolution.HOSTS_FILE == "/etc/hosts"


def test_the_file_is_read_again_when_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "hosts"
    monkeypatch.setattr(resolution, "HOSTS_FILE", str(file))
    assert resolution.hosts_file().addresses("x") == ()
    file.write_bytes(b"127.0.0.2 x \xff\n")
    first = resolution.hosts_file()
    assert first.addresses("x") == ("127.0.0.2",)
    assert resolution.hosts_file() is first
    file.write_bytes(b"127.0.0.3 x\n127.0.0.4 x\n")
    assert resolution.hosts_file().addresses("x") == ("127.0.0.3", "127.0.0.4")
    file.unlink()
    assert resolution.hosts_file().addresses("x") == ()


def test_each_sign_of_a_change_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size, its time, and which file it is."""
    file, other = tmp_path / "hosts", tmp_path / "other"
    monkeypatch.setattr(resolution, "HOSTS_FILE", str(file))
    second = 10**9

    def addresses_after(target: Path, text: str, time: int) -> tuple[str, ...]:
        target.write_text(text)
        os.utime(target, ns=(time, time))
        if target != file:
            target.replace(file)
        return resolution.hosts_file().addresses("x")

    assert addresses_after(file, "127.0.0.2 x\n", second) == ("127.0.0.2",)
    assert addresses_after(file, "127.0.0.3 x\n", 2 * second) == ("127.0.0.3",)
    assert addresses_after(file, "127.0.0.44 x\n", 2 * second) == ("127.0.0.44",)
    assert addresses_after(other, "127.0.0.55 x\n", 2 * second) == ("127.0.0.55",)
    assert addresses_after(file, "127.0.0.66 x\n", 2 * second) == (
        "127.0.0.55",
    )  # the control: it looks the same


def test_identities_by_the_hosts_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "hosts"
    file.write_text("127.0.0.2 x\n127.0.0.3 x\n127.0.0.4 9.9.9.9\n")
    monkeypatch.setattr(resolution, "HOSTS_FILE", str(file))
    assert resolution.by_hosts_file(("postgresql", "x", "1", "d")) == (
        ("postgresql", "127.0.0.2", "1", "d"),
        ("postgresql", "127.0.0.3", "1", "d"),
    )
    assert resolution.by_hosts_file(("s3", "x:9000", "b", "")) == (
        ("s3", "127.0.0.2:9000", "b", ""),
        ("s3", "127.0.0.3:9000", "b", ""),
    )
    assert resolution.by_hosts_file(("postgresql", "9.9.9.9", "1", "d")) == ()
    assert resolution.by_hosts_file(("file", "/x")) == ()


def test_names_to_ask_for() -> None:
    identities = [
        ("postgresql", "db", "1", "d"),
        ("redis", "db", "1", "0"),
        ("postgresql", "127.0.0.2", "1", "d"),
        ("token", "x"),
        ("s3", "minio:9000", "b", ""),
        ("name", "localhost"),
    ]
    assert resolution.names_of(identities) == ["db", "minio", "localhost"]


def test_identities_by_all_their_addresses() -> None:
    identities = [
        ("postgresql", "a", "1", "d"),
        ("postgresql", "b", "1", "d"),
        ("token", "x"),
        ("redis", "c", "1", "0"),
    ]
    addresses = {"a": frozenset({"10.0.0.1", "10.0.0.2"}), "b": None}
    assert resolution.resolved(identities, addresses) == {
        ("postgresql", "10.0.0.1", "1", "d"),
        ("postgresql", "10.0.0.2", "1", "d"),
        ("postgresql", "b", "1", "d"),
        ("token", "x"),
        ("redis", "c", "1", "0"),
    }
    assert isinstance(resolution.resolved(identities, addresses), frozenset)


def test_names_are_resolved_by_the_system() -> None:
    found = resolution.resolve(
        ["localhost", "127.0.0.2", "no-such-name.invalid", "localhost", "x" * 64 + ".example"]
    )
    assert found == {
        "localhost": frozenset({"localhost"}),
        "127.0.0.2": frozenset({"127.0.0.2"}),
        "no-such-name.invalid": None,
        "x" * 64 + ".example": None,
    }
    assert resolution.resolve([]) == {}
    assert resolution.ask("no-such-name.invalid") is None
    assert resolution.ask("x" * 64 + ".example") is None


def test_what_takes_its_time_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(name: str, port: None, **options: Any) -> list[Any]:
        threading.Event().wait(0.05)
        return [(2, 1, 6, "", ("10.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    assert resolution.resolve(["a"]) == {"a": frozenset({"10.0.0.1"})}


def test_so_many_are_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    door = threading.Event()
    asked: list[bool] = []

    def answer(name: str, port: None, **options: Any) -> list[Any]:
        asked.append(threading.current_thread().daemon)
        door.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    resolution.resolve((f"n{index}" for index in range(100)), 0.2)
    assert asked == [True] * 32  # no one of them holds up the end of the process
    door.set()


def test_every_address_counts_in_one_spelling(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(name: str, port: None, **options: Any) -> list[Any]:
        assert (port, options) == (None, {"type": socket.SOCK_STREAM})
        if name == "none":
            return []
        return [(2, 1, 6, "", ("10.0.0.1", 0)), (10, 1, 6, "", ("::ffff:a00:2", 0, 0, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    assert resolution.resolve(["a", "none"]) == {"a": frozenset({"10.0.0.1", "10.0.0.2"}), "none": None}


def test_a_resolver_that_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    door = threading.Event()

    def answer(name: str, port: None, **options: Any) -> list[Any]:
        if name == "slow":
            door.wait(30)
        return [(2, 1, 6, "", ("10.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    started = time.monotonic()
    names = [f"n{index}" for index in range(100)]
    found = resolution.resolve(["slow", *names], 0.5)
    assert time.monotonic() - started < 10
    door.set()
    assert found["slow"] is None
    assert {found[name] for name in names} == {frozenset({"10.0.0.1"})}
