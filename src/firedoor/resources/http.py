"""HTTP endpoints: host, port and path. With and without TLS on the usual ports it is one endpoint."""

from firedoor.resources import url
from firedoor.resources.host import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity
    from firedoor.resources.where import Where

_PORTS = ("443", "80")


def identities(text: str, where: "Where") -> "frozenset[Identity]":  # noqa: ARG001 - the registry's signature
    """One identity for each host that the URL lists. A text without a scheme is read as if it had one."""
    parts = url.standard(text if "://" in text else f"https://{text}")
    path = path_of(unquote(parts.path))
    return frozenset(("http", name, port, path) for name, port in parts.places(*_PORTS))


def path_of(path: str) -> str:
    """The path without what does not change it: ``.``, ``..``, doubled slashes and those at its ends."""
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/".join(segments)
