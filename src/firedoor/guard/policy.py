"""May this environment connect there? Pure: what has to be looked up is asked of the surroundings that are handed over.

In this order: its own resources; what protected environments own; what the lock says that they own; named extras; and
then by the policy of the environment's ``network``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from firedoor.endpoints import ANY_PORT, REACH
from firedoor.resources import host as hosts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firedoor.endpoints import Endpoint
    from firedoor.guard.places import Place

DECLARED, NOT_PROTECTED, OPEN = "declared", "not-protected", "open"
# Why something is let through, or not.
OWN, EXTRA, LISTENER, MACHINE, FREE = "own", "extra", "listener", "machine", "free"
PROTECTED, LOCKED, UNDECLARED, UNREADABLE = "protected", "locked", "undeclared", "unreadable"
_ALLOWED = frozenset((OWN, EXTRA, LISTENER, MACHINE, FREE))
# Sockets by which every program talks to the machine that it runs on: its log, its table of names.
_OF_MACHINE = frozenset(
    (
        "/dev/log",
        "/run/log",
        "/var/run/log",
        "/var/run/syslog",
        "/run/systemd/journal/dev-log",
        "/run/systemd/journal/socket",
        "/run/systemd/journal/syslog",
        "/run/nscd/socket",
        "/var/run/nscd/socket",
    )
)


class Owner(NamedTuple):
    """Whose something is, by the lock: the environment and its variable."""

    environment: str
    variable: str


class Verdict(NamedTuple):
    """``reason`` is one of this module's words; ``endpoint`` the one that decided, ``owner`` what the lock says."""

    reason: str
    endpoint: Endpoint | None = None
    owner: Owner | None = None

    @property
    def is_allowed(self) -> bool:
        """Whether it may be connected to."""
        return self.reason in _ALLOWED

    @property
    def is_lasting(self) -> bool:
        """Whether it holds as long as the guard does. A listener may go, and another come in its place."""
        return self.is_allowed and self.reason != LISTENER


def _leniency(verdict: Verdict) -> int:
    """Of several verdicts on one thing the strictest counts, and of those that refuse, what says most."""
    return 2 if verdict.is_allowed else verdict.reason not in (PROTECTED, LOCKED)


