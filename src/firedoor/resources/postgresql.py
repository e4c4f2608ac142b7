"""PostgreSQL: libpq's URIs and keyword strings with all that libpq adds to them, and URLs over any other driver.

A text can say a host or a database twice, and libraries differ on which one counts: the authority, as asyncpg has it,
or the option, as libpq and SQLAlchemy have it. Each is taken to be meant. What the text leaves out comes from a service
file, then from the environment's own PG* variables, then from libpq's defaults.
"""

from firedoor.resources import host, url
from firedoor.resources.unknown import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firedoor.resources import Identity
    from firedoor.resources.url import Parts
    from firedoor.resources.where import Where

    Place = tuple[str, str]  # host and port, as written
    Said = dict[str, list[str]]  # keyword to the values of its list

_PORT = "5432"
_LONGEST_NAME = 63  # bytes, beyond which the server cuts it
_DEFAULT_SOCKETS = ("/tmp", "/run/postgresql", "/var/run/postgresql")  # noqa: S108 - libpq's own defaults
# Options that say where to: libpq's, asyncpg's and JDBC's words for them.
_HOST, _ADDRESS, _PORTS = ("host", "pghost"), ("hostaddr",), ("port", "pgport")
_DATABASE, _USER = ("dbname", "database", "pgdbname"), ("user", "username")
_LEADING = frozenset([*_HOST, *_ADDRESS, *_PORTS, *_DATABASE, *_USER, "service"])
_COLLECTION = ("collection", "collection_name")
_POOLER = ".pooler.supabase.com"  # one host for all projects: the user says which


def identities(text: str, where: "Where") -> "frozenset[Identity]":
    """One identity for each server and database that the text can lead to."""
    return _finished(_read(url.unwrapped(text), where), where)


def of_collections(text: str, where: "Where") -> "frozenset[Identity]":
    """The same of a vector store in a database: a collection, by option or fragment, is a part of its database."""
    text = url.unwrapped(text)
    if _is_keywords(text):
        return _finished(_of_keywords(text, where), where)
    found: set[Identity] = set()
    for parts in url.readings(text):
        named = parts.given(*_COLLECTION)
        if parts.fragment:
            named.append(host.unquote(parts.fragment))
        read = _of_url(parts, where)
        found.update((*identity, name) for identity in read for name in named)
        if not named and "#" not in parts.path:
            found |= read
    return _finished(found, where)


def _read(text: str, where: "Where") -> "set[Identity]":
    if _is_keywords(text):
        return _of_keywords(text, where)
    return {identity for parts in url.readings(text) for identity in _of_url(parts, where)}


def _finished(found: "set[Identity]", where: "Where") -> "frozenset[Identity]":
    """The identities by the names that the server looks for, and what those lead to that are addresses themselves."""
    for name in {part for identity in found for part in identity[3:4]}:
        if "=" in name or "://" in name:
            # psql, and whoever gives libpq keywords one by one, takes such a database's name for a text like this one
            found = found | _read(name, where)
    return frozenset((*one[:3], *map(_clipped, one[3:4]), *one[4:]) for one in found)


def _clipped(name: str) -> str:
    written = name.encode("utf-8", "surrogatepass")
    return name if len(written) <= _LONGEST_NAME else written[:_LONGEST_NAME].decode("utf-8", "ignore")


def _is_keywords(text: str) -> bool:
    return "://" not in text.partition("=")[0] and not text.lower().startswith("postgresql:")


