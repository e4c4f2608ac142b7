"""Redis and Valkey: a server and the index of a database in it."""

from firedoor.resources import host
from firedoor.resources.host import unquote
from firedoor.resources.url import Parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity

_PORT = "6379"


def identities(text: str, _root: str) -> "frozenset[Identity]":
    """One identity for each server that the URL lists, with the index; a socket by its path."""
    parts = Parts(text)
    index = parts.option("db", "virtual_host")
    if parts.scheme == "unix" or "socket" in parts.scheme:
        return frozenset({("redis", "socket", unquote("/" + parts.path), _index(index))})
    index = index or unquote(parts.path).strip("/")
    return frozenset(
        ("redis", host.canonical(name), port.lstrip("0") or _PORT, _index(index))
        for name, port in host.split(parts.netloc)
    )


def _index(text: str) -> str:
    return str(int(text)) if text.isascii() and text.isdigit() else text or "0"
