"""The declared names of hosts: resolved before the seal closes, since inside nobody answers such questions."""

import os

from firedoor.resources import host as hosts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firedoor.endpoints import Endpoint

HOSTS_FILE = "/etc/hosts"


def of(endpoints: "Iterable[Endpoint]") -> "list[str]":
    """The names among the hosts, each once; not those that stand for a whole domain."""
    names = (one.host for one in endpoints if one.host and not one.host.startswith("."))
    return [name for name in dict.fromkeys(names) if name != hosts.LOCAL and not hosts.is_address(name)]


def resolve(names: "Iterable[str]") -> "dict[str, tuple[str, ...]]":
    """The addresses of each name by the system's resolver, all asked at once; none of one that leads nowhere."""
    asked = list(names)
    if len(asked) < 2:
        return {name: _addresses(name) for name in asked}
    from concurrent.futures import ThreadPoolExecutor  # only where several names would wait for one another

    with ThreadPoolExecutor(max_workers=min(16, len(asked))) as pool:
        return dict(zip(asked, pool.map(_addresses, asked), strict=True))


def _addresses(name: str) -> "tuple[str, ...]":
    import _socket  # the socket module builds enums

    try:
        found = _socket.getaddrinfo(name, None, 0, _socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def hosts_file(resolved: "Mapping[str, Iterable[str]]", before: bytes) -> bytes:
    """The contents of a hosts file that gives the names their addresses, and then says what it said before."""
    lines = [f"{address} {name}\n" for name, addresses in resolved.items() for address in addresses]
    return "".join(lines).encode() + before


def real_paths(endpoints: "Iterable[Endpoint]") -> "dict[str, str]":
    """Where the path of each declared unix socket leads now: later, a link may be put there."""
    return {
        one.path: os.path.realpath(one.path) for one in endpoints if one.path and not one.path.startswith("@")
    }
