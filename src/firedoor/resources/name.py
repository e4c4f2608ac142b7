"""Texts without a scheme: the name of a host, a list of hosts, the name of a database."""

from firedoor.resources import host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity
    from firedoor.resources.where import Where

_SHORTEST_ADDRESS = 8  # digits: a shorter number is a number, not a host


def identities(text: str, where: "Where") -> "frozenset[Identity]":  # noqa: ARG001 - the registry's signature
    """Each name in one spelling; a port beside it belongs to the name."""
    return frozenset(("name", one) for item in text.split(",") if (one := _name(item.strip())))


def _name(text: str) -> str:
    if not text or (text.isdigit() and len(text) < _SHORTEST_ADDRESS):
        return text
    ((name, port),) = host.split(text)
    if port and not port.isdigit():
        return text
    canonical = host.canonical(name)
    return f"{canonical}:{host.port(port)}" if port else canonical
