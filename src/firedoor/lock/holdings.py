"""What one environment holds, variable by variable, in identities that can be fingerprinted."""

from firedoor import resources
from firedoor.secret import looks_placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.declaration import Variable
    from firedoor.origin import Origin
    from firedoor.resolve import Configuration
    from firedoor.resources import Identity


class Holding:
    """What one variable leads to: ``identities`` as spelled, sorted, and ``servers``, what those stand in."""

    __slots__ = ("identities", "origin", "servers", "variable")

    def __init__(
        self,
        variable: "Variable",
        origin: "Origin",
        identities: "tuple[Identity, ...]",
        servers: "tuple[Identity, ...]",
    ) -> None:
        self.variable = variable
        self.origin = origin
        self.identities = identities
        self.servers = servers

    @property
    def is_token(self) -> bool:
        """Whether it is a key, password or secret, which is changed as a matter of routine."""
        return resources.is_token(self.variable.resource)

    def __repr__(self) -> str:
        return f"Holding({self.variable.name!r})"


def of(configuration: "Configuration") -> list[Holding]:
    """The environment's resources and secrets that are set, in the order of the declaration."""
    project = configuration.project
    found = []
    for variable in project.sensitive:
        value = configuration.values.get(variable.name)
        if value is None or value.template:
            continue
        if resources.is_token(variable.resource) and looks_placeholder(value.text):
            continue  # nobody's key
        identities = resources.identities(variable.resource, value.text, project.root)
        servers = {server for server in map(resources.server_of, identities) if server}
        found.append(Holding(variable, value.origin, tuple(sorted(identities)), tuple(sorted(servers))))
    return found
