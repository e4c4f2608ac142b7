"""Who listens in a network: as the kernel lists it."""

import _socket
import os
import struct

from firedoor.resources import host as hosts
from firedoor.seal import addresses
from firedoor.seal.numbers import AF_INET, AF_INET6, AF_NETLINK, AF_UNIX, IPPROTO_TCP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

# linux/netlink.h, linux/sock_diag.h, linux/unix_diag.h, linux/inet_diag.h
_HEADER = struct.Struct("=IHHII")
_DONE, _BY_FAMILY, _DUMP = 3, 20, 0x301
_LISTENING = 1 << 10
_SHOW_FILE, _FILE = 2, 1
_ATTRIBUTE = struct.Struct("=HH")
_MESSAGE = 16
NETLINK_SOCK_DIAG = 4


class Listeners:
    """The listening sockets of the network that a netlink socket belongs to.

    Asked of the kernel's list of listeners: the tables under /proc/net go through every connection there may be.
    """

    def __init__(self, socket: "_socket.socket") -> None:
        self._socket = socket

    def at(self, address: "addresses.Address") -> bool:
        """Whether somebody listens at the address, or at all of the machine's."""
        found: set[tuple[str, int]] = set()
        for family in (AF_INET, AF_INET6):
            # struct inet_diag_req_v2: u8 family, protocol, ext, pad, u32 states, then the 48 bytes of no socket's id
            self._ask(struct.pack("=BBBBI48x", family, IPPROTO_TCP, 0, 0, _LISTENING), read_places, found)
        return not found.isdisjoint({(address.host, address.port), (hosts.LOCAL, address.port)})

    def have(self, file: os.stat_result) -> bool:
        """Whether the file is one of their unix sockets. Numbers of files are of 32 bits here."""
        device = os.major(file.st_dev) << 20 | os.minor(file.st_dev)
        found: set[tuple[int, int]] = set()
        # struct unix_diag_req: u8 family, protocol, u16 pad, u32 states, ino, show, cookie twice
        request = struct.pack("=BBHIIIII", AF_UNIX, 0, 0, _LISTENING, 0, _SHOW_FILE, 0xFFFFFFFF, 0xFFFFFFFF)
        self._ask(request, read_files, found)
        return (file.st_ino & 0xFFFFFFFF, device) in found

    def close(self) -> None:
        """Give up the socket that asks."""
        self._socket.close()

    def _ask(self, request: bytes, read: "Callable[[bytes, set[Any]], bool]", found: "set[Any]") -> None:
        self._socket.send(_HEADER.pack(_HEADER.size + len(request), _BY_FAMILY, _DUMP, 1, 0) + request)
        while not read(self._socket.recv(1 << 16), found):
            pass


def here() -> Listeners:
    """Those of this process's own network."""
    kind = _socket.SOCK_RAW | _socket.SOCK_CLOEXEC
    return Listeners(_socket.socket(AF_NETLINK, kind, NETLINK_SOCK_DIAG))


def read_places(data: bytes, found: "set[tuple[str, int]]") -> bool:
    """Add the (canonical host, port) of each socket in the messages; whether the last message was among them.

    struct inet_diag_msg: u8 family, state, timer, retrans, then the id: u16 port and port of the peer, big-endian, and
    16 bytes of address.
    """
    for body in _bodies(data):
        if body is None:
            return True
        (port,) = struct.unpack_from("!H", body, 4)
        found.add((addresses.host_of(body[8 : 24 if body[0] == AF_INET6 else 12]), port))
    return False


def read_files(data: bytes, found: "set[tuple[int, int]]") -> bool:
    """Add the (number, device) of each file in the messages; whether the last message was among them."""
    for body in _bodies(data):
        if body is None:
            return True
        attributes = _attributes(body[_MESSAGE:])
        found.update(struct.unpack_from("=II", value) for number, value in attributes if number == _FILE)
    return False


def _bodies(data: bytes) -> "Iterator[bytes | None]":
    """What each message holds; None for the one that ends the list, or tells of an error."""
    start = 0
    while start < len(data):
        length, kind, *_ = _HEADER.unpack_from(data, start)
        yield data[start + _HEADER.size : start + length] if kind == _BY_FAMILY else None
        start += (length + 3) & ~3


def _attributes(data: bytes) -> "Iterator[tuple[int, bytes]]":
    start = 0
    while start < len(data):
        length, number = _ATTRIBUTE.unpack_from(data, start)
        yield number, data[start + _ATTRIBUTE.size : start + length]
        start += max(_ATTRIBUTE.size, (length + 3) & ~3)
