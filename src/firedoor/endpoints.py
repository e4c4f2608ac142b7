"""Which addresses environments own: what identities mean to a socket, so that it can be let through or refused.

Pure: nothing is resolved, nobody is asked. A host's name is the name that the declared values spell, in its one
spelling; an address of the machine itself is ``localhost``.
"""

from firedoor import boundary, resources
from firedoor.declaration import DATA
from firedoor.origin import DEFAULT
from firedoor.resources import host as hosts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.origin import Origin
    from firedoor.resolve import Configuration
    from firedoor.resources import Identity

ANY_PORT = 0
REACH = "reach"
_AWS = (".amazonaws.com", ".amazonaws.com.cn")
_AZURE = (".blob.core.windows.net", ".dfs.core.windows.net", ".blob.storage.azure.net")
_GOOGLE = (".googleapis.com",)
# With and without TLS it is one server: an identity says the first of these for all of them.
USUAL_PORTS: "dict[str, tuple[tuple[int, ...], ...]]" = {
    "amqp": ((5672, 5671),),
    "cassandra": ((9042,),),
    "chroma": ((8000, 443),),
    "clickhouse": ((8123, 8443, 9000, 9440),),
    "elasticsearch": ((9200,),),
    "ftp": ((21, 990),),
    "http": ((443, 80),),
    "kafka": ((9092,),),
    "ldap": ((389, 636),),
    "memcached": ((11211,),),
    "mqtt": ((1883, 8883),),
    "nats": ((4222,),),
    "neo4j": ((7687,),),
    "opensearch": ((9200,),),
    "oracle": ((1521,),),
    "qdrant": ((6333, 6334, 443),),
    "s3": ((443, 80),),
    "sftp": ((22,),),
    "smtp": ((25, 465, 587, 2525),),
}
# Where a machine's own server listens beside its port, as each client library looks for it.
POSTGRESQL_FOLDERS = ("/tmp", "/run/postgresql", "/var/run/postgresql")  # noqa: S108 - libpq's own defaults
_USUAL_SOCKETS = {
    ("mysql", 3306): (
        "/run/mysqld/mysqld.sock",
        "/var/run/mysqld/mysqld.sock",
        "/tmp/mysql.sock",  # noqa: S108 - the client library's own default
        "/var/lib/mysql/mysql.sock",
    ),
    ("redis", 6379): (
        "/run/redis/redis-server.sock",
        "/var/run/redis/redis-server.sock",
        "/run/redis/redis.sock",
        "/var/run/redis/redis.sock",
        "/tmp/redis.sock",  # noqa: S108 - the usual place in examples
    ),
}


class Endpoint:
    """One address that an environment's variable leads to, or that its ``reach`` names.

    ``host`` is a canonical name or address, ``localhost`` for this machine; one that begins with a dot stands for all
    hosts that end so. ``port`` 0 is every port. ``path`` is that of a unix socket, ``@name`` for an abstract one; then
    ``host`` is empty. ``family`` is the identity's, ``reach`` for a named extra, which has no ``variable``. repr shows
    no address.
    """

    __slots__ = ("environment", "family", "host", "origin", "path", "port", "protected", "variable")

    def __init__(
        self,
        *,
        environment: str,
        family: str,
        host: str = "",
        port: int = ANY_PORT,
        path: str = "",
        variable: str = "",
        origin: "Origin | None" = None,
        protected: bool = False,
    ) -> None:
        self.host = host
        self.port = port
        self.path = path
        self.family = family
        self.environment = environment
        self.variable = variable
        self.origin = origin
        self.protected = protected

    @property
    def by_name(self) -> bool:
        """Whether many owners stand behind one address of it, told apart by the name they are asked by."""
        return self.family in _BY_NAME

    def at(self, path: str) -> "Endpoint":
        """The same by another path of its socket."""
        return Endpoint(
            environment=self.environment,
            family=self.family,
            path=path,
            variable=self.variable,
            origin=self.origin,
            protected=self.protected,
        )

    def key(self) -> tuple[str, str, int, str, str, str]:
        """The whole of it as a tuple: for equality and for stable orders."""
        return (self.environment, self.host, self.port, self.path, self.family, self.variable)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Endpoint) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"Endpoint({self.environment!r}, {self.variable or REACH!r}, {self.family})"


_BY_NAME = ("http", "s3", "gs", "az")


def declared(configuration: "Configuration") -> tuple[Endpoint, ...]:
    """What the environment itself may reach: the addresses of its resources, and its ``reach``."""
    return (*_own(configuration), *_extras(configuration.environment))


def identities_of(configuration: "Configuration") -> "Iterator[tuple[str, Origin, Identity]]":
    """(variable, origin, identity) of everything that the environment's own addresses name."""
    project = configuration.project
    where = resources.where_of(project.root, configuration.values, boundary.passed_on(configuration))
    for variable in project.sensitive:
        value = configuration.values.get(variable.name)
        if value is None or value.template or resources.is_token(variable.resource):
            continue
        for identity in sorted(resources.identities(variable.resource, value.text, where)):
            yield variable.name, value.origin, identity


def _own(configuration: "Configuration") -> "Iterator[Endpoint]":
    environment = configuration.environment
    for variable, origin, identity in identities_of(configuration):
        yield from of_identity(identity, environment, variable, origin)


def _extras(environment: "Environment") -> "Iterator[Endpoint]":
    """The named extras; ``@domain`` is for mail and no address."""
    for text in environment.reach:
        if text.startswith("@"):
            continue
        if text.startswith("/"):
            yield Endpoint(environment=environment.name, family=REACH, path=text)
            continue
        ((name, port),) = hosts.split(text)
        yield Endpoint(
            environment=environment.name, family=REACH, host=hosts.canonical(name), port=int(port or ANY_PORT)
        )


