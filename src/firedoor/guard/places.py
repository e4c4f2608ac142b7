"""What an address of a socket means: a host and a port in their one spelling, or the path of a unix socket."""

from __future__ import annotations

import operator
import os
import sys
from typing import NamedTuple

from firedoor.resources import files
from firedoor.resources import host as hosts

INET, INET6, UNIX = 2, 10 if sys.platform == "linux" else 30 if sys.platform == "darwin" else 23, 1
# Families of sockets that lead to the machine's own kernel: routes, ciphers, cards.
OF_KERNEL = frozenset((16, 38)) if sys.platform == "linux" else frozenset((17, 32))
_ANYWHERE = "<any>"
_BROADCAST = "<broadcast>"


class Place(NamedTuple):
    """Where a connection would lead.

    ``host`` is canonical, ``localhost`` for this machine; ``port`` 0 is one that was not said. ``path`` is that of a
    unix socket, real and absolute, or ``@name``; then ``host`` is empty. All empty: of a family that is not read here.
    """

    host: str
    port: int
    path: str

    @property
    def is_loopback(self) -> bool:
        """Whether it cannot lead to another machine by its spelling alone."""
        return bool(self.path) or self.host == hosts.LOCAL or self.host.startswith("127.")

    def __repr__(self) -> str:
        return "Place(...)"  # an address may be a secret


UNREADABLE = Place("", 0, "")


def of(family: int, address: object) -> Place | None:
    """The place that a socket's address means; None for what the socket module refuses itself, and for the kernel's."""
    if family in (INET, INET6):
        return _of_internet(address)
    if family == UNIX:
        return _of_path(address)
    return None if family in OF_KERNEL else UNREADABLE


def _of_internet(address: object) -> Place | None:
    if not isinstance(address, tuple) or len(address) < 2:
        return None
    host, port = _text(address[0]), address[1]
    if host is None:
        return None
    try:
        return Place(_host(host), operator.index(port), "")
    except TypeError:
        return None


def _text(host: object) -> str | None:
    if isinstance(host, (bytes, bytearray)):
        return host.decode("ascii", "replace")
    return str(host) if isinstance(host, str) else None


def _host(text: str) -> str:
    """The host's canonical name. What the socket module itself reads as an address of this machine is ``localhost``."""
    if text == _BROADCAST:
        return "255.255.255.255"
    return hosts.canonical(text.partition("\0")[0])


def _of_path(address: object) -> Place | None:
    if not isinstance(address, (str, bytes, bytearray, memoryview)):
        return None
    path = address if isinstance(address, str) else os.fsdecode(bytes(address))
    if not path:
        return None
    return Place("", 0, real(path))


def real(path: str) -> str:
    """A socket's path behind all links; an abstract one's name with ``@`` in front."""
    if path.startswith("\0"):
        return f"@{path[1:]}"
    return files.real_path(path)


def real_of_endpoint(path: str) -> str:
    """The same of an endpoint's path, which is absolute, ``@name`` already, or empty."""
    return real(path) if path.startswith("/") else path


def of_name(name: object, port: object = None) -> Place | None:
    """The place that a look-up asks for; None for no name. A port that is a service's name counts as not said."""
    host = _text(name)
    if host is None:
        return None
    said = _text(port) if isinstance(port, (str, bytes)) else port
    try:
        number = int(said) if said else 0  # type: ignore[call-overload]  # what cannot be read as a number raises
    except (TypeError, ValueError):
        number = 0
    return Place(_host(host), number, "")
