"""Who listens at a place: this process itself, or one of its own tree.

A test that starts a server may talk to it. What the process bound itself is noted when it is bound; for all others
Linux is asked: which socket listens there, and which process of the tree holds it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from firedoor.guard import places
from firedoor.resources import host as hosts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.guard.places import Place
    from firedoor.guard.tree import Tree

_LISTENING = "0A"
_UNCONNECTED = "07"
_TABLES = {"tcp": _LISTENING, "tcp6": _LISTENING, "udp": _UNCONNECTED, "udp6": _UNCONNECTED}
_ALL = ("0.0.0.0", "::", "")  # noqa: S104 - what a server binds that listens on every address
_ACCEPTS = "00010000"  # the flag of a listening unix socket


class Listeners:
    """The sockets that somebody of the tree listens with. ``asking`` opens sockets without the guard."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._bound: dict[tuple[int, int], tuple[Place, bool]] = {}
        self._known: dict[Place, str] = {}

    def bound(self, sock: Any) -> None:
        """This process has bound the socket: note where, and which one it is."""
        try:
            place = places.of(int(sock.family), sock.getsockname())
            number = sock.fileno()
            key = (number, os.fstat(number).st_ino)
        except OSError:
            return
        if place is not None and any(place):
            everywhere = sock.family != places.UNIX and sock.getsockname()[0] in _ALL
            self._bound[key] = (place, everywhere)

    def at(self, place: Place) -> bool:
        """Whether the process or its tree listens there now."""
        if self._bound and self._is_bound(place):
            return True
        if sys.platform != "linux":
            return False
        known = self._known.get(place)
        if known is not None and self._tree.still_holds(known):
            return True
        found = next((inode for inode in _inodes(place) if self._tree.holds(inode)), None)
        if found is None:
            return False
        self._known[place] = found
        return True

    @staticmethod
    def is_vacant(place: Place) -> bool:
        """Whether nobody at all listens at the port of this machine; False where that is unknown."""
        if sys.platform != "linux" or place.path or not place.is_loopback:
            return False
        if not os.access("/proc/self/net/tcp", os.R_OK):
            return False
        return not any(port == place.port for port, _ in _open_ports())

    def _is_bound(self, place: Place) -> bool:
        for (number, inode), (at, everywhere) in list(self._bound.items()):
            if not _is_still(number, inode):
                self._bound.pop((number, inode), None)
            elif at == place or (
                everywhere and at.port == place.port and not place.path and is_local(place.host)
            ):
                return True
        return False


def _is_still(number: int, inode: int) -> bool:
    """Whether the descriptor is the same socket as when it was bound."""
    try:
        return os.fstat(number).st_ino == inode
    except OSError:
        return False


def is_local(host: str) -> bool:
    """Whether the address is one of this machine's: nobody can bind another's."""
    if host == hosts.LOCAL or host.startswith("127."):
        return True
    import _socket

    family = places.INET6 if ":" in host else places.INET
    try:
        sock = _socket.socket(family, _socket.SOCK_DGRAM)
    except OSError:
        return False
    try:
        sock.bind((host, 0))
    except OSError:
        return False
    finally:
        sock.close()
    return True


def _inodes(place: Place) -> Iterator[str]:
    """The sockets that listen at the place, by Linux's tables of this network namespace."""
    if place.path:
        yield from _of_path(place.path)
    else:
        local = is_local(place.host)
        for port, words in _open_ports():
            if port == place.port:
                bound = _address(words[1].partition(":")[0])
                if (local and bound in _ALL) or hosts.canonical(bound) == place.host:
                    yield words[9]


def _open_ports() -> Iterator[tuple[int, list[str]]]:
    """Each port at which somebody listens, or receives, with the words of its line in Linux's table."""
    for table, state in _TABLES.items():
        for line in _lines(f"/proc/self/net/{table}"):
            words = line.split()
            if words[3] == state:
                yield int(words[1].partition(":")[2], 16), words


def _of_path(path: str) -> Iterator[str]:
    for line in _lines("/proc/self/net/unix"):
        words = line.split(maxsplit=7)
        if len(words) == 8 and words[3] == _ACCEPTS and _same(words[7], path):
            yield words[6]


def _same(bound: str, path: str) -> bool:
    return bound == path if bound.startswith("@") else places.real(bound) == path


def _lines(table: str) -> list[str]:
    """The lines of a table without its head; none where it cannot be read."""
    try:
        with open(table, encoding="utf-8", errors="surrogateescape") as file:
            return file.read().splitlines()[1:]
    except OSError:
        return []


def _address(written: str) -> str:
    """The address as usual: Linux writes it in hexadecimal, each four bytes in the machine's own order."""
    import _socket

    packed = b"".join(
        int(written[start : start + 8], 16).to_bytes(4, sys.byteorder) for start in range(0, len(written), 8)
    )
    return _socket.inet_ntop(places.INET if len(packed) == 4 else places.INET6, packed)
