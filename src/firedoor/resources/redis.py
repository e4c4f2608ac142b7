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
    is_sentinel = "sentinel" in parts.scheme
    default = _SENTINEL_PORT if is_sentinel else _PORT
    names = ["host"] if not parts.netloc.partition(":")[0] else []
    written = set(_in_path(host.unquote(parts.path), is_sentinel=is_sentinel))
    indices = {_index(index) for index in given} | (written if not given or parts.path else set())
    options = [host.canonical(name) for name in parts.given(*names)]
    ports = [host.port(number, default) for number in parts.given("port")]
    for name, port in parts.places(default):
        number = ports[0] if ports and port == default else port
        for one in options or [name]:
            for index in indices:
                yield "redis", one, number, index


def _in_path(path: str, *, is_sentinel: bool) -> "Iterator[str]":
    """The indices that a path can mean. A sentinel's path says a master's name before or behind it."""
    segments = path.split("/")
    whole = _index("".join(segments))
    if whole.isdecimal():
        yield whole
        return
    named = next((_index(one) for one in segments if one.isdecimal()), "0")
    yield named
    if not is_sentinel:
        yield "0"  # redis-py takes what is no number for none


def _index(text: str) -> str:
    """The number as Python reads it: ``+1``, ``0_1`` and full-width digits are numbers, too."""
    try:
        return str(int(text))
    except ValueError:
        return text.strip() or "0"
