"""HTTP endpoints: host, port and path. With and without TLS on the usual ports it is one endpoint."""

from firedoor.resources import url
from firedoor.resources.host import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.resources import Identity
    from firedoor.resources.where import Where

_PORTS = ("443", "80")
_SCHEMES = ("http", "https", "ws", "wss")


def identities(text: str, where: "Where") -> "frozenset[Identity]":  # noqa: ARG001 - the registry's signature
    """One identity for each host that the URL lists. A text without a scheme is read as if it had one."""
    found: set[Identity] = set()
    for written in dict.fromkeys(_written(text)):
        parts = url.standard(written if "://" in written else f"https://{written}")
        path = path_of(unquote(parts.path))
        found.update(("http", name, port, path) for name, port in parts.places(*_PORTS))
    return frozenset(found)


def _written(text: str) -> "Iterator[str]":
    """The URL as it is, or as browsers and those who follow them read it, who take any slashes for ``//``."""
    scheme, colon, rest = text.partition(":")
    is_url = colon and scheme.lower() in _SCHEMES and not rest[:1].isdigit()
    if not is_url or rest.startswith("//"):
        yield text
    if is_url:
        slashed = rest.replace("\\", "/")
        yield f"{scheme}://{slashed.lstrip('/')}"


def path_of(path: str) -> str:
    """The path without what does not change it: ``.``, ``..``, doubled slashes and those at its ends."""
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    return "/".join(segments)
