"""Whom mail may be sent to from an environment that is not protected: nobody real, unless somebody said so.

Mail that a test or staging sends to a customer is out of the house when somebody notices. What passes: domains that are
nobody's (RFC 2606, 6761, 6762, 8375), those that ``reach`` names as ``@domain``, and all that goes to a catcher. A
catcher is a server that delivers nothing. It cannot be asked; it is taken for one when it is on this machine, or the
environment's own on a private address, and does not listen on a port of relays, or when the process's own tree started
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.endpoints import ANY_PORT
from firedoor.guard import places
from firedoor.guard.policy import OPEN
from firedoor.resources import host as hosts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.guard.core import Guard
    from firedoor.guard.places import Place

_NOBODYS = ("test", "example", "invalid", "localhost", "local", "internal", "home.arpa")
_EXAMPLES = ("example.com", "example.net", "example.org")
_RELAYS = (25, 465, 587, 2525)


class Recipients:
    """Refuses recipients (FD612) for one guard."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        environment = guard.environment
        self.is_free = environment.protected or environment.network == OPEN
        self._named = {_domain(name) for name in environment.reach if name.startswith("@")}

    def check(self, addresses: Iterable[str], *where: Place, by: str) -> None:
        """May mail be sent to the addresses? Raises GuardError when not.

        ``where`` are the places of the server, by name and by address; ``by`` is how mail is sent, for the message.
        """
        __tracebackhide__ = True
        if self.is_free or self._guard.is_asleep():
            return
        is_real = any(self._is_real(address) for address in addresses)
        del addresses
        if is_real and not self._is_catcher(where):
            self._guard.refuse(self._guard.problem("FD612", by=by))

    def _is_real(self, address: str) -> bool:
        """Whether somebody may get it."""
        domain = _domain(address)
        if not domain or domain in self._named:
            return False
        if domain.startswith("["):
            return hosts.canonical(domain.removeprefix("[ipv6:")) != hosts.LOCAL
        if "." not in domain:
            return False  # no domain of the world is a single word
        return not any(domain == name or domain.endswith(f".{name}") for name in (*_NOBODYS, *_EXAMPLES))

    def _is_catcher(self, where: tuple[Place, ...]) -> bool:
        machine = self._guard.machine
        with self._guard.unguarded():
            if any(one.is_loopback and machine.listens(one) for one in where):
                return True
        if any(one.port in _RELAYS or (one.port == ANY_PORT and not one.path) for one in where):
            return False
        is_own = any(self._guard.policy.own.at(one) is not None for one in where)
        return any(one.is_loopback or bool(one.path) or (is_own and _is_private(one.host)) for one in where)


def of_command(command: str) -> str:
    """``a@b.example`` of ``RCPT TO:<a@b.example> NOTIFY=NEVER``."""
    told = command.partition(":")[2].strip()
    return told[1:].partition(">")[0] if told.startswith("<") else told.partition(" ")[0]


def server(sock: Any, host: object) -> list[Place]:
    """Where the server of a connection is: by the address that answered, and by the name that was asked for."""
    try:
        at = places.of(int(sock.family), sock.getpeername())
    except OSError:
        return []
    named = places.of_name(host, at.port if at is not None else None)
    return [one for one in (at, named) if one is not None and (one.host or one.path)]


def _domain(address: str) -> str:
    """What stands behind the last ``@``, in its one spelling; empty for a mailbox of the server's own."""
    behind = address.rpartition("@")[2] if "@" in address else ""
    bare = behind.strip().rstrip(">").strip().lower()
    return bare if bare.startswith("[") or not bare else hosts.canonical(bare)


def _is_private(host: str) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(host).is_private
    except ValueError:
        return False
