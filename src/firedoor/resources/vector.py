"""Vector stores spoken to over HTTP: which one a URL means, a server, and a collection in it.

A URL says it by its scheme (``qdrant+https://``), else its host or path does, else its port.
"""

from firedoor.resources import url
from firedoor.resources.host import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.resources import Identity
    from firedoor.resources.url import Parts
    from firedoor.resources.where import Where

QDRANT, CHROMA = "qdrant", "chroma"
_PORTS = {QDRANT: ("6333", "6334"), CHROMA: ("8000",)}
_TENANT, _DATABASE = "default_tenant", "default_database"
_COLLECTION = ("collection", "collection_name")


def store(text: str) -> str:
    """``qdrant`` or ``chroma`` where the URL says so; empty when it does not."""
    scheme = url.scheme_of(text)
    for one in (QDRANT, CHROMA):
        if one in scheme:
            return one
    authority, _, path = text.partition("://")[2].lower().partition("/")
    place = authority.rpartition("@")[2]
    for one in (QDRANT, CHROMA):
        if one in place:
            return one
    if "tenants/" in path or path.startswith(("api/v1", "api/v2")):
        return CHROMA
    if path.startswith("collections/"):
        return QDRANT
    port = place.partition("?")[0].partition("#")[0].rpartition(":")[2].lstrip("0")
    return next((one for one, ports in _PORTS.items() if port in ports), "")


def identities(text: str, where: "Where") -> "frozenset[Identity]":  # noqa: ARG001 - the registry's signature
    """One identity for the server and each collection that is named, with an empty name for all of it.

    Clients take a host and a port without a scheme, too.
    """
    text = text if "://" in text else f"http://{text}"
    kind = store(text)
    parts = url.standard(text)
    inside = list(_in_chroma(parts) if kind == CHROMA else _in_qdrant(parts))
    return frozenset((kind, name, port, part) for name, port in _places(parts, kind) for part in inside)


def _places(parts: "Parts", kind: str) -> "Iterator[tuple[str, str]]":
    usual = _PORTS[kind]
    for name, port in parts.places(*usual):
        is_cloud = port == "443" and name.endswith((".qdrant.io", ".trychroma.com"))
        yield name, usual[0] if is_cloud else port


def _named(parts: "Parts") -> "list[str]":
    fragment = unquote(parts.fragment)
    return [*parts.given(*_COLLECTION), *([fragment] if fragment else [])]


def _in_qdrant(parts: "Parts") -> "Iterator[str]":
    """A collection by option, fragment, ``/collections/NAME``, or as the path of a URL with the store's own scheme."""
    path = unquote(parts.path).strip("/")
    if "collections/" in f"{path}/":
        path = path.rpartition("collections/")[2].partition("/")[0] if "collections/" in path else ""
    elif not parts.scheme.startswith(QDRANT):
        path = ""  # a prefix of the server's
    yield from _named(parts) or [path]


def _in_chroma(parts: "Parts") -> "Iterator[str]":
    """``tenant/database/collection``, with Chroma's own defaults."""
    segments = unquote(parts.path).split("/")
    after = dict(zip(segments, segments[1:], strict=False))  # noqa: RUF007 - itertools is not loaded yet
    tenant = parts.option("tenant") or after.get("tenants") or _TENANT
    database = parts.option("database") or after.get("databases") or _DATABASE
    for name in _named(parts) or [after.get("collections", "")]:
        yield f"{tenant}/{database}/{name}"
