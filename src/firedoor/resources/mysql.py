"""MySQL and MariaDB: URLs as SQLAlchemy hands them to PyMySQL, mysqlclient and asyncmy, and Go's ``tcp(host)`` form.

The driver takes an option before the authority, and a socket before both.
"""

import os

from firedoor.resources import files, host, url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.resources import Identity
    from firedoor.resources.url import Parts
    from firedoor.resources.where import Where

_PORT = "3306"
_DEFAULT_SOCKETS = (
    "/run/mysqld/mysqld.sock",
    "/var/run/mysqld/mysqld.sock",
    "/tmp/mysql.sock",  # noqa: S108 - the client library's own default
    "/var/lib/mysql/mysql.sock",
)
_DATABASE = ("database", "db", "dbname")
_SOCKET = ("unix_socket", "socket", "unixsocket")
_DEFAULTS_FILE = ("read_default_file", "read_default_group")


def identities(text: str, where: "Where") -> "frozenset[Identity]":
    """One identity for each server and database that the text can lead to.

    Many servers make no difference between ``Shop`` and ``shop``, and nobody has two databases that differ in no more.
    """
    found: set[Identity] = set()
    if "://" not in text:
        found.update(_of_go(text, where) if "(" in text else _of_pairs(text, where))
    else:
        for parts in url.readings(text):
            found.update(_of_url(parts, where))
    return frozenset((*server, database.lower()) for *server, database in found)


def _of_url(parts: "Parts", where: "Where") -> "Iterator[Identity]":
    path = host.unquote(parts.path).strip("/")
    given = {key: value for key, value in parts.options if value}
    defaults = _defaults(given, where)
    databases = {database for database in (_first(given, _DATABASE), path) if database}
    databases = databases or {defaults.get("database", "")}
    sockets = [given[key] for key in _SOCKET if key in given] or [
        socket for socket in (defaults.get("socket"),) if socket and not parts.netloc
    ]
    written = list(host.split(parts.netloc))
    named = [(given["host"], given.get("port") or port) for _, port in written] if "host" in given else []
    here = [place for place in written if place[0]] if named else written
    for name, port in (*named, *here):
        if sockets and name.lower() in ("", "localhost"):
            continue  # with any other host the C library takes no socket
        numbers = {number for number in (given.get("port"), port) if number} or {""}
        for number in numbers:
            for server in _servers(host.unquote(name), host.unquote(number), defaults, where):
                for database in databases:
                    yield (*server, database)
    for socket in sockets:
        for database in databases:
            yield (*_socket(socket), database)


def _first(given: "dict[str, str]", keys: "tuple[str, ...]") -> str:
    return next((given[key] for key in keys if key in given), "")


def _servers(
    name: str, port: str, defaults: "dict[str, str]", where: "Where"
) -> "Iterator[tuple[str, str, str]]":
    """The server that is named, or what stands in for a name or port that is not said."""
    if name.startswith("/"):
        yield _socket(name)
        return
    names = [name] if name else [defaults.get("host") or where.said("MYSQL_HOST")]
    ambient = where.said("MYSQL_TCP_PORT")  # the C library obeys it, PyMySQL does not
    ports = [port] if port else [defaults.get("port", ""), *([ambient] if ambient else [])]
    for one in names:
        server = host.canonical(one)
        for number in ports:
            yield "mysql", server, host.port(number, _PORT)
        if server == host.LOCAL and (socket := where.said("MYSQL_UNIX_PORT")):
            yield _socket(socket)  # what the C library makes of localhost


def _socket(path: str) -> "tuple[str, str, str]":
    real = files.socket(path, _DEFAULT_SOCKETS)
    return ("mysql", "socket", real) if real else ("mysql", host.LOCAL, _PORT)


def _defaults(given: "dict[str, str]", where: "Where") -> "dict[str, str]":
    """What an option file adds, where the URL names one: host, port, socket, database."""
    if not any(key in given for key in _DEFAULTS_FILE):
        return {}
    from firedoor import reading

    path = os.path.expanduser(given.get("read_default_file", "/etc/my.cnf"))
    data = reading.read_bytes(os.path.join(where.root, path))
    if isinstance(data, reading.Failure):
        return {}
    return _section(data.decode("utf-8", "replace"), given.get("read_default_group", "client"))


def _section(text: str, wanted: str) -> "dict[str, str]":
    found: dict[str, str] = {}
    here = False
    for written in text.splitlines():
        line = written.strip()
        if line.startswith("["):
            here = line[1:].partition("]")[0].strip() == wanted
        elif here and not line.startswith(("#", ";")):
            keyword, _, value = line.partition("=")
            found[keyword.strip().lower().replace("_", "-")] = value.strip().strip("'\"")
    return found


def _of_pairs(text: str, where: "Where") -> "Iterator[Identity]":
    """``mysql:host=db;dbname=shop``, as PHP's PDO has it."""
    pairs = [pair.partition("=") for pair in text.partition(":")[2].split(";") if "=" in pair]
    given = {key.strip().lower(): value.strip() for key, _, value in pairs}
    database = _first(given, _DATABASE)
    if "unix_socket" in given:
        yield (*_socket(given["unix_socket"]), database)
    else:
        for server in _servers(given.get("host", ""), given.get("port", ""), {}, where):
            yield (*server, database)


def _of_go(text: str, where: "Where") -> "Iterator[Identity]":
    """``user:password@tcp(host:3306)/shop?parseTime=true``."""
    address, _, rest = text.rpartition("@")[2].partition(")")
    network, _, place = address.partition("(")
    database = host.unquote(rest.strip("/").partition("?")[0])
    if network == "unix":
        yield (*_socket(place), database)
        return
    for name, port in host.split(place):
        for server in _servers(name, port, {}, where):
            yield (*server, database)
