"""What a policy has to ask about the machine: who listens, what names lead to, what the lock knows."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from firedoor import resolution
from firedoor.guard.listeners import Listeners
from firedoor.guard.resolver import Resolver
from firedoor.resources import host as hosts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from firedoor.guard.locked import Locked
    from firedoor.guard.places import Place
    from firedoor.guard.policy import Owner
    from firedoor.guard.tree import Tree
    from firedoor.resources import Identity


class Machine:
    """The surroundings of a policy. ``load`` reads the lock when an address first has to be held against it."""

    def __init__(self, tree: Tree, load: Callable[[], Locked | None]) -> None:
        self.resolver = Resolver()
        self.listeners = Listeners(tree)
        self._load = load

    def listens(self, place: Place) -> bool:
        """Whether somebody of this process's own tree listens there."""
        return self.listeners.at(place)

    def is_vacant(self, place: Place) -> bool:
        """Whether nobody at all listens at the port of this machine."""
        return self.listeners.is_vacant(place)

    def addresses(self, names: Iterable[str]) -> dict[str, frozenset[str]]:
        """The addresses of each of the names; none of one that leads nowhere."""
        return self.resolver.addresses(names)

    def by_hosts_file(self, name: str) -> tuple[str, ...]:
        """The addresses that the hosts file gives a name."""
        if not name or hosts.is_address(name):
            return ()
        return resolution.hosts_file().addresses(name)

    def owner(self, place: Place) -> Owner | None:
        """Which protected environment owns the place by the lock."""
        return None if self._locked is None else self._locked.owner_at(place)

    def has_lock(self) -> bool:
        """Whether the lock knows of what is not known by files."""
        return self._locked is not None

    def owner_of(self, identities: Iterable[Identity]) -> Owner | None:
        """Which protected environment owns one of the identities by the lock."""
        return None if self._locked is None else self._locked.owner_of(identities)

    def was_looked_up(self, address: str) -> bool:
        """Whether this process got the address by looking up a name that it may connect to."""
        return self.resolver.was_looked_up(address)

    def names_of_machine(self) -> frozenset[str]:
        """The names by which this machine calls itself."""
        return self._names

    @cached_property
    def _locked(self) -> Locked | None:
        return self._load()

    @cached_property
    def _names(self) -> frozenset[str]:
        import _socket

        name = hosts.canonical(_socket.gethostname())
        return frozenset((name, name.partition(".")[0], f"{name}.local", f"{name.partition('.')[0]}.local"))
