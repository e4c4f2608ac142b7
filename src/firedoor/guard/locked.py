"""What the lock knows of protected environments whose files are not here: an address is guessed and held against it.

A fingerprint is dear on purpose, so one is made once for each address, and only for what can be a server of the kinds
that the lock remembers by their server.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from firedoor import reading
from firedoor.guard.policy import Owner
from firedoor.lock import FILE_NAME, comparison, marks
from firedoor.lock.document import Lock
from firedoor.resources import host as hosts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.guard.places import Place
    from firedoor.resources import Identity

_SERVERS = {
    5432: ("postgresql",),
    6432: ("postgresql",),
    3306: ("mysql",),
    6379: ("redis",),
    27017: ("mongodb",),
    5672: ("amqp",),
    5671: ("amqp",),
    6333: ("qdrant",),
    6334: ("qdrant",),
    1433: ("mssql",),
    8000: ("chroma", "http"),
    8123: ("clickhouse",),
    9000: ("clickhouse",),
    9440: ("clickhouse",),
}
_FIRST_PORT = {5671: 5672, 6334: 6333, 9000: 8123, 9440: 8123}
_WEB = (80, 443)
_ANY = tuple(dict.fromkeys(family for families in _SERVERS.values() for family in families))


class Locked:
    """The fingerprints of what protected environments own, to ask for the owner of a place or an identity."""

    def __init__(self, lock: Lock, owned: dict[str, Owner]) -> None:
        self._lock = lock
        self._owned = owned
        self._asked: dict[Identity, Owner | None] = {}

    def owner_of(self, identities: Iterable[Identity]) -> Owner | None:
        """The owner of the first of the identities that has one."""
        for identity in identities:
            if identity not in self._asked:
                mark = marks.mark(identity, self._lock.salt, self._lock.cost)
                self._asked[identity] = self._owned.get(mark)
            found = self._asked[identity]
            if found is not None:
                return found
        return None

    def owner_at(self, place: Place) -> Owner | None:
        """The owner of the server at the place."""
        return self.owner_of(_guesses(place))


def _guesses(place: Place) -> Iterator[Identity]:
    """The servers that may stand there. A web server's address says nothing, since many stand behind it."""
    if place.path or not place.host or place.host == hosts.LOCAL:
        return
    if place.port in _WEB or not place.port:
        if not hosts.is_address(place.host):
            yield "http", place.host, "443", ""
        return
    port = str(_FIRST_PORT.get(place.port, place.port))
    for family in _SERVERS.get(place.port, _ANY):
        yield family, place.host, port, ""


def load(project: Project, environment: Environment, known: frozenset[tuple[str, str]]) -> Locked | None:
    """What the lock knows beside the files that are here; None where it knows nothing more.

    ``known`` are (environment, variable) that are judged by their files. What is wrong with the lock is the boundary's
    to say.
    """
    data = reading.read_bytes(os.path.join(project.root, FILE_NAME))
    if isinstance(data, reading.Failure):
        return None
    lock = comparison.read(project, data)
    if not isinstance(lock, Lock):
        return None
    owned = {
        mark: owner
        for owner, found in _others(project, environment, lock)
        if owner not in known
        for mark in found
    }
    return Locked(lock, owned) if owned else None


def _others(project: Project, chosen: Environment, lock: Lock) -> Iterator[tuple[Owner, tuple[str, ...]]]:
    """(owner, fingerprints) of what the other environments that are protected own and do not share."""
    for name, taken in lock.environments.items():
        environment = project.environment(name)
        if environment is None or not environment.protected or environment is chosen:
            continue
        for variable_name, found in taken.variables.items():
            variable = project.variables.get(variable_name)
            if variable is None or variable.shared is True:
                continue
            if isinstance(variable.shared, tuple) and {chosen.name, environment.name} <= {*variable.shared}:
                continue
            is_shared = {chosen.name, environment.name} <= {*variable.shared_server}
            servers = () if is_shared else found.server
            yield (
                Owner(environment.name, variable_name),
                (*found.spelled, *found.resolved, *found.observed, *servers),
            )
