"""May the sealed tree be connected there? Pure: the names are resolved and the paths followed before."""

from firedoor.endpoints import ANY_PORT
from firedoor.resources import host as hosts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firedoor.endpoints import Endpoint
    from firedoor.seal.addresses import Address

# What is done with a connection: it is made outside for the tree, it stays inside, or there is none.
OUTSIDE, INSIDE, REFUSED = "outside", "inside", "refused"


class Verdict:
    """``endpoint``: of OUTSIDE the one declared, else the protected environment's that is known to be there."""

    __slots__ = ("endpoint", "kind")

    def __init__(self, kind: str, endpoint: "Endpoint | None" = None) -> None:
        self.kind = kind
        self.endpoint = endpoint

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Verdict) and (self.kind, self.endpoint) == (other.kind, other.endpoint)

    def __hash__(self) -> int:
        return hash((self.kind, self.endpoint))

    def __repr__(self) -> str:
        return f"Verdict({self.kind}, {self.endpoint!r})"


class Policy:
    """What a sealed tree may reach.

    ``resolved``: the canonical addresses of each declared name; ``paths``: the real path of each declared one.
    """

    def __init__(
        self,
        declared: "Iterable[Endpoint]",
        protected: "Iterable[Endpoint]" = (),
        *,
        resolved: "Mapping[str, Iterable[str]] | None" = None,
        paths: "Mapping[str, str] | None" = None,
    ) -> None:
        self._declared = _Table(declared, resolved or {}, paths or {})
        self._protected = _Table(protected, {}, {})

    def verdict(self, address: "Address") -> Verdict:
        """What is done with a connection to an internet address."""
        found = self._declared.at(address.host, address.port)
        if found is not None:
            return Verdict(OUTSIDE, found)
        foreign = self._protected.at(address.host, address.port)
        return Verdict(INSIDE if address.is_loopback else REFUSED, foreign)

    def verdict_of_path(self, path: str) -> Verdict:
        """What is done with a connection to a unix socket, by its real path or ``@name``."""
        found = self._declared.at_path(path)
        if found is not None:
            return Verdict(OUTSIDE, found)
        return Verdict(INSIDE if path.startswith("@") else REFUSED, self._protected.at_path(path))

    def ports(self) -> "list[int]":
        """Every declared port, in order; 0 among them where a host was declared without one."""
        return sorted(self._declared.ports())

    def places(self) -> "list[tuple[str, int]]":
        """(address, port) of each declared one that has both, for datagrams."""
        found = []
        for host, port in self._declared.hosts():
            if port != ANY_PORT and host == hosts.LOCAL:
                found += [("127.0.0.1", port), ("::1", port)]
            elif port != ANY_PORT and hosts.is_address(host) and ":" not in host:
                found.append((host, port))
        return found

    def shared_ports(self) -> "list[Endpoint]":
        """What protected environments own at a port that is declared here, too: ports alone do not tell them apart."""
        declared = self._declared.ports()
        return [
            one
            for one in self._protected.endpoints()
            if not one.path and (one.port in declared or ANY_PORT in {*declared, one.port})
        ]

    def needs_paths(self) -> bool:
        """Whether a variable leads to nothing but the paths of unix sockets."""
        by_host = {one.variable for one in self._declared.endpoints() if one.host and one.variable}
        return any(one.path and one.variable not in by_host for one in self._declared.endpoints())


class _Table:
    """Endpoints by what they are reached by."""

    def __init__(
        self,
        endpoints: "Iterable[Endpoint]",
        resolved: "Mapping[str, Iterable[str]]",
        paths: "Mapping[str, str]",
    ) -> None:
        self._at: dict[tuple[str, int], Endpoint] = {}
        self._paths: dict[str, Endpoint] = {}
        for one in endpoints:
            if one.path:
                self._paths.setdefault(paths.get(one.path, one.path), one)
                continue
            for host in (one.host, *map(hosts.canonical, resolved.get(one.host, ()))):
                self._at.setdefault((host, one.port), one)

    def at(self, host: str, port: int) -> "Endpoint | None":
        return self._at.get((host, port)) or self._at.get((host, ANY_PORT))

    def at_path(self, path: str) -> "Endpoint | None":
        """The socket itself, or one in a declared folder."""
        found = self._paths.get(path)
        if found is None and not path.startswith("@"):
            found = self._paths.get(path.rpartition("/")[0])
        return found

    def endpoints(self) -> "list[Endpoint]":
        return [*self._at.values(), *self._paths.values()]

    def hosts(self) -> "list[tuple[str, int]]":
        return list(self._at)

    def ports(self) -> "set[int]":
        return {port for _, port in self._at}
