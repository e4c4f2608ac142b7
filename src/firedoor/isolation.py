"""May these environments own this? What two of them claim is compared by keyed hash, not by value."""

from firedoor import resolution, resources
from firedoor.declaration import DATA
from firedoor.fingerprint import fingerprint
from firedoor.problem import ERROR, WARNING, Problem
from firedoor.secret import looks_placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.origin import Origin
    from firedoor.resolve import Value
    from firedoor.resources import Identity

    Rule = frozenset[str] | None  # the environments that may share, None for all
    Reported = dict[bytes, set[str]]


class Claim:
    """One environment's hold on a resource or secret: who, by which variable, and where it says so.

    ``mark`` is the fingerprint of what is claimed, ``spelling`` that of the text that claims it; ``within`` are those
    of the larger things that it is a part of, ``addresses`` of what it is by the hosts file, ``servers`` of what it
    stands in. ``service`` is the host's name where that is a container's in a network of its own: the same name is
    another server in another one. ``by_name`` says that the host's name counts, not its address alone. ``unknown`` says
    why nobody can tell what is claimed; such a claim has no mark.
    """

    __slots__ = (
        "addresses",
        "by_name",
        "environment",
        "grave",
        "mark",
        "origin",
        "servers",
        "service",
        "spelling",
        "unknown",
        "variable",
        "within",
    )

    def __init__(
        self,
        environment: "Environment",
        variable: "Variable",
        origin: "Origin",
        *,
        mark: bytes = b"",
        spelling: bytes = b"",
        service: str = "",
        within: tuple[bytes, ...] = (),
        addresses: tuple[bytes, ...] = (),
        servers: tuple[bytes, ...] = (),
        by_name: bool = False,
        unknown: str = "",
        grave: bool = False,
    ) -> None:
        self.environment = environment
        self.variable = variable
        self.origin = origin
        self.mark = mark
        self.spelling = spelling
        self.service = service
        self.within = within
        self.addresses = addresses
        self.servers = servers
        self.by_name = by_name
        self.unknown = unknown
        self.grave = grave

    def __repr__(self) -> str:
        return f"Claim({self.environment.name!r}, {self.variable.name!r})"


def claims(
    project: "Project",
    environment: "Environment",
    values: "Mapping[str, Value]",
    ambient: "Mapping[str, str] | None" = None,
) -> list[Claim]:
    """What an environment owns, by the values of its declared resources and secrets.

    ``ambient`` are variables from elsewhere that client libraries obey where the environment sets none.
    """
    where = resources.where_of(project.root, values, ambient)
    found: list[Claim] = []
    for variable in project.sensitive:
        value = values.get(variable.name)
        if value is None or value.template:
            continue
        if resources.is_token(variable.resource) and looks_placeholder(value.text):
            continue  # a placeholder is nobody's key; in a protected environment it is a problem of its own
        identities, unknown = resources.read(variable.resource, value.text, where)
        spelling = fingerprint(value.text)
        found.extend(
            _claim(environment, variable, value.origin, spelling, identity) for identity in sorted(identities)
        )
        if unknown:
            grave = any(one.protected for one in project.environments)
            found.append(Claim(environment, variable, value.origin, unknown=unknown, grave=grave))
    return found


def _claim(
    environment: "Environment", variable: "Variable", origin: "Origin", spelling: bytes, identity: "Identity"
) -> Claim:
    if identity[0] == "token":  # most of what is declared, and in nothing else
        return Claim(environment, variable, origin, mark=_mark(identity), spelling=spelling)
    service = resources.service_name(identity)
    aliases = resolution.by_hosts_file(identity)
    servers = () if service else map(resources.server_of, (identity, *aliases))
    return Claim(
        environment,
        variable,
        origin,
        mark=_mark(identity),
        spelling=spelling,
        service=service,
        within=tuple(map(_mark, resources.within(identity))),
        addresses=tuple(map(_mark, aliases)),
        servers=tuple(_mark(("server", *server)) for server in servers if server),
        by_name=identity[0] == "http",
    )


def _mark(identity: "Identity") -> bytes:
    return fingerprint(repr(identity))


