"""Addresses of any other kind: scheme, host, port and path of a URL; a bare name is itself."""

from firedoor.resources import host
from firedoor.resources.host import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity

_ALIASES = {"mariadb": "mysql", "amqps": "amqp", "https": "http", "smtps": "smtp"}
_PORTS = {"mysql": "3306", "amqp": "5672", "mongodb": "27017", "http": "80", "https": "443", "smtp": "25"}


class Parts:
    """A URL in parts, nothing decoded but the options: ``scheme`` without driver, ``options`` as (key, value)."""

    __slots__ = ("netloc", "options", "path", "scheme", "user")

    def __init__(self, text: str) -> None:
        scheme, _, rest = text.removeprefix("jdbc:").partition("://")
        rest = rest.partition("#")[0]
        rest, _, query = rest.partition("?")
        authority, _, self.path = rest.partition("/")
        credentials, _, self.netloc = authority.rpartition("@")
        self.scheme = scheme.lower()
        self.user = unquote(credentials.partition(":")[0])
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        self.options = [(unquote(key).lower(), unquote(value)) for key, _, value in pairs]

    def option(self, *keys: str) -> str:
        """The last value given for any of the keys, empty when none is."""
        return next((value for key, value in reversed(self.options) if key in keys), "")


def identities(text: str, _root: str) -> "frozenset[Identity]":
    """One identity for each host that the URL lists."""
    if "://" not in text:
        return frozenset({("name", text)}) if text else frozenset()
    parts = Parts(text)
    driverless = parts.scheme.partition("+")[0]
    scheme = _ALIASES.get(driverless, driverless)
    default = _PORTS.get(driverless, _PORTS.get(scheme, ""))
    path = unquote(parts.path).strip("/")
    socket = parts.option("unix_socket")
    if socket:
        return frozenset({(scheme, "socket", socket, path)})
    return frozenset(
        (scheme, host.canonical(name), port.lstrip("0") or default, path)
        for name, port in host.split(parts.netloc)
    )
