"""Addresses of names for the guard's own use: asked once for each, with the functions as they were before the guard."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from firedoor import resolution
from firedoor.guard.quiet import unguarded
from firedoor.resources import host as hosts

if TYPE_CHECKING:
    from collections.abc import Iterable

SECONDS = 2.0  # for all names that are asked for together
_FRESH = 30.0  # seconds after which a name is asked for anew: names of databases move
_IN_VAIN = 300.0  # the same of a name that led nowhere, since a resolver that hangs holds the process up
_MOST = 1024
_NEVER: tuple[float, frozenset[str]] = (float("-inf"), frozenset())


class Resolver:
    """Remembers what names lead to, by its own asking and by what the process was told."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, frozenset[str]]] = {}
        self._told: dict[str, set[str]] = {}
        self._seen: set[str] = set()

    def addresses(self, names: Iterable[str]) -> dict[str, frozenset[str]]:
        """The addresses of each name; none of one that leads nowhere."""
        wanted = list(names)
        now = time.monotonic()
        if len(self._known) > _MOST:
            self._known.clear()
        stale = [name for name in wanted if self._is_stale(name, now)]
        found = resolution.resolve(stale, SECONDS, _ask) if stale else {}
        self._known.update((name, (now, addresses or frozenset())) for name, addresses in found.items())
        return {name: self._known.get(name, _NEVER)[1] | self._told.get(name, set()) for name in wanted}

    def _is_stale(self, name: str, now: float) -> bool:
        when, addresses = self._known.get(name, _NEVER)
        return now - when > (_FRESH if addresses else _IN_VAIN)

    def tell(self, name: str, addresses: Iterable[str], *, lasting: bool) -> None:
        """The process was told these addresses of a name. ``lasting``: it is a declared one, and they count for it."""
        found = set(map(hosts.canonical, addresses))
        if lasting:
            self._told.setdefault(name, set()).update(found)
            return
        if len(self._seen) > _MOST:
            self._seen.clear()
        self._seen |= found

    def was_looked_up(self, address: str) -> bool:
        """Whether a name that nobody declared led the process to the address."""
        return address in self._seen


def _ask(name: str) -> frozenset[str] | None:
    """On a thread of the guard's own."""
    with unguarded():
        return resolution.ask(name)