class Index:
    """Claims by what they claim, by what that is a part of, by its addresses and by its server."""

    __slots__ = ("_by_address", "_by_mark", "_by_spelling", "_by_within", "by_server")

    def __init__(self, claimed: "Iterable[Claim]" = ()) -> None:
        self._by_mark: dict[bytes, list[Claim]] = {}
        self._by_spelling: dict[bytes, list[Claim]] = {}
        self._by_within: dict[bytes, list[Claim]] = {}
        self._by_address: dict[bytes, list[Claim]] = {}
        self.by_server: dict[bytes, dict[Rule, dict[str, Claim]]] = {}
        for claim in claimed:
            self.add(claim)

    def add(self, claim: Claim) -> None:
        """One claim more. What nobody can tell is left out."""
        if claim.unknown:
            return
        self._by_mark.setdefault(claim.mark, []).append(claim)
        self._by_spelling.setdefault(claim.spelling, []).append(claim)
        for mark in claim.within:
            self._by_within.setdefault(mark, []).append(claim)
        for mark in claim.addresses:
            self._by_address.setdefault(mark, []).append(claim)
        for server in claim.servers:
            of_rule = self.by_server.setdefault(server, {}).setdefault(_rule(claim.variable), {})
            of_rule.setdefault(claim.environment.name, claim)

    def parts(self, claim: Claim) -> "list[Claim]":
        """Those who claim a part of it, or what it is a part of."""
        found = [*self._by_within.get(claim.mark, ())]
        for mark in claim.within:
            found += self._by_mark.get(mark, ())
        return found

    def at_address(self, claim: Claim) -> "list[tuple[bytes, Claim]]":
        """Those who claim the same by the addresses of its host or theirs, with what they meet in.

        Where the name counts, as of web servers, two names of one address are two.
        """
        found = [(claim.mark, other) for other in self._by_address.get(claim.mark, ())]
        for mark in claim.addresses:
            found += [(mark, other) for other in self._by_mark.get(mark, ())]
            if not claim.by_name:
                found += [(mark, other) for other in self._by_address.get(mark, ())]
        return found

    def spelled(self, spelling: bytes) -> "list[Claim]":
        """Those whose very text this is."""
        return self._by_spelling.get(spelling, [])

    def at(self, mark: bytes) -> "list[Claim]":
        """Those who claim exactly this."""
        return self._by_mark.get(mark, [])


def index(claimed: "Iterable[Claim]") -> Index:
    """The claims by what they claim."""
    return Index(claimed)


def problems(own: "Iterable[Claim]", known: Index, reported: "Reported | None" = None) -> list[Problem]:
    """One problem for each thing of one environment that others own as well, or that stands in a server of theirs.

    ``known`` holds the claims of the other environments (its own there do not matter). ``reported`` holds for each
    mark the environments that were named with it already: such a thing is left out, and what is found is added.
    """
    claimed = list(own)
    told = _Told({} if reported is None else reported, filtering=reported is not None)
    found = [_unknown(claim) for claim in claimed if claim.unknown]
    for claim in claimed:
        if not claim.unknown:
            found += _of_claim(claim, known, told)
    return found + _of_servers(claimed, known, told)


class _Told:
    """What was told already: to whom of what, and of which servers there is no more to say."""

    __slots__ = ("_filtering", "_reported", "servers")

    def __init__(self, reported: "Reported", *, filtering: bool) -> None:
        self._reported = reported
        self._filtering = filtering
        self.servers: dict[bytes, set[str]] = {}

    def of(self, mark: bytes, environment: str) -> "set[str]":
        """Who was named with the environment; empty when it was not."""
        names = self._reported.get(mark, set()) if self._filtering else set()
        return names if environment in names else set()

    def add(self, mark: bytes, names: "Iterable[str]") -> None:
        self._reported.setdefault(mark, set()).update(names)

    def server(self, claim: Claim, names: "Iterable[str]") -> None:
        """Whoever shares the thing itself need not hear that its server is shared."""
        for server in claim.servers:
            self.servers.setdefault(server, set()).update(names)


def _of_claim(claim: Claim, known: Index, told: _Told) -> list[Problem]:
    name = claim.environment.name
    others = []
    earlier = told.of(claim.mark, name)
    if earlier:
        told.server(claim, earlier)
    else:
        others = [other for other in known.at(claim.mark) if is_breach(claim, other)]
        if others:
            told.add(claim.mark, [name, *(other.environment.name for other in others)])
    others += _untold(claim, [(_pair(claim, other), other) for other in known.parts(claim)], told)
    names = {other.environment.name for other in others}
    told.server(claim, names)
    found = [_problem(_code(claim), claim, others)] if others else []
    met = [(b"@" + mark, other) for mark, other in known.at_address(claim)]
    others = [other for other in _untold(claim, met, told) if other.environment.name not in names | earlier]
    if others:
        found.append(_problem("FD408", claim, others))
    return found


def _untold(claim: Claim, met: "list[tuple[bytes, Claim]]", told: _Told) -> list[Claim]:
    """Those in breach whom nobody named with this environment for what they meet in, which is told herewith."""
    name = claim.environment.name
    found = []
    for key, other in met:
        if is_breach(claim, other):
            told.server(claim, (other.environment.name,))
            if other.environment.name not in told.of(key, name):
                told.add(key, (name, other.environment.name))
                found.append(other)
    return found


