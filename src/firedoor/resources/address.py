"""Addresses: URLs of databases, caches, queues, buckets and services, brought to one spelling.

Driver suffix, user, password, default port, letter case, percent-encoding and connection options do not change
which database answers; another host, port, path or database does.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity

_SCHEMES = {
    "postgres": "postgresql",
    "pgsql": "postgresql",
    "psql": "postgresql",
    "postgis": "postgresql",
    "mariadb": "mysql",
    "rediss": "redis",
    "valkey": "redis",
    "valkeys": "redis",
    "sqlite3": "sqlite",
    "amqps": "amqp",
    "mongodb+srv": "mongodb",
}
_PORTS = {
    "postgresql": "5432",
    "mysql": "3306",
    "redis": "6379",
    "amqp": "5672",
    "mongodb": "27017",
    "http": "80",
    "https": "443",
    "smtp": "25",
}
_LOOPBACK = ("localhost", "127.0.0.1", "::1", "[::1]", "")


def identity(text: str, root: str) -> "Identity | None":
    """(scheme, hosts with ports, path) of a URL; the file of an SQLite URL; None for an in-memory database."""
    scheme, separator, rest = text.strip().partition("://")
    if not separator:
        return ("name", text.strip()) if text.strip() else None
    scheme = scheme.lower()
    scheme = _SCHEMES.get(scheme, scheme.partition("+")[0])
    scheme = _SCHEMES.get(scheme, scheme)
    rest = rest.partition("#")[0]
    rest, _, query = rest.partition("?")
    options = _options(query)
    if scheme == "sqlite":
        return _sqlite(rest, options, root)
    authority, _, path = rest.partition("/")
    user, _, netloc = authority.rpartition("@")
    hosts = tuple(sorted({_endpoint(scheme, item, options) for item in netloc.split(",")}))
    return (scheme, hosts, _name(scheme, path, user, options))


def _options(query: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return {unquote(key).lower(): unquote(value) for key, _, value in pairs}


def _endpoint(scheme: str, netloc: str, options: dict[str, str]) -> tuple[str, str]:
    """Host and port of one entry of the authority; libpq lets the query's host and port win."""
    if netloc.startswith("["):
        host, _, port = netloc[1:].partition("]")
        port = port.lstrip(":")
    else:
        host, _, port = netloc.partition(":")
    if scheme == "postgresql":
        host = options.get("hostaddr") or options.get("host") or host
        port = options.get("port") or port
    host = unquote(host).lower().rstrip(".")
    return ("localhost" if host in _LOOPBACK else host, port or _PORTS.get(scheme, ""))


def _name(scheme: str, path: str, user: str, options: dict[str, str]) -> str:
    """The database, index, bucket path or virtual host behind the host."""
    name = unquote(path).strip("/")
    if scheme == "postgresql":
        return options.get("dbname") or name or unquote(user.partition(":")[0])
    if scheme == "redis":
        return (options.get("db") or name or "0").lstrip("0") or "0"
    return name


def _sqlite(rest: str, options: dict[str, str], root: str) -> "Identity | None":
    """The file, as the file system knows it: links resolved; an existing file by device and inode."""
    path = unquote(rest.partition("/")[2])
    path = path.removeprefix("file:")
    if path in ("", ":memory:") or options.get("mode") == "memory":
        return None
    path = os.path.realpath(os.path.join(root, path))
    try:
        status = os.stat(path)
    except OSError:
        return ("file", path)
    return ("file", status.st_dev, status.st_ino)


def unquote(text: str) -> str:
    """Percent-decoding as URLs do it; what is no escape stays."""
    if "%" not in text:
        return text
    head, *parts = text.encode("utf-8", "surrogateescape").split(b"%")
    decoded = [head]
    for part in parts:
        digits = part[:2]
        try:
            decoded.append(
                bytes([int(digits, 16)]) + part[2:] if digits.isalnum() and len(digits) > 1 else b"%" + part
            )
        except ValueError:
            decoded.append(b"%" + part)
    return b"".join(decoded).decode("utf-8", "replace")