def _of_url(parts: "Parts", where: "Where") -> "set[Identity]":
    """What one reading of a URL leads to."""
    written = [
        (one, host.unquote(port))
        for name, port in host.split(parts.netloc)
        for one in host.unquote(name).split(",")
    ]
    path = host.unquote(parts.path)
    options = any(key in _LEADING for key, _ in parts.options)
    if not options and not where.variables:
        database = path.strip("/") or parts.user
        return {_identity(name, port, database, parts.user) for name, port in written}
    here = written if len(written) > 1 or written[0][0] else []
    said = _options(parts, path)
    if not here:
        said["port"] = said["port"] or _list([written[0][1]])
    named = [item for value in parts.given(*_HOST) for item in _hosts(value)]
    places = _with_ports(named, here) or here
    found = _led(places, said, where)
    blank = {key for key, value in parts.options if not value} & _LEADING
    if blank:
        unsaid = [("", "")] if blank.intersection(_HOST) else places
        found |= _led(unsaid, _emptied(said, blank), where)
    if any(name for name, _ in here):
        databases = list(filter(None, [path.strip("/")])) or said["dbname"]
        for ports in (said["port"], []):
            authority = {**said, "hostaddr": [], "dbname": databases, "port": ports}
            found |= _led(here, authority, where, own_ports=True)
    return found


def _options(parts: "Parts", path: str) -> "Said":
    user = (parts.given(*_USER) or [parts.user])[-1]
    return {
        "hostaddr": _list(parts.given(*_ADDRESS)[-1:]),
        "port": _list(parts.given(*_PORTS)),
        "dbname": parts.given(*_DATABASE) or list(filter(None, [path.strip("/")])),
        "user": [user] if user else [],
        "service": parts.given("service")[-1:],
        "servicefile": parts.given("servicefile")[-1:],
    }


def _emptied(said: "Said", blank: "set[str]") -> "Said":
    """What an option without a value means to libpq: it is said, and neither service nor variable stands in for it."""
    return {
        **said,
        "port": [_PORT] if blank.intersection(_PORTS) else said["port"],
        "dbname": [""] if blank.intersection(_DATABASE) else said["dbname"],
    }


def _with_ports(named: "list[Place]", here: "list[Place]") -> "list[Place]":
    """The hosts of an option with the authority's ports, which stay when only the hosts are said anew."""
    ports = [port for _, port in here if port]
    return [
        (name, port or (ports[index % len(ports)] if ports else ""))
        for index, (name, port) in enumerate(named)
    ]


def _of_keywords(text: str, where: "Where") -> "set[Identity]":
    if text[:6].lower() == "pgsql:":  # PHP's PDO
        text = text[6:]
    options = _pairs(text) if ";" in text else _keywords(text)
    given = dict(options)
    databases = [given[key] for key in ("dbname", "database") if key in given]
    said = {
        "hostaddr": _list([given.get("hostaddr")]),
        "port": (given["port"] or _PORT).split(",")
        if "port" in given
        else [],  # said to be empty, it is the default
        "dbname": [one for one in databases if one] or databases,
        "user": list(filter(None, [given.get("user") or given.get("username")])),
        "service": list(filter(None, [given.get("service")])),
        "servicefile": list(filter(None, [given.get("servicefile")])),
    }
    named = given.get("host", given.get("server"))
    return _led([] if named is None else _hosts(named), said, where)


def _hosts(value: str) -> "list[Place]":
    """A host option: a list of hosts, of socket folders, or of ``host:port`` as SQLAlchemy takes it."""
    return [_host(item) for item in value.split(",")]


def _host(item: str) -> "Place":
    name, port = next(host.split(item))
    return (name, port) if port and not item.startswith(("/", "@")) else (item, "")


def _list(values: "Iterable[str | None]") -> list[str]:
    return [item for value in values if value for item in value.split(",")]


def _led(places: "list[Place]", said: "Said", where: "Where", *, own_ports: bool = False) -> "set[Identity]":
    """Every server and database that is meant, with what a service file and the variables add.

    With ``own_ports`` the ports beside the hosts count before those of an option.
    """
    missing: set[Identity] = set()
    fallback: list[str] = []
    service = [*said["service"], where.said("PGSERVICE")][0]
    if service:
        from firedoor.resources import postgresql_service  # few have one

        definition = postgresql_service.find(service, "".join(said["servicefile"]), where)
        if isinstance(definition, str):
            missing = {unknown(definition)}
            if not places and not said["hostaddr"]:
                return missing
        else:
            places, said = _with_service(places, said, definition)
            fallback = _list([definition.get("port")])
    addresses = said["hostaddr"] or _list([where.said("PGHOSTADDR")])
    if not places and not addresses:
        places = _hosts(where.said("PGHOST"))
    fallback = fallback or _list([where.said("PGPORT")])
    user = [*said["user"], where.said("PGUSER")][0]
    databases = said["dbname"] or [where.said("PGDATABASE")]
    paired = _paired(places, said["port"], fallback, own_ports=own_ports)
    numbers = said["port"] or [port for _, port in places]
    paired += [(name, _at(numbers, index) or _at(fallback, index)) for index, name in enumerate(addresses)]
    found = {_identity(name, port, one or user, user) for name, port in paired for one in databases}
    return found | missing


