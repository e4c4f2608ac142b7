"""What one environment holds, variable by variable, in identities that can be fingerprinted."""

from firedoor import resolution, resources
from firedoor.declaration import DATA
from firedoor.origin import DEFAULT, FILE
from firedoor.secret import looks_placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firedoor.declaration import Variable
    from firedoor.origin import Origin
    from firedoor.resolve import Configuration
    from firedoor.resources import Identity


class Part:
    """One thing that a variable leads to, as it is spelled, and what the rules of isolation compare beside it."""

    __slots__ = ("aliases", "identity", "servers", "within")

    def __init__(self, identity: "Identity") -> None:
        aliases = resolution.by_hosts_file(identity)
        service = resources.service_name(identity)
        found = () if service else map(resources.server_of, (identity, *aliases))
        self.identity = identity
        self.aliases = aliases
        self.within = resources.within(identity)
        self.servers = tuple(named(server) for server in found if server)

    def all(self) -> "Iterator[Identity]":
        """Everything of it that a fingerprint is needed of."""
        yield self.identity
        yield from self.aliases
        yield from self.within
        yield from self.servers


def named(server: "Identity") -> "Identity":
    """A server as an identity of its own: a bucket is that of its whole content, which needs one fingerprint only."""
    return (*server, "")


class Holding:
    """What one variable leads to. ``resolved`` and ``observed`` are what asking taught of it, empty where nobody asked.

    ``servers`` are those of the resolved and the observed. ``unknown`` says why nobody can tell whether the parts are
    all, empty when they are. ``common`` says that a file that all environments read, or the declaration, says it once
    for all of them: such a service is nobody's own. Data and keys are.
    """

    __slots__ = ("common", "observed", "origin", "parts", "resolved", "servers", "unknown", "variable")

    def __init__(
        self,
        variable: "Variable",
        origin: "Origin",
        parts: "tuple[Part, ...]",
        unknown: str = "",
        *,
        common: bool = False,
    ) -> None:
        self.variable = variable
        self.origin = origin
        self.parts = parts
        self.unknown = unknown
        self.common = common
        self.resolved: tuple[Identity, ...] = ()
        self.observed: tuple[Identity, ...] = ()
        self.servers: tuple[Identity, ...] = ()

    def all(self) -> "Iterator[Identity]":
        """Everything of it that a fingerprint is needed of."""
        for part in self.parts:
            yield from part.all()
        yield from self.resolved
        yield from self.observed
        yield from self.servers

    def __repr__(self) -> str:
        return f"Holding({self.variable.name!r})"


def of(configuration: "Configuration", ambient: "Mapping[str, str]") -> list[Holding]:
    """The environment's resources and secrets that are set, in the order of the declaration.

    ``ambient`` are variables from elsewhere that client libraries obey, as for ``isolation.claims``.
    """
    project = configuration.project
    where = resources.where_of(project.root, configuration.values, ambient)
    found = []
    for variable in project.sensitive:
        value = configuration.values.get(variable.name)
        if value is None or value.template:
            continue
        if resources.is_token(variable.resource) and looks_placeholder(value.text):
            continue  # nobody's key
        identities, unknown = resources.read(variable.resource, value.text, where)
        common = _is_common(configuration, variable, value.origin)
        parts = tuple(map(Part, sorted(identities)))
        found.append(Holding(variable, value.origin, parts, unknown, common=common))
    return found


def _is_common(configuration: "Configuration", variable: "Variable", origin: "Origin") -> bool:
    if resources.is_token(variable.resource) or variable.resource in DATA:
        return False
    project = configuration.project
    said_once = origin.kind == DEFAULT or (
        origin.kind == FILE and origin.name in (*project.files, *project.optional_files)
    )
    return said_once and not configuration.resolution.uses(variable.name)
