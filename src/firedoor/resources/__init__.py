"""Identity as spelled: the canonical names of what a value leads to, one file for each way of spelling.

Two texts with a common identity lead to the same thing; texts without one may still do, since names are not asked
who they are.
"""

# ruff: noqa: SIM905 - names read best as one text

from firedoor.resources import token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Identity = tuple[str, ...]
    Spelled = Callable[[str, str], frozenset[Identity]]

_ADDRESS_PARTS = 4  # scheme, host, port, name

# The kinds whose value is itself what is owned. Every other kind is an address, which says by its scheme what it is.
_TOKENS = ("key", "signing-key", "password")

# scheme to the module that reads it; what is not listed reads like any URL
_SCHEMES = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "pgsql": "postgresql",
    "psql": "postgresql",
    "postgis": "postgresql",
    "cockroachdb": "postgresql",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
    "file": "sqlite",
    "redis": "redis",
    "rediss": "redis",
    "valkey": "redis",
    "valkeys": "redis",
    "unix": "redis",
}


def identities(kind: str | None, text: str, root: str) -> "frozenset[Identity]":
    """Everything that the text names; empty when it names nothing that two environments could share.

    ``kind`` is a resource kind of the declaration, None for a plain secret; ``root`` is the folder that relative file
    paths start from.
    """
    if is_token(kind):
        return token.identities(text, root)
    return _reader(text)(text.strip(), root)


# Names that Compose files give their services. In each network of containers such a name is another server.
_SERVICE_NAMES = frozenset(
    "db database postgres postgresql pg mysql mariadb mongo mongodb redis valkey cache memcached rabbitmq rabbit mq "
    "broker queue kafka nats minio s3 storage mail mailhog mailpit maildev smtp qdrant chroma vector elasticsearch "
    "opensearch".split()
)


def service_name(identity: "Identity") -> str:
    """The host of an address if it is a usual name of a Compose service, else empty."""
    return identity[1] if len(identity) == _ADDRESS_PARTS and identity[1] in _SERVICE_NAMES else ""


def is_token(kind: str | None) -> bool:
    """Whether the value itself is what is owned (keys, passwords, plain secrets), not an address."""
    return kind is None or kind in _TOKENS


def family(kind: str | None, text: str) -> str:
    """What sort of thing the text leads to: ``token`` for keys and secrets, else the usual name of its scheme."""
    if is_token(kind):
        return "token"
    scheme = text.strip().removeprefix("jdbc:").partition(":")[0].partition("+")[0].lower()
    return _SCHEMES.get(scheme, scheme)


def _reader(text: str) -> "Spelled":
    scheme = text.strip().removeprefix("jdbc:").partition(":")[0].partition("+")[0].lower()
    name = _SCHEMES.get(scheme)
    if name is None:
        name = "postgresql" if "=" in text and "://" not in text else "url"
    reader: Spelled = __import__(f"firedoor.resources.{name}", fromlist=["identities"]).identities
    return reader