def _paired(
    places: "list[Place]", ports: "list[str]", fallback: "list[str]", *, own_ports: bool
) -> "list[Place]":
    """Each host with the port beside it or the listed one. Where others have one, one without has libpq's default."""
    usual = {_PORT} if len(places) > 1 else set()
    paired = []
    for index, (name, own) in enumerate(places):
        listed = _at(ports, index)
        said = (own or listed) if own_ports else (listed or own)
        paired += [(name, port) for port in ({said} if said else {_at(fallback, index), *usual})]
    return paired


def _at(ports: "list[str]", index: int) -> str:
    """One port is for all hosts, several are paired with them."""
    return ports[index % len(ports)] if ports else ""


def _with_service(
    places: "list[Place]", said: "Said", definition: "Mapping[str, str]"
) -> "tuple[list[Place], Said]":
    """What the text leaves out, as the service has it."""
    filled = {
        keyword: values or _list([definition.get(keyword)] if keyword != "port" else [])
        for keyword, values in said.items()
    }
    if not said["dbname"]:
        filled["dbname"] = list(filter(None, [definition.get("dbname") or definition.get("database")]))
    named = definition.get("host")
    if not places and named:
        places = _hosts(named)
    return places, filled


def _identity(name: str, port: str, database: str, user: str) -> "Identity":
    server, port = _server(name, host.port(port, _PORT))
    if server.endswith(_POOLER) and "." in user:
        server = f"{user.rpartition('.')[2].lower()}.{server}"
    return "postgresql", server, port, database


def _server(name: str, port: str) -> "Place":
    """A socket in a usual folder is this machine's server; in another folder it may be any."""
    if name.startswith("@"):
        return name, port
    if not name.startswith("/"):
        return host.canonical(name), port
    if name.rstrip("/") in _DEFAULT_SOCKETS:
        return host.LOCAL, port
    from firedoor.resources import files  # few have a socket of their own

    name = name.partition("\0")[0]
    socket = files.real_path(f"{name}/.s.PGSQL.{port}")  # a link leads to the server it names
    folder, _, number = socket.rpartition("/.s.PGSQL.")
    if not folder:
        return files.real_path(name), port
    return (host.LOCAL if folder in _DEFAULT_SOCKETS else folder), number


def _keywords(text: str) -> list[tuple[str, str]]:
    """``key = value`` pairs by libpq's rules: single quotes around a value, a backslash before any character."""
    options = []
    position = 0
    while position < len(text):
        key = text[position:].partition("=")[0]
        position += len(key) + 1
        while text[position : position + 1].isspace():
            position += 1
        value, position = _value(text, position)
        options.append((key.strip().lower(), value))
    return options


def _value(text: str, position: int) -> tuple[str, int]:
    quoted = text[position : position + 1] == "'"
    position += quoted
    value = []
    while position < len(text):
        character = text[position]
        position += 1
        if character == "\\":
            value.append(text[position : position + 1])
            position += 1
        elif character == "'" if quoted else character.isspace():
            break
        else:
            value.append(character)
    return "".join(value), position


def _pairs(text: str) -> list[tuple[str, str]]:
    """``Host=db;Database=shop``, as .NET and ODBC write it."""
    pairs = [pair.partition("=") for pair in text.split(";") if "=" in pair]
    return [(key.strip().lower(), value.strip().strip("'\"")) for key, _, value in pairs]
