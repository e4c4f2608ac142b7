"""MongoDB: every member that the URL lists, and a database in it."""

from firedoor.resources import files, host, url
from firedoor.resources.host import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity
    from firedoor.resources.where import Where

_PORT = "27017"


def identities(text: str, where: "Where") -> "frozenset[Identity]":  # noqa: ARG001 - the registry's signature
    """One identity for each member, or for the name whose SRV record lists them."""
    found: set[Identity] = set()
    for parts in url.readings(text):
        database = unquote(parts.path).strip("/")
        for name, port in host.split(parts.netloc):
            plain = unquote(name)
            server = files.real_path(plain) if plain.startswith("/") else host.canonical(plain)
            found.add(("mongodb", server, host.port(port, _PORT), database))
    return frozenset(found)
