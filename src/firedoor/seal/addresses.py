"""Addresses as connect(2) is given them: ``struct sockaddr`` and its kin. Pure.

sockaddr_in: family, port (big-endian), 4 bytes; sockaddr_in6: family, port, flow, 16 bytes, scope; sockaddr_un: family,
path to the first zero byte, or a zero byte and a name of all that follows, which is no file.
"""

import struct

from firedoor.resources import host as hosts
from firedoor.seal.numbers import AF_INET, AF_INET6, AF_UNIX

LONGEST = 128  # sizeof(struct sockaddr_storage)


class Address:
    """Where a connection was to lead: ``host`` canonical and ``port``, or ``path`` (``@name`` without a file)."""

    __slots__ = ("family", "host", "path", "port")

    def __init__(self, family: int, *, host: str = "", port: int = 0, path: str = "") -> None:
        self.family = family
        self.host = host
        self.port = port
        self.path = path

    @property
    def is_internet(self) -> bool:
        """Whether it has a host and a port."""
        return self.family in {AF_INET, AF_INET6}

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine's by itself, whatever the machine is connected to."""
        return self.host == hosts.LOCAL or self.host.startswith("127.")

    @property
    def is_abstract(self) -> bool:
        """Whether it names a unix socket without a file."""
        return self.path.startswith("@")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Address) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Address(family={self.family})"  # where it leads is never shown

    def _key(self) -> tuple[int, str, int, str]:
        return (self.family, self.host, self.port, self.path)


def read(data: bytes) -> "Address | None":
    """The address in the bytes; None when they are too short for what their family says."""
    if len(data) < 2:
        return None
    (family,) = struct.unpack_from("=H", data)
    if family == AF_INET:
        return _internet(family, data, 4, 4)
    if family == AF_INET6:
        return _internet(family, data, 8, 16)
    if family == AF_UNIX:
        return _unix(data[2:])
    return Address(family)


def _internet(family: int, data: bytes, start: int, length: int) -> "Address | None":
    if len(data) < start + length:
        return None
    (port,) = struct.unpack_from("!H", data, 2)
    packed = data[start : start + length]
    return Address(family, host=host_of(packed), port=port)


def host_of(packed: bytes) -> str:
    """The canonical spelling of 4 or 16 bytes."""
    if len(packed) == 4:
        return hosts.canonical(hosts.dotted(int.from_bytes(packed)))
    words = struct.unpack("!8H", packed)
    return hosts.canonical(":".join(f"{word:x}" for word in words))


def _unix(name: bytes) -> Address:
    if name.startswith(b"\0"):
        return Address(AF_UNIX, path="@" + name[1:].decode("utf-8", "surrogateescape"))
    # without a byte it is autobind's, which nobody can be connected to
    return Address(AF_UNIX, path=name.partition(b"\0")[0].decode("utf-8", "surrogateescape"))
