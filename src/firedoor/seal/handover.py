"""A socket in the supervisor's own network that takes the place of one in the sealed tree's."""

import _socket
import struct

from firedoor.seal import numbers

# What a program may have set before it connects: (level, option, length). A number, a time or a struct linger.
_OPTIONS = tuple(
    (getattr(_socket, level), getattr(_socket, name), length)
    for level, name, length in (
        ("SOL_SOCKET", "SO_KEEPALIVE", 4),
        ("SOL_SOCKET", "SO_LINGER", 8),
        ("SOL_SOCKET", "SO_OOBINLINE", 4),
        ("SOL_SOCKET", "SO_PRIORITY", 4),
        ("SOL_SOCKET", "SO_RCVTIMEO", 16),
        ("SOL_SOCKET", "SO_SNDTIMEO", 16),
        ("SOL_SOCKET", "SO_RCVLOWAT", 4),
        ("IPPROTO_TCP", "TCP_NODELAY", 4),
        ("IPPROTO_TCP", "TCP_KEEPIDLE", 4),
        ("IPPROTO_TCP", "TCP_KEEPINTVL", 4),
        ("IPPROTO_TCP", "TCP_KEEPCNT", 4),
        ("IPPROTO_TCP", "TCP_USER_TIMEOUT", 4),
        ("IPPROTO_TCP", "TCP_SYNCNT", 4),
        ("IPPROTO_TCP", "TCP_MAXSEG", 4),
        ("IPPROTO_TCP", "TCP_NOTSENT_LOWAT", 4),
        ("IPPROTO_TCP", "TCP_CONGESTION", 16),
        ("IPPROTO_IP", "IP_TOS", 4),
        ("IPPROTO_IP", "IP_TTL", 4),
        ("IPPROTO_IPV6", "IPV6_V6ONLY", 4),
        ("IPPROTO_IPV6", "IPV6_TCLASS", 4),
    )
    if hasattr(_socket, level) and hasattr(_socket, name)
)
# The kernel doubles what it is told, for its own bookkeeping.
_DOUBLED = tuple(getattr(_socket, name) for name in ("SO_RCVBUF", "SO_SNDBUF"))


def twin(of: _socket.socket) -> _socket.socket:
    """A fresh one of the same kind with the same options, which does not block yet.

    Several paths at once (MPTCP) become one: where the second would lead, only the peer knows.
    """
    protocol = 0 if of.proto == numbers.IPPROTO_MPTCP else of.proto
    fresh = _socket.socket(of.family, of.type, protocol)
    fresh.setblocking(False)
    for level, option, length in _OPTIONS:
        _copy(of, fresh, level, option, length)
    for option in _DOUBLED:
        wanted = of.getsockopt(_socket.SOL_SOCKET, option)
        if wanted != fresh.getsockopt(_socket.SOL_SOCKET, option):
            fresh.setsockopt(_socket.SOL_SOCKET, option, wanted // 2)
    return fresh


def _copy(of: _socket.socket, to: _socket.socket, level: int, option: int, length: int) -> None:
    """Only what differs: to set an option to what it is already may mean something else."""
    try:
        wanted = of.getsockopt(level, option, length)
        if wanted != to.getsockopt(level, option, length):
            to.setsockopt(level, option, wanted)
    except OSError:  # of another family, or a right that nobody has here
        return


def network(of: _socket.socket) -> bytes:
    """The number of the network that a socket belongs to. Raises OSError on kernels before 5.14."""
    return of.getsockopt(_socket.SOL_SOCKET, numbers.SO_NETNS_COOKIE, 8)


def patience(of: _socket.socket) -> "float | None":
    """For how many seconds a call on it may wait to send; None: for ever. struct timeval: two longs."""
    seconds, micros = struct.unpack("@ll", of.getsockopt(_socket.SOL_SOCKET, _socket.SO_SNDTIMEO, 16))
    return seconds + micros / 1e6 or None
