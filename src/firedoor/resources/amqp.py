"""AMQP: a broker and a virtual host in it. With and without TLS it is one broker."""

from firedoor.resources import url
from firedoor.resources.host import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity
    from firedoor.resources.where import Where

_PORTS = ("5672", "5671")
_DEFAULT = "/"


def identities(text: str, where: "Where") -> "frozenset[Identity]":  # noqa: ARG001 - the registry's signature
    """One identity for each broker that the URL lists. No path, ``/`` and ``/%2F`` are the default virtual host."""
    parts = url.standard(text)
    whole = unquote(parts.path)
    first = unquote(
        parts.path.partition("/")[0]
    )  # where kombu takes the whole path, pika takes its beginning
    said = parts.option("virtual_host", "vhost")
    vhosts = {name for name in (said, whole, first) if name} or {_DEFAULT}
    return frozenset(("amqp", name, port, vhost) for name, port in parts.places(*_PORTS) for vhost in vhosts)
