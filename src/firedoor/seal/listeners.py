"""Who listens in a network: as the kernel lists it."""

import os
import struct

from firedoor.seal import addresses

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    from collections.abc import Iterator

_TCP_LISTEN = "0A"
# linux/netlink.h, linux/sock_diag.h, linux/unix_diag.h
_HEADER = struct.Struct("=IHHII")
_DONE, _BY_FAMILY, _DUMP = 3, 20, 0x301
_LISTENING = 1 << 10
_SHOW_FILE, _FILE = 2, 1
_ATTRIBUTE = struct.Struct("=HH")
_MESSAGE = 16
NETLINK_SOCK_DIAG = 4


def of_tcp(process: "int | str") -> "Iterator[tuple[str, int]]":
    """(canonical host, port) of every listener in the network of a process; ``localhost`` is every address, too."""
    for table in ("tcp", "tcp6"):
        try:
            with open(f"/proc/{process}/net/{table}", "rb", buffering=0) as file:
                text = file.readall().decode()
        except OSError:  # no IPv6, or the process is gone
            continue
        yield from in_table(text)


def in_table(text: str) -> "Iterator[tuple[str, int]]":
    """The listeners in the text of such a table: words of the machine's byte order in hexadecimal digits."""
    for line in text.splitlines()[1:]:
        _, local, _, state, *_ = line.split()
        if state != _TCP_LISTEN:
            continue
        words, _, port = local.partition(":")
        packed = b"".join(
            struct.pack("=I", int(words[start : start + 8], 16)) for start in range(0, len(words), 8)
        )
        yield addresses.host_of(packed), int(port, 16)


def listens(process: "int | str", address: "addresses.Address") -> bool:
    """Whether somebody in the network of the process listens at the address, or at all of its addresses."""
    return any(port == address.port and host in {address.host, "localhost"} for host, port in of_tcp(process))


class UnixListeners:
    """The listening unix sockets of the network that a netlink socket belongs to, by their files."""

    def __init__(self, socket: "_socket.socket") -> None:
        self._socket = socket

    def have(self, file: os.stat_result) -> bool:
        """Whether the file is one of theirs. Numbers of files are of 32 bits here."""
        device = os.major(file.st_dev) << 20 | os.minor(file.st_dev)
        return (file.st_ino & 0xFFFFFFFF, device) in self._files()

    def close(self) -> None:
        """Give up the socket that asks."""
        self._socket.close()

    def _files(self) -> "set[tuple[int, int]]":
        request = struct.pack("=BBHIIIII", 1, 0, 0, _LISTENING, 0, _SHOW_FILE, 0xFFFFFFFF, 0xFFFFFFFF)
        self._socket.send(_HEADER.pack(_HEADER.size + len(request), _BY_FAMILY, _DUMP, 1, 0) + request)
        found: set[tuple[int, int]] = set()
        done = False
        while not done:
            done = read_files(self._socket.recv(1 << 16), found)
        return found


def read_files(data: bytes, found: "set[tuple[int, int]]") -> bool:
    """Add the (number, device) of each file in the messages; whether the last message was among them."""
    start = 0
    while start < len(data):
        length, kind, *_ = _HEADER.unpack_from(data, start)
        if kind != _BY_FAMILY:  # the end, or an error
            return True
        attributes = data[start + _HEADER.size + _MESSAGE : start + length]
        found.update(
            struct.unpack_from("=II", value) for number, value in _attributes(attributes) if number == _FILE
        )
        start += (length + 3) & ~3
    return False


def _attributes(data: bytes) -> "Iterator[tuple[int, bytes]]":
    start = 0
    while start < len(data):
        length, number = _ATTRIBUTE.unpack_from(data, start)
        yield number, data[start + _ATTRIBUTE.size : start + length]
        start += max(_ATTRIBUTE.size, (length + 3) & ~3)
