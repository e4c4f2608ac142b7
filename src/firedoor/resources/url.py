"""A URL in parts, in every way in which libraries take one apart; and the identity of an address of no special kind.

Libraries disagree where a password holds ``@``, ``/``, ``?`` or ``#``: what one takes for a password is a host for
another. Each of their readings is taken to be meant.
"""

from firedoor.resources import host
from firedoor.resources.families import of_scheme
from firedoor.resources.host import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.resources import Identity
    from firedoor.resources.where import Where

    _Cut = tuple[str, str, str, str, str]  # credentials, netloc, path, query, fragment

_WRAPPERS = ("jdbc:", "r2dbc:", "r2dbcs:")
_PORTS = {  # with and without TLS it is one server
    "cassandra": ("9042",),
    "clickhouse": ("8123", "8443", "9000", "9440"),
    "elasticsearch": ("9200",),
    "ftp": ("21", "990"),
    "kafka": ("9092",),
    "ldap": ("389", "636"),
    "memcached": ("11211",),
    "mqtt": ("1883", "8883"),
    "mssql": ("1433",),
    "nats": ("4222",),
    "neo4j": ("7687",),
    "opensearch": ("9200",),
    "oracle": ("1521",),
    "sftp": ("22",),
}


class Parts:
    """One reading of a URL, nothing decoded but ``user`` and the ``options``, which are (key, value) in their order."""

    __slots__ = ("fragment", "netloc", "options", "path", "scheme", "user")

    def __init__(self, scheme: str, cut: "_Cut", *, plus: bool = False) -> None:
        credentials, self.netloc, self.path, query, self.fragment = cut
        self.scheme = scheme
        self.user = unquote(credentials.partition(":")[0])
        if plus:
            query = query.replace("+", " ")
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        self.options = [(unquote(key).lower(), unquote(value)) for key, _, value in pairs]

    def option(self, *keys: str) -> str:
        """The last value given for any of the keys, empty when none is."""
        return next((value for key, value in reversed(self.options) if key in keys), "")

    def given(self, *keys: str) -> "list[str]":
        """Every value given for any of the keys."""
        return [value for key, value in self.options if key in keys and value]

    def places(self, *defaults: str) -> "Iterator[tuple[str, str]]":
        """(host, port) of each entry of the authority in its one spelling."""
        for name, port in host.split(self.netloc):
            for one in unquote(name).split(","):
                yield host.canonical(one), host.port(unquote(port), *defaults)


def unwrapped(text: str) -> str:
    """The URL without blanks around it and ``jdbc:`` before it, nor the drivers that JDBC lets stand between."""
    text = text.strip()
    inner = text
    while inner.lower().startswith(_WRAPPERS):
        inner = inner.partition(":")[2]
    if inner == text:
        return text
    words, slashes, rest = inner.partition("://")
    return f"{words.rpartition(':')[2]}://{rest}" if slashes else inner  # jdbc:aws-wrapper:postgresql://


def scheme_of(text: str) -> str:
    """The scheme, its driver included; empty for a text without one."""
    scheme, colon, _ = unwrapped(text).partition(":")
    return scheme.lower() if colon else ""


def readings(text: str) -> "list[Parts]":
    """Every way in which a library takes the URL apart: one for nearly every URL."""
    scheme, rest = _opened(text)
    cuts = dict.fromkeys([_standard(rest, "@"), _standard(rest, ""), _first(rest), _last(rest)])
    return [
        Parts(scheme, cut, plus=plus)
        for cut in cuts
        for plus in ((False, True) if "+" in cut[3] else (False,))
    ]


def standard(text: str) -> Parts:
    """The URL as web clients and brokers' clients read it, which agree."""
    scheme, rest = _opened(text)
    return Parts(scheme, _standard(rest, ""))


def _opened(text: str) -> tuple[str, str]:
    """The scheme, and what stands behind ``//``. Where no slashes stand, there is no authority."""
    scheme, _, rest = unwrapped(text).partition(":")
    return scheme.lower(), rest[2:] if rest.startswith("//") else "/" + rest.lstrip("/")


def _standard(rest: str, first: str) -> "_Cut":
    """RFC 3986, as urllib and most others read it: the authority ends at ``/``, ``?`` or ``#``, breaks are left out.

    The last ``@`` counts, for asyncpg the ``first``.
    """
    rest = rest.replace("\t", "").replace("\n", "").replace("\r", "")
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    authority, _, path = rest.partition("/")
    if first:
        credentials, at, netloc = authority.partition(first)
        return (credentials, netloc, path, query, fragment) if at else ("", authority, path, query, fragment)
    credentials, _, netloc = authority.rpartition("@")
    return credentials, netloc, path, query, fragment


def _first(rest: str) -> "_Cut":
    """libpq: the first ``@`` counts if no ``/`` stands before it, and nothing is a fragment."""
    at = rest.find("@")
    slash = rest.find("/")
    if at >= 0 and (slash < 0 or at < slash):
        return _tail(rest[:at], rest[at + 1 :])
    return _tail("", rest)


def _last(rest: str) -> "_Cut":
    """SQLAlchemy: a password goes up to the next ``@``, whatever stands in it."""
    ends = [position for position in (rest.find(":"), rest.find("/")) if position >= 0]
    end = min(ends, default=len(rest))
    at = rest.find("@", end) if rest[end : end + 1] == ":" else -1
    if at < 0:
        at = rest.rfind("@", 0, end)
    return _tail("", rest) if at < 0 else _tail(rest[:at], rest[at + 1 :])


def _tail(credentials: str, rest: str) -> "_Cut":
    rest, _, query = rest.partition("?")
    netloc, _, path = rest.partition("/")
    return credentials, netloc, path, query, ""


def identities(text: str, where: "Where") -> "frozenset[Identity]":  # noqa: ARG001 - the registry's signature
    """One identity for each host that the URL lists: family, host, port, path."""
    parts = standard(text)
    family = of_scheme(parts.scheme)
    path = unquote(parts.path).strip("/")
    return frozenset((family, name, port, path) for name, port in parts.places(*_PORTS.get(family, ("",))))
