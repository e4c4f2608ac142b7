"""SMTP: a server is one, whether it is spoken to on port 25, 465, 587 or 2525."""

from firedoor.resources import url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity
    from firedoor.resources.where import Where

_PORTS = ("25", "465", "587", "2525")


def identities(text: str, where: "Where") -> "frozenset[Identity]":  # noqa: ARG001 - the registry's signature
    """One identity for each server that the URL, or the list of bare hosts, names."""
    parts = url.standard(text if "://" in text else f"smtp://{text}")
    return frozenset(("smtp", name, port, "") for name, port in parts.places(*_PORTS))