class Surroundings(Protocol):
    """What the policy has to ask about the machine."""

    def listens(self, place: Place) -> bool:
        """Whether somebody of this process's own tree listens there."""

    def addresses(self, names: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """The addresses of each of the names, canonical, by the system's resolver; none of one that leads nowhere."""

    def by_hosts_file(self, name: str) -> tuple[str, ...]:
        """The addresses that the hosts file gives a name."""

    def owner(self, place: Place) -> Owner | None:
        """Which protected environment owns the place by the lock; None when none is known to."""

    def was_looked_up(self, address: str) -> bool:
        """Whether this process got the address by looking up a name that it may connect to."""

    def names_of_machine(self) -> frozenset[str]:
        """The names by which this machine calls itself."""


class Policy:
    """What one environment may reach. ``protected`` are endpoints of other environments that are protected."""

    def __init__(self, network: str, own: Iterable[Endpoint], protected: Iterable[Endpoint]) -> None:
        declared = tuple(own)
        self.network = network
        self.own = Table(one for one in declared if one.family != REACH)
        self.extras = Table(one for one in declared if one.family == REACH)
        self.protected = Table(protected)

    def verdict(self, place: Place, around: Surroundings) -> Verdict:
        """Whether a connection may lead there."""
        if not any(place):
            return Verdict(UNREADABLE if self.network == DECLARED else FREE)
        found = self._spelled(place, around) or self._locked(place, around)
        if found is not None:
            return found
        if place.path or hosts.is_address(place.host) or place.host == hosts.LOCAL:
            return self._verdict_of_address(place, around)
        addresses = around.by_hosts_file(place.host) or sorted(around.addresses([place.host])[place.host])
        verdicts = [
            self._spelled(one, around)
            or self._locked(one, around)
            or self._verdict_of_address(one, around, named=True)
            for one in (place._replace(host=address) for address in addresses)
        ]
        return min(verdicts, key=_leniency, default=None) or self._besides(place, around)

    def verdict_of_name(self, place: Place, around: Surroundings) -> Verdict:
        """Whether a name may be looked up. Where it leads is judged when somebody connects."""
        if hosts.is_address(place.host) or place.host == hosts.LOCAL or place.host.endswith(".localhost"):
            return Verdict(MACHINE)
        name = place._replace(port=ANY_PORT)
        for table, reason in ((self.own, OWN), (self.protected, PROTECTED)):
            found = table.at(name)
            if found is not None:
                return Verdict(reason, found)
        locked = self._locked(place, around)
        if locked is not None:
            return locked
        found = self.own.around(name) or self.extras.at(name)
        if found is not None or self.network != DECLARED:
            return Verdict(FREE, found)
        is_own = name.host in around.names_of_machine() or bool(around.by_hosts_file(name.host))
        return Verdict(MACHINE if is_own else UNDECLARED)

    def _spelled(self, place: Place, around: Surroundings) -> Verdict | None:
        """What the place is by its spelling."""
        own = self.own.at(place)
        if own is not None:
            return Verdict(OWN, own)
        foreign = self.protected.at(place)
        if foreign is None:
            return None
        # nobody of this tree would serve production: a test's own server has the port here that production has there
        if place.host == hosts.LOCAL and around.listens(place):
            return Verdict(LISTENER)
        return Verdict(PROTECTED, foreign)

    def _locked(self, place: Place, around: Surroundings) -> Verdict | None:
        """What the place is by the lock."""
        owner = around.owner(place)
        return None if owner is None else Verdict(LOCKED, owner=owner)

    def _verdict_of_address(self, place: Place, around: Surroundings, *, named: bool = False) -> Verdict:
        """What an address or a path is by the names that lead to it, and else by the policy.

        Many web sites stand behind one address: one of the environment's own is its own, and one that somebody asked
        for by another name (``named``) is not taken for production's.
        """
        foreign = self._behind(self.protected, place, around)
        if foreign is not None and not foreign.by_name:
            return Verdict(PROTECTED, foreign)
        own = self._behind(self.own, place, around)
        if own is not None:
            return Verdict(OWN, own)
        if foreign is not None and not named and not around.was_looked_up(place.host):
            return Verdict(PROTECTED, foreign)
        return self._besides(place, around)

    def _behind(self, table: Table, place: Place, around: Surroundings) -> Endpoint | None:
        """The endpoint whose name leads to the address, by the hosts file or by the resolver.

        An address of this machine is not looked for among the names of the world, which would be asked in vain.
        """
        if place.path or not table.names:
            return None
        known = {name: around.by_hosts_file(name) for name in table.names}
        if not place.is_loopback:
            unknown = [name for name in table.names if not known[name]]
            known |= {name: tuple(found) for name, found in around.addresses(unknown).items()}
        places = (place._replace(host=name) for name, addresses in known.items() if place.host in addresses)
        return next((found for one in places if (found := table.at(one)) is not None), None)

    def _besides(self, place: Place, around: Surroundings) -> Verdict:
        """What is neither the environment's own nor a protected one's."""
        if self.network != DECLARED:
            return Verdict(FREE)
        found = self.own.around(place) or self.extras.at(place) or self._behind(self.extras, place, around)
        if found is not None:
            return Verdict(EXTRA, found)
        if place.path in _OF_MACHINE:
            return Verdict(MACHINE)
        return Verdict(LISTENER if around.listens(place) else UNDECLARED)


class Table:
    """Endpoints by what they are reached by."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._at: dict[tuple[str, int], Endpoint] = {}
        self._paths: dict[str, Endpoint] = {}
        self._hosts: dict[str, Endpoint] = {}
        self._domains: list[Endpoint] = []
        for one in endpoints:
            if one.path:
                self._paths.setdefault(one.path, one)
            elif one.host.startswith("."):
                self._domains.append(one)
            else:
                self._at.setdefault((one.host, one.port), one)
                self._hosts.setdefault(one.host, one)

    def __bool__(self) -> bool:
        return bool(self._paths or self._hosts or self._domains)

    def __len__(self) -> int:
        return len(self._paths) + len(self._at) + len(self._domains)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host in it, but for those that stand for a whole domain."""
        return tuple(self._hosts)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path in it."""
        return tuple(self._paths)

    @property
    def names(self) -> tuple[str, ...]:
        """The hosts that are names, which somebody has to be asked for."""
        return tuple(name for name in self._hosts if name != hosts.LOCAL and not hosts.is_address(name))

    def at(self, place: Place) -> Endpoint | None:
        """The endpoint that is exactly there; a place without a port is at every endpoint of its host."""
        if place.path:
            return self._paths.get(place.path)
        found = self._at.get((place.host, place.port)) or self._at.get((place.host, ANY_PORT))
        if found is None and place.port == ANY_PORT:
            found = self._hosts.get(place.host)
        return found

    def around(self, place: Place) -> Endpoint | None:
        """The endpoint that stands for the domain of the host."""
        return next((one for one in self._domains if _is_in(place.host, one)), None)


def _is_in(host: str, endpoint: Endpoint) -> bool:
    """Whether the host is in the endpoint's domain. A provider's domain holds databases, too, next to its buckets."""
    if not host.endswith(endpoint.host):
        return False
    labels = host.split(".")
    return endpoint.family != "s3" or any(label == "s3" or label.startswith("s3-") for label in labels)
