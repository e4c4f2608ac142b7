"""Who listens at a place: this process by what it bound, its tree by Linux's tables."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.guard import places
from firedoor.guard.listeners import Listeners, is_local
from firedoor.guard.places import Place
from firedoor.guard.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's /proc")


def bound(
    address: Any = ("127.0.0.1", 0), family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM
) -> socket.socket:
    made = socket.socket(family, kind)
    made.bind(address)
    if kind == socket.SOCK_STREAM:
        made.listen()
    return made


def at(sock: socket.socket, host: str = "localhost") -> Place:
    return Place(host, sock.getsockname()[1], "")


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without tables of sockets."""
    monkeypatch.setattr("sys.platform", "darwin")


@pytest.fixture
def made() -> Listeners:
    return Listeners(Tree(os.getpid(), "1.mark"))


@pytest.mark.usefixtures("elsewhere")
def test_what_this_process_bound(made: Listeners) -> None:
    with bound() as sock, bound(("127.0.0.9", 0)) as other:
        assert not made.at(at(sock))
        made.bound(sock)
        made.bound(other)
        assert made.at(at(sock))
        assert not made.at(at(sock, "127.0.0.9"))
        assert made.at(at(other, "127.0.0.9"))
        assert not made.at(Place("localhost", 1, ""))
        place = at(sock)
    assert not made.at(place)
    assert made._bound == {}


@pytest.mark.usefixtures("elsewhere")
def test_what_it_bound_on_every_address(made: Listeners) -> None:
    with bound(("0.0.0.0", 0)) as sock, bound(("::", 0), socket.AF_INET6) as six:
        made.bound(sock)
        made.bound(six)
        for one in (sock, six):
            for host in ("localhost", "127.0.0.3"):
                assert made.at(at(one, host))
            assert not made.at(at(one, "192.0.2.1"))
        assert not made.at(Place("", 0, "/x"))


@pytest.mark.usefixtures("elsewhere")
def test_sockets_by_path(made: Listeners, tmp_path: Path) -> None:
    path = str(tmp_path.resolve() / "s")
    with bound(path, socket.AF_UNIX) as sock:
        made.bound(sock)
        assert made.at(Place("", 0, path))
        assert not made.at(Place("", 0, f"{path}2"))


@pytest.mark.usefixtures("elsewhere")
def test_the_number_of_a_closed_socket_may_be_anothers(made: Listeners) -> None:
    sock = bound()
    made.bound(sock)
    place, number = at(sock), sock.fileno()
    sock.close()
    with bound() as other:
        assert other.fileno() == number
        assert not made.at(place)


def test_a_closed_socket_and_an_unbound_one_are_noted_as_nothing(made: Listeners) -> None:
    sock = bound()
    sock.close()
    made.bound(sock)

    class Nameless:
        family = socket.AF_UNIX

        def getsockname(self) -> str:
            return ""

        def fileno(self) -> int:
            return 1

    class Strange(Nameless):
        family = 40  # type: ignore[assignment]  # wrong on purpose, or a stand-in

    made.bound(Nameless())
    made.bound(Strange())
    assert made._bound == {}


@pytest.mark.parametrize(
    ("host", "local"),
    [("localhost", True), ("127.9.9.9", True), ("192.0.2.1", False), ("2001:db8::1", False), ("::2", False)],
)
def test_whose_addresses_are_local(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_an_address_that_this_machine_can_bind_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sock:
        """Of a machine that has this address."""

        def __init__(self, *_: object) -> None:
            self.closed = False

        def bind(self, address: object) -> None:
            assert address == ("192.0.2.1", 0)

        def close(self) -> None:
            self.closed = True

    monkeypatch.setattr("_socket.socket", Sock)
    assert is_local("192.0.2.1")


def test_a_machine_without_such_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> object:
        raise OSError

    monkeypatch.setattr("_socket.socket", none)
    assert not is_local("192.0.2.1")


# --- Linux ---


@on_linux
@pytest.mark.parametrize(
    ("address", "family", "kind", "hosts"),
    [
        (("127.0.0.1", 0), socket.AF_INET, socket.SOCK_STREAM, ("localhost",)),
        (("127.0.0.9", 0), socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.9",)),
        (("0.0.0.0", 0), socket.AF_INET, socket.SOCK_STREAM, ("localhost", "127.0.0.3")),
        (("127.0.0.1", 0), socket.AF_INET, socket.SOCK_DGRAM, ("localhost",)),
        (("::1", 0), socket.AF_INET6, socket.SOCK_STREAM, ("localhost",)),
        (("::", 0), socket.AF_INET6, socket.SOCK_STREAM, ("localhost", "127.0.0.3")),
        (("::1", 0), socket.AF_INET6, socket.SOCK_DGRAM, ("localhost",)),
    ],
)
def test_what_nobody_noted_is_found_in_the_tables(
    made: Listeners, address: Any, family: int, kind: int, hosts: tuple[str, ...]
) -> None:
    """As the listeners of C code, and of processes below."""
    with bound(address, family, kind) as sock:
        for host in hosts:
            assert made.at(at(sock, host))
            assert made.at(at(sock, host))
        assert not made.at(at(sock, "192.0.2.1"))
        assert not made.at(at(sock, "127.0.0.77")) or "127.0.0.3" in hosts
        place = at(sock, hosts[0])
    assert not made.at(place)


@on_linux
@pytest.mark.parametrize("name", ["path", "\0firedoor-test-abstract"])
def test_unix_sockets_in_the_tables(made: Listeners, name: str, tmp_path: Path) -> None:
    path = name if name.startswith("\0") else str(tmp_path.resolve() / name)
    place = places.of(socket.AF_UNIX, path)
    assert place is not None
    with bound(path, socket.AF_UNIX):
        assert made.at(place)
    assert not made.at(place)


@on_linux
def test_who_is_not_of_the_tree_does_not_count() -> None:
    with bound() as sock:
        assert Listeners(Tree(os.getpid(), "")).at(at(sock))
        stranger = Listeners(Stranger(os.getpid(), ""))
        assert not stranger.at(at(sock))


class Stranger(Tree):
    """A tree that holds nothing."""

    def holds(self, inode: str) -> bool:
        return False


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    listen = "import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); print(s.getsockname()[1], flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", listen], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as started:
        yield started
        assert started.stdin is not None
        started.stdin.close()


@on_linux
def test_a_child_that_listens(made: Listeners, child: subprocess.Popen[bytes]) -> None:
    assert child.stdout is not None
    assert made.at(Place("localhost", int(child.stdout.readline()), ""))


def test_tables_that_cannot_be_read(made: Listeners, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> object:
        raise PermissionError

    monkeypatch.setattr("builtins.open", nothing)
    assert not made.at(Place("localhost", 1, ""))
    assert not made.at(Place("", 0, "/x"))


@on_linux
def test_where_nobody_listens() -> None:
    listeners = Listeners
    with bound() as server:
        place = at(server)
        assert not listeners.is_vacant(place)
        assert not listeners.is_vacant(
            place._replace(host="127.0.0.9")
        )  # whatever the address: ports alone count
    assert listeners.is_vacant(place)
    with bound(kind=socket.SOCK_DGRAM) as receiver:
        assert not listeners.is_vacant(at(receiver))
    assert not listeners.is_vacant(place._replace(host="192.0.2.7"))  # another machine's ports are not known
    assert not listeners.is_vacant(Place("", 0, "/run/nobody.sock"))


def test_where_nobody_can_say(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place("localhost", 1, "")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "darwin")
        assert not Listeners.is_vacant(place)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert not Listeners.is_vacant(place)
