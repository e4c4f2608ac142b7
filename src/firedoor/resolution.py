"""Identity as resolved: the addresses that a host's name gives, now.

Two parts: the hosts file, read by ourselves since every start of a command can afford that, and the system's resolver
for those who can wait (``check --observe``, the lock). What does not resolve is said, never taken for safe.
"""

import os
import sys

from firedoor import resources
from firedoor.resources import host as hosts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from firedoor.resources import Identity

HOSTS_FILE = (
    os.path.expandvars(r"%SYSTEMROOT%\System32\drivers\etc\hosts")
    if sys.platform == "win32"
    else "/etc/hosts"
)
SECONDS = 5.0  # for all names together
_MOST_THREADS = 32


class HostsFile:
    """A hosts file's text, to ask for the addresses of a name. Files of a million blocked names are no hindrance."""

    __slots__ = ("_known", "_text")

    def __init__(self, text: str) -> None:
        self._text = f"{text.lower()}\n"
        self._known: dict[str, tuple[str, ...]] = {}

    def addresses(self, name: str) -> tuple[str, ...]:
        """The addresses of a canonical name, canonical and in their order; the name's own spelling is none."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = tuple(dict.fromkeys(self._lines(name)))
        return found

    def _lines(self, name: str) -> "Iterable[str]":
        text = self._text
        position = text.find(name)
        while position >= 0:
            end = text.find("\n", position)
            line = text[text.rfind("\n", 0, position) + 1 : end]
            words = line.partition("#")[0].split()
            if any(hosts.canonical(one) == name for one in words):
                canonical = hosts.canonical(words[0])
                if canonical != name:
                    yield canonical
            position = text.find(name, end)


_read: "tuple[tuple[object, ...], HostsFile]" = ((), HostsFile(""))


def hosts_file() -> HostsFile:
    """This machine's hosts file; read again when it changed. One that cannot be read gives no addresses."""
    global _read  # noqa: PLW0603 - one file, read once
    try:
        status = os.stat(HOSTS_FILE)
        signature = (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size)
        if _read[0] != signature:
            with open(HOSTS_FILE, "rb", buffering=0) as file:
                data = file.readall()
            _read = (signature, HostsFile(data.decode("utf-8", "replace")))
    except OSError:
        return HostsFile("")
    return _read[1]


def by_hosts_file(identity: "Identity") -> "tuple[Identity, ...]":
    """What the identity is by the addresses that the hosts file gives its host; nothing where it gives none."""
    name = resources.host_of(identity)
    if not name or hosts.is_address(name):
        return ()
    return tuple(resources.with_host(identity, address) for address in hosts_file().addresses(name))


def names_of(identities: "Iterable[Identity]") -> list[str]:
    """The hosts among the identities that the resolver has to be asked for."""
    names = dict.fromkeys(map(resources.host_of, identities))
    return [name for name in names if name and not hosts.is_address(name)]


def ask(name: str) -> frozenset[str] | None:
    """The addresses of one name, canonical; None for a name that gives none."""
    import socket

    try:
        answers = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    return frozenset(hosts.canonical(str(answer[4][0])) for answer in answers) or None


def resolve(
    names: "Iterable[str]",
    seconds: float = SECONDS,
    asking: "Callable[[str], frozenset[str] | None]" = ask,
) -> "dict[str, frozenset[str] | None]":
    """All addresses of each name, asked at once; None for a name that gives none within ``seconds`` for all.

    ``asking`` asks for one name, each on a thread of its own.

    Addresses are canonical; a chain of CNAMEs and every address of a name are in them, by the system's own resolver.
    """
    import threading
    import time

    wanted = dict.fromkeys(names)
    found: dict[str, frozenset[str] | None] = {}
    todo = iter(wanted)  # every thread takes the next one

    def work() -> None:
        for name in todo:
            found[name] = asking(name)

    threads = [
        threading.Thread(target=work, daemon=True)  # a resolver that hangs holds nobody up
        for _ in range(min(len(wanted), _MOST_THREADS))
    ]
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return {name: found.get(name) for name in wanted}


def resolved(
    identities: "Iterable[Identity]", addresses: "Mapping[str, frozenset[str] | None]"
) -> "frozenset[Identity]":
    """The identities with each host's addresses for its name. What has no host, or resolved to nothing, stays."""
    found: set[Identity] = set()
    for identity in identities:
        known = addresses.get(resources.host_of(identity))
        if known:
            found.update(resources.with_host(identity, address) for address in known)
        else:
            found.add(identity)
    return frozenset(found)