def of_protected(configuration: "Configuration") -> tuple[Endpoint, ...]:
    """What the other environments that are protected own, as far as their files are here.

    Left out: what the declaration lets this environment share, the usual names of containers, which are other servers
    in each of their networks, and the providers' own hosts, which many share.
    """
    chosen = configuration.environment.name
    found = {
        endpoint: None
        for environment, variable, origin, identity in identities_of_others(configuration)
        if environment.protected and not {chosen, environment.name} <= {*variable.shared_server}
        for endpoint in of_identity(identity, environment, variable.name, origin)
        if not resources.service_name(identity) and not endpoint.host.startswith(".")
    }
    return tuple(found)


def identities_of_others(
    configuration: "Configuration",
) -> "Iterator[tuple[Environment, Variable, Origin, Identity]]":
    """(environment, variable, origin, identity) of what other environments own, by their files, and do not share."""
    project, chosen = configuration.project, configuration.environment.name
    for environment, sourced in configuration.others:
        for values in boundary.file_values(project, environment, sourced, configuration.process):
            where = resources.where_of(project.root, values)
            for variable in project.sensitive:
                value = values.get(variable.name)
                if value is None or value.template or _is_shared(variable, chosen, environment.name):
                    continue
                if resources.is_token(variable.resource) or _is_common(project, variable, value.origin):
                    continue
                for identity in sorted(resources.identities(variable.resource, value.text, where)):
                    yield environment, variable, value.origin, identity


def _is_shared(variable: "Variable", *names: str) -> bool:
    return variable.shared if isinstance(variable.shared, bool) else {*names} <= {*variable.shared}


def _is_common(project: "Project", variable: "Variable", origin: "Origin") -> bool:
    """Whether it is said once for all environments: such a service is nobody's own. Data is."""
    said_once = origin.kind == DEFAULT or origin.name in (*project.files, *project.optional_files)
    return said_once and variable.resource not in DATA


def of_identity(
    identity: "Identity", environment: "Environment", variable: str, origin: "Origin | None"
) -> "Iterator[Endpoint]":
    """The addresses by which one identity is reached; none for a file, a token, or a name that is no host."""
    for host, port, path in _places(identity):
        yield Endpoint(
            environment=environment.name,
            family=identity[0],
            host=host,
            port=port,
            path=path,
            variable=variable,
            origin=origin,
            protected=environment.protected,
        )


def _places(identity: "Identity") -> "Iterator[tuple[str, int, str]]":
    """(host, port, path) of each address."""
    family, *parts = identity
    if family in _CLOUDS:
        yield from _CLOUDS[family](*parts)
    elif len(parts) == 3 and parts[0] == "socket":
        yield "", ANY_PORT, parts[1]
    elif len(parts) == 3 and parts[0].startswith(("/", "@")):
        # libpq adds the file's name to a folder; others are told the socket itself
        yield "", ANY_PORT, f"{parts[0]}/.s.PGSQL.{parts[1]}" if family == "postgresql" else parts[0]
    elif len(parts) == 3 and parts[0]:
        yield from _at_host(family, parts[0], parts[1])
    elif family == "name" and _is_host(parts[0]):
        name, _, port = parts[0].partition(":") if parts[0].count(":") == 1 else (parts[0], "", "")
        yield name, _number(port), ""


def _at_host(family: str, name: str, port: str) -> "Iterator[tuple[str, int, str]]":
    number = _number(port)
    for ports in USUAL_PORTS.get(family, ()):
        if number == ports[0]:
            yield from ((name, one, "") for one in ports)
            break
    else:
        yield name, number, ""
    if name != hosts.LOCAL:
        return
    if family == "postgresql":
        yield from (("", ANY_PORT, f"{folder}/.s.PGSQL.{port}") for folder in POSTGRESQL_FOLDERS)
    yield from (("", ANY_PORT, path) for path in _USUAL_SOCKETS.get((family, number), ()))


def _in_s3(endpoint: str, bucket: str, _prefix: str) -> "Iterator[tuple[str, int, str]]":
    if endpoint != "aws":
        name, _, port = endpoint.partition(":") if endpoint.count(":") == 1 else (endpoint, "", "")
        yield from ((name, number, "") for number in ((_number(port),) if port else USUAL_PORTS["s3"][0]))
        return
    yield f"{bucket}.s3.amazonaws.com", ANY_PORT, ""
    yield from ((domain, ANY_PORT, "") for domain in _AWS)


def _in_google(endpoint: str, _bucket: str, _prefix: str) -> "Iterator[tuple[str, int, str]]":
    if endpoint != "google":
        name, _, port = endpoint.partition(":")
        yield hosts.canonical(name), _number(port), ""
        return
    yield from ((domain, ANY_PORT, "") for domain in _GOOGLE)


def _in_azure(account: str, _container: str, _prefix: str) -> "Iterator[tuple[str, int, str]]":
    yield from ((f"{account}{domain}", ANY_PORT, "") for domain in _AZURE if account)


_CLOUDS = {"s3": _in_s3, "gs": _in_google, "az": _in_azure}


def _is_host(name: str) -> bool:
    """Whether a bare name may be a host's: the name of a database or an index is none."""
    return ":" in name or "." in name or name == hosts.LOCAL


def _number(port: str) -> int:
    return int(port) if port.isdecimal() else ANY_PORT
