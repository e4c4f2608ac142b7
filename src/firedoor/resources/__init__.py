"""Identity as spelled: the canonical names of what a value leads to, one file for each way of spelling.

Two texts with a common identity lead to the same thing; texts without one may still do, since names are not asked
who they are (firedoor.resolution asks the system, firedoor.stamps the servers).

An identity is a tuple of texts from the general to the special: the family, the host, the port, the part inside.
"""

# ruff: noqa: SIM905 - names read best as one text

from firedoor.declaration import ADDRESSES, TOKENS
from firedoor.resources import token
from firedoor.resources.families import SCHEMES, WITHOUT_SCHEME, of_scheme, reader
from firedoor.resources.unknown import parted, unknown
from firedoor.resources.where import Where, where_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    Identity = tuple[str, ...]

__all__ = (
    "Where",
    "family",
    "host_of",
    "identities",
    "is_token",
    "read",
    "server_of",
    "service_name",
    "where_of",
    "within",
)

_SERVER_PARTS = 3  # family, host, port; of a bucket: family, endpoint, bucket
_ADDRESS_PARTS = 4
ABSENT = "no installed package reads its kind"
CUT_SHORT = "it holds a NUL, at which some libraries stop reading it"
_NO_SCHEME = frozenset(" ='\"/\\@,;\t\n")
_PATHS = ("sqlite", "duckdb", "file")


def read(kind: str | None, text: str, where: "Where | str") -> "tuple[frozenset[Identity], str]":
    """Everything that the text names, and the reason why nobody can say whether that is all; empty when it is.

    ``kind`` is a resource kind of the declaration, None for a plain secret; ``where`` says what relative paths start
    from and which variables stand beside the text; a folder alone will do.
    """
    place = Where(where) if isinstance(where, str) else where
    if kind is None or kind in TOKENS:
        return token.identities(text, place), ""
    found: set[Identity] = set()
    for one in _listed(text.strip()):
        found |= _of_one(kind, one, place)
    return parted(frozenset(found))


def identities(kind: str | None, text: str, where: "Where | str") -> "frozenset[Identity]":
    """Everything that the text is known to name; empty when it names nothing that two environments could share."""
    return read(kind, text, where)[0]


def is_token(kind: str | None) -> bool:
    """Whether the value itself is what is owned (keys, passwords, plain secrets), not an address."""
    return kind is None or kind in TOKENS


def family(kind: str | None, text: str) -> str:
    """What sort of thing the text leads to: ``token`` for keys and secrets, else the usual name of its scheme.

    Over HTTP a bucket and a vector store are told by their URL's shape. Without a scheme the kind decides; ``name`` is
    a bare name, of which nobody can say more. A kind that another package brings is a family of its own.
    """
    if kind is None or kind in TOKENS:
        return "token"
    if kind not in ADDRESSES:
        return kind
    text = text.strip()
    scheme = _scheme(text)
    if not scheme:
        return WITHOUT_SCHEME[kind](text)
    name = of_scheme(scheme)
    if name == "http" and kind in ("bucket", "vector"):
        from firedoor.resources import over_http

        return over_http.family(kind, text)
    return name


def _scheme(text: str) -> str:
    """The scheme, its driver included; empty where there is none. ``redis:6379`` is a host with its port."""
    if text[:7].lower().startswith(("jdbc:", "r2dbc:", "r2dbcs:")):
        from firedoor.resources import url

        return url.unwrapped(text).partition(":")[0].lower()
    head, colon, rest = text.partition(":")
    if not (colon and _NO_SCHEME.isdisjoint(head)):
        return ""
    scheme = head.lower()
    if rest.startswith("//"):
        return scheme
    scheme = scheme.partition("+")[0]
    # only paths and PHP's keywords stand behind a scheme without slashes
    return scheme if SCHEMES.get(scheme) in _PATHS or (scheme in SCHEMES and "=" in rest) else ""