def _pair(one: Claim, other: Claim) -> bytes:
    return b"&" + min(one.mark, other.mark) + max(one.mark, other.mark)


def _code(claim: Claim) -> str:
    return "FD402" if resources.is_token(claim.variable.resource) else "FD401"


def is_breach(one: Claim, other: Claim) -> bool:
    """Whether these are two environments' and the declaration does not let both share the thing."""
    if one.environment.name == other.environment.name:
        return False
    return not (_may_share(one, other) and _may_share(other, one))


def _may_share(claim: Claim, other: Claim) -> bool:
    shared = claim.variable.shared
    return (
        shared if isinstance(shared, bool) else {claim.environment.name, other.environment.name} <= {*shared}
    )


def _rule(variable: "Variable") -> "Rule":
    """Who may have things in the server that holds the variable's: whoever may share the thing, and who is named."""
    if variable.shared is True:
        return None
    return frozenset((*(variable.shared or ()), *variable.shared_server))


def _of_servers(own: "list[Claim]", known: Index, told: _Told) -> list[Problem]:
    """FD407: once for each server in which others have things too."""
    speakers: dict[bytes, dict[Rule, Claim]] = {}
    for claim in own:
        for server in claim.servers:
            speakers.setdefault(server, {}).setdefault(_rule(claim.variable), claim)
    found = []
    named: set[tuple[str, str]] = set()
    for server, rules in speakers.items():
        for rule, speaker in rules.items():
            name = speaker.environment.name
            silent = {name} | told.servers[server] | told.of(server, name)
            others = _strangers(name, rule, known.by_server.get(server, {}), silent)
            others = [one for one in others if (speaker.variable.name, one.environment.name) not in named]
            if others:
                found.append(_problem("FD407", speaker, others))
                names = [one.environment.name for one in others]
                named.update((speaker.variable.name, one) for one in names)
                told.add(server, (name, *names))
                told.servers[server].update(names)
    return found


def _strangers(
    name: str, rule: "Rule", known: "dict[Rule, dict[str, Claim]]", silent: "set[str]"
) -> "list[Claim]":
    """A claim of each environment in the server that is not allowed to be there beside ``name``."""
    found: dict[str, Claim] = {}
    for theirs, claimed in known.items():
        names = claimed.keys() - silent - found.keys()
        allowed = [one for one in (rule, theirs) if one is not None]
        if all(name in one for one in allowed):
            for one in allowed[1:]:
                allowed[0] = allowed[0] & one
            names = names - allowed[0] if allowed else set()
        found.update((one, claimed[one]) for one in names)
    return sorted(found.values(), key=lambda claim: claim.environment.order)


def _unknown(claim: Claim) -> Problem:
    return Problem(
        "FD413",
        subject=claim.variable.name,
        environment=claim.environment.name,
        origin=claim.origin,
        severity=ERROR if claim.grave else WARNING,
        reason=claim.unknown,
    )


def _problem(code: str, speaker: Claim, others: "list[Claim]") -> Problem:
    resource = speaker.variable.resource
    return Problem(
        code,
        subject=speaker.variable.name,
        environment=speaker.environment.name,
        origin=speaker.origin,
        severity=ERROR if _is_grave(code, speaker, others) else WARNING,
        other=", ".join(dict.fromkeys(claim.environment.name for claim in others)),
        other_variable=", ".join(dict.fromkeys(claim.variable.name for claim in others)),
        kind=resource or "secret",
        change=_to_change(speaker, others),
        **({} if code == "FD407" else {"service": speaker.service}),
    )


def _is_grave(code: str, speaker: Claim, others: "list[Claim]") -> bool:
    """Whether the command must stop.

    Not for a container's name that may mean a server in each network, unless the whole address of a database is the
    same; nor for what a file that all of them read says once, unless tests could empty it.
    """
    protected = any(claim.environment.protected for claim in (speaker, *others))
    if code == "FD407":
        return protected
    data = speaker.variable.resource in DATA
    if speaker.service:
        return data and any(other.spelling == speaker.spelling for other in others)
    if all(other.origin == speaker.origin for other in others):
        return data
    return data or protected


def _to_change(speaker: Claim, others: "list[Claim]") -> str:
    """Whose is the easier one to change: nobody should be told to move production's database."""
    if not speaker.environment.protected:
        return speaker.environment.name
    return next((c.environment.name for c in others if not c.environment.protected), speaker.environment.name)
