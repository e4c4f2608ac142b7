"""Functions of C that connect or send: which of their arguments is an address, and what that is in memory. Pure."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from firedoor.guard import places

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[int, int], bytes]  # (where, how many bytes)

SYSCALL = "syscall"
# The function: the place of its address, of the address's length (-1: the address is in a message header).
_PLACES = {"connect": (1, 2), "sendto": (4, 5), "sendmsg": (1, -1), "sendmmsg": (1, -1)}
CHECKED = frozenset((*_PLACES, SYSCALL))
_NUMBERS = {
    "x86_64": {42: "connect", 44: "sendto", 46: "sendmsg", 307: "sendmmsg", 425: "io_uring_setup"},
    "aarch64": {203: "connect", 206: "sendto", 211: "sendmsg", 269: "sendmmsg", 425: "io_uring_setup"},
}
_WORD = 8
_LONGEST = 128  # bytes of the longest address
_HEADER = 56  # bytes of a message header on 64-bit Linux; in an array each has 8 more
_MOST = 1024


class Unreadable(Exception):  # noqa: N818 - a fact about the call, not about the program
    """Where the call leads cannot be told."""


def function(name: str, arguments: tuple[int, ...], machine: str) -> tuple[str, tuple[int, ...]]:
    """The function and its arguments, a system call's by its number; an empty name for what leads nowhere."""
    if name != SYSCALL:
        return name, arguments
    if machine not in _NUMBERS or not arguments:
        raise Unreadable
    called = _NUMBERS[machine].get(arguments[0] & 0xFFFFFFFF, "")
    if called == "io_uring_setup":
        raise Unreadable  # what is put into the ring later is seen by nobody
    return called, arguments[1:]


def addresses(name: str, arguments: tuple[int, ...], read: Read) -> list[tuple[object, int]]:
    """(address, family) of each address that the call leads to, as the socket module has them.

    Raises Unreadable where that cannot be told.
    """
    if name not in _PLACES:
        return []
    at, length = _PLACES[name]
    if len(arguments) <= max(at, length):
        raise Unreadable
    if length >= 0:
        return _address(arguments[at], arguments[length], read)
    count = arguments[2] if name == "sendmmsg" and len(arguments) > 2 else 1
    if count > _MOST or not arguments[at]:
        raise Unreadable
    found: list[tuple[object, int]] = []
    for index in range(count):
        header = read(arguments[at] + index * (_HEADER + _WORD), _WORD + 4)
        where = int.from_bytes(header[:_WORD], sys.byteorder)
        found += _address(where, int.from_bytes(header[_WORD:], sys.byteorder), read)
    return found


def _address(where: int, length: int, read: Read) -> list[tuple[object, int]]:
    if not where or not length:
        return []  # to whom the socket is connected already
    raw = read(where, min(length, _LONGEST))
    family = int.from_bytes(raw[:2], sys.byteorder) if sys.platform == "linux" else raw[1]
    return [(_decoded(family, raw), family)]


def _decoded(family: int, raw: bytes) -> object:
    import _socket

    port = int.from_bytes(raw[2:4], "big")
    try:
        if family == places.INET:
            return (_socket.inet_ntop(places.INET, raw[4:8]), port)
        if family == places.INET6:
            return (_socket.inet_ntop(places.INET6, raw[8:24]), port)
    except ValueError:
        raise Unreadable from None
    if family == places.UNIX:
        path = raw[2:]
        return path if path[:1] == b"\0" else path.partition(b"\0")[0]
    return ()