def _of_one(kind: str, text: str, where: Where) -> "set[Identity]":
    if not text:
        ambient = kind == "database" and where.said("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE")
        return {*reader("postgresql", kind)(text, where)} if ambient else set()
    if kind not in ADDRESSES:
        return {*(_brought(kind, text, where) or (unknown(ABSENT),))}
    scheme = _scheme(text).partition("+")[0]
    if scheme and scheme not in SCHEMES:
        found = _brought(scheme, text, where)
        if found is not None:
            return {*found}
    name = family(kind, text)
    cut_short = "%00" in text and name not in _PATHS
    return {*reader(name, kind)(text, where), *([unknown(CUT_SHORT)] if cut_short else [])}


def _brought(name: str, text: str, where: Where) -> "frozenset[Identity] | None":
    """What another package makes of the text; None when none reads this scheme or kind."""
    from firedoor.resources import plugins  # importlib.metadata is never free

    return plugins.identities(name, text, where)


def _listed(text: str) -> "list[str]":
    """The URLs of a list: ``amqp://a;amqp://b``, ``http://a,http://b``. A URL inside of a URL is a part of it."""
    listed = [""]
    *heads, tail = text.split("://")
    for head in heads:
        start = len(head)
        while start and (head[start - 1].isalnum() or head[start - 1] in "+-."):
            start -= 1
        before = head[:start]
        if listed[-1] and before[-1:] in (";", ",", " ", "\t", "\n"):
            listed[-1] += before.rstrip(";, \t\r\n")
            listed.append("")
            before = ""
        listed[-1] += f"{before}{head[start:]}://"
    listed[-1] += tail
    return listed


def server_of(identity: "Identity") -> "Identity":
    """What the resource stands in beside others': the server of a database, the bucket of a prefix; empty for none."""
    if identity[0] not in _SERVERS or len(identity) < _ADDRESS_PARTS or not any(identity[1:_SERVER_PARTS]):
        return ()
    return identity[:_SERVER_PARTS]


# families whose servers hold things of several owners, which reach each other there
_SERVERS = "postgresql mysql redis mongodb amqp qdrant chroma s3 gs az mssql clickhouse".split()
_BUCKETS = ("s3", "gs", "az")


def within(identity: "Identity") -> "tuple[Identity, ...]":
    """The larger things that this one is a part of: of a prefix those above it, of a collection all its server."""
    if len(identity) > _ADDRESS_PARTS:
        return (identity[:_ADDRESS_PARTS],)
    if identity[0] in _BUCKETS:
        return tuple(_above(identity))
    if identity[0] == "qdrant" and identity[3]:
        return ((*identity[:3], ""),)
    if identity[0] == "chroma" and not identity[3].endswith("/"):
        return ((*identity[:3], identity[3].rpartition("/")[0] + "/"),)
    return ()


def _above(identity: "Identity") -> "Iterable[Identity]":
    server, prefix = identity[:_SERVER_PARTS], identity[3]
    while prefix:
        prefix = prefix.rpartition("/")[0]
        yield (*server, prefix)
    if identity[0] == "az" and identity[2]:
        yield (*identity[:2], "", "")  # a connection string opens the whole account


# Names that Compose files give their services. In each network of containers such a name is another server.
_SERVICE_NAMES = (
    "db database postgres postgresql pg mysql mariadb mongo mongodb redis valkey cache memcached rabbitmq rabbit mq "
    "broker queue kafka nats minio s3 storage mail mailhog mailpit maildev smtp qdrant chroma vector elasticsearch "
    "opensearch".split()
)


def service_name(identity: "Identity") -> str:
    """The host of an address if it is a usual name of a Compose service, else empty."""
    if len(identity) < _ADDRESS_PARTS:
        return ""
    host = identity[1].partition(":")[0]
    return host if host in _SERVICE_NAMES else ""


_WITHOUT_HOST = ("file", "inode", "token", "gs", "az")


def host_of(identity: "Identity") -> str:
    """The host that the system's resolver is asked for, or an address; empty for none."""
    if len(identity) < 2 or identity[0] in _WITHOUT_HOST:
        return ""
    host = identity[1]
    if host.startswith(("/", "@")) or (host == "socket" and identity[2].startswith("/")) or host == "aws":
        return ""
    if identity[0] in ("s3", "name") and host.count(":") == 1:
        return host.partition(":")[0]
    return host


def with_host(identity: "Identity", host: str) -> "Identity":
    """The same part of the same server under another name of its host."""
    return (identity[0], identity[1].replace(host_of(identity), host, 1), *identity[2:])
