"""Datagrams to declared addresses: taken inside, sent on outside, and the answers back.

A socket of the outer network would reach every address from within, since a datagram names its own. So the tree sends
to a socket of its own network that stands at the declared address, and the supervisor sends on what arrives there.
"""

import _socket
import fcntl
import struct
from contextlib import closing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    Place = tuple[str, int]  # an address, and a port
    Sender = tuple[object, ...]  # as sockets name it

_LONGEST = 65535
MOST_SENDERS = 256  # of one place; the one that was heard first makes room
MOST_PLACES = 200  # the kernel hands over 253 descriptors at once
_SIOCSIFADDR = 0x8916  # linux/sockios.h


def family_of(address: str) -> int:
    """The family of an address's spelling."""
    return int(_socket.AF_INET6 if ":" in address else _socket.AF_INET)


def stand_at(places: "Iterable[Place]") -> "list[_socket.socket]":
    """For each of the places a socket of this process's network. Places beside the loopback become the machine's own.

    Raises OSError.
    """
    sockets: list[_socket.socket] = []
    try:
        for number, (address, port) in enumerate(places):
            if ":" not in address and not address.startswith("127."):
                _become(address, number)
            try:
                sockets.append(_stand_at(address, port))
            except OSError:
                if ":" not in address:
                    raise
                continue  # a machine without IPv6
    except OSError:
        for socket in sockets:
            socket.close()
        raise
    return sockets


def _stand_at(address: str, port: int) -> _socket.socket:
    socket = _socket.socket(family_of(address), _socket.SOCK_DGRAM | _socket.SOCK_CLOEXEC)
    try:
        # so that a server of the tree's own may take the place, if it asks for it likewise
        socket.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
        if ":" in address:
            socket.setsockopt(_socket.IPPROTO_IPV6, _socket.IPV6_V6ONLY, 1)
        socket.bind((address, port))
    except OSError:
        socket.close()
        raise
    return socket


def _become(address: str, number: int) -> None:
    """Add the address to the loopback. struct ifreq: 16 bytes of name, then a sockaddr_in, 40 bytes in all."""
    request = struct.pack(
        "16sHH4s16x", f"lo:{number}".encode(), _socket.AF_INET, 0, _socket.inet_aton(address)
    )
    with closing(_socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)) as socket:
        fcntl.ioctl(socket.fileno(), _SIOCSIFADDR, request)


class Datagrams:
    """What stands inside, and who has sent something to it."""

    def __init__(self, inside: "Iterable[_socket.socket]") -> None:
        self._inside = {socket.fileno(): socket for socket in inside}
        self._outside: dict[int, tuple[_socket.socket, _socket.socket, Sender]] = {}
        self._senders: dict[tuple[int, Sender], _socket.socket] = {}
        for socket in self._inside.values():
            socket.setblocking(False)

    @property
    def descriptors(self) -> "list[int]":
        """All that is to be watched for something to read."""
        return [*self._inside, *self._outside]

    def pass_on(self, descriptor: int) -> None:
        """Send on what can be read there. What nobody takes is lost, as datagrams may be."""
        try:
            if descriptor in self._inside:
                data, sender = self._inside[descriptor].recvfrom(_LONGEST)
                self._sender(descriptor, sender).send(data)
            elif descriptor in self._outside:
                outside, inside, sender = self._outside[descriptor]
                inside.sendto(outside.recv(_LONGEST), sender)
        except OSError:  # nobody is there, or the queue is full
            return

    def close(self) -> None:
        """Give up all sockets."""
        for socket in (*self._inside.values(), *self._senders.values()):
            socket.close()

    def _sender(self, descriptor: int, sender: "Sender") -> _socket.socket:
        """The socket outside that stands for one sender."""
        key = (descriptor, sender)
        if key not in self._senders:
            before = [one for one in self._senders if one[0] == descriptor]
            if len(before) >= MOST_SENDERS:
                gone = self._senders.pop(before[0])
                del self._outside[gone.fileno()]
                gone.close()
            inside = self._inside[descriptor]
            fresh = _socket.socket(inside.family, _socket.SOCK_DGRAM)
            fresh.setblocking(False)
            self._senders[key] = fresh
            self._outside[fresh.fileno()] = (fresh, inside, sender)
            fresh.connect(inside.getsockname())  # where it stands is where the declared one is outside
        return self._senders[key]
