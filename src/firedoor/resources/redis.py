"""Redis and Valkey: a server and the index of a database in it."""

from firedoor.resources import files, host, url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.resources import Identity
    from firedoor.resources.url import Parts
    from firedoor.resources.where import Where

_PORT = "6379"
_SENTINEL_PORT = "26379"
_DEFAULT_SOCKETS = (
    "/run/redis/redis-server.sock",
    "/var/run/redis/redis-server.sock",
    "/run/redis/redis.sock",
    "/var/run/redis/redis.sock",
    "/tmp/redis.sock",  # noqa: S108 - the usual place in examples
)


def identities(text: str, where: "Where") -> "frozenset[Identity]":  # noqa: ARG001 - the registry's signature
    """One identity for each server that the URL lists, with each index it could mean; a socket by its path."""
    found: set[Identity] = set()
    for parts in url.readings(text):
        found.update(_of_url(parts))
    return frozenset(found)


def _of_url(parts: "Parts") -> "Iterator[Identity]":
    given = parts.given("db", "virtual_host")
    if "unix" in parts.scheme or "socket" in parts.scheme:
        paths = {f"/{parts.path}", f"/{parts.netloc}/{parts.path}" if parts.netloc else f"/{parts.path}"}
        for path in paths:  # redis-py leaves out what others take for the first folder
            real = files.socket(host.unquote(path), _DEFAULT_SOCKETS)
            server = ("redis", "socket", real) if real else ("redis", host.LOCAL, _PORT)
            for index in given or [""]:
                yield (*server, _index(index))
        return
    default = _SENTINEL_PORT if "sentinel" in parts.scheme else _PORT
    names = ["host"] if not parts.netloc.partition(":")[0] else []
    indices = {_index(index) for index in given or [_in_path(host.unquote(parts.path))]}
    options = [host.canonical(name) for name in parts.given(*names)]
    ports = [host.port(number, default) for number in parts.given("port")]
    for name, port in parts.places(default):
        number = ports[0] if ports and port == default else port
        for one in options or [name]:
            for index in indices:
                yield "redis", one, number, index


def _in_path(path: str) -> str:
    """The index that a path says. A sentinel's path says a master's name before or behind it."""
    segments = [segment for segment in path.split("/") if segment]
    whole = "".join(segments)
    return whole if whole.isdigit() else next((one for one in segments if one.isdigit()), "")


def _index(text: str) -> str:
    text = text.strip()
    return str(int(text)) if text.isascii() and text.isdigit() else text or "0"
