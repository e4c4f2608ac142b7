"""PostgreSQL: libpq's URIs and keyword strings, and SQLAlchemy's URLs over any driver.

A text can say a host twice, and libraries differ on which one counts: each is taken to be meant.
"""

import os

from firedoor.resources import host
from firedoor.resources.url import Parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.resources import Identity

_PORT = "5432"
_DEFAULT_SOCKETS = ("/tmp", "/run/postgresql", "/var/run/postgresql")  # noqa: S108 - libpq's own defaults


def identities(text: str, _root: str) -> "frozenset[Identity]":
    """One identity for each server and database that the text can lead to."""
    if "://" in text:
        parts = Parts(text)
        options = parts.options
        places = list(host.split(host.unquote(parts.netloc)))
        user, database = parts.user, host.unquote(parts.path)
    else:
        options = _keywords(text)
        places, user, database = [("", "")], "", ""
    given = dict(options)
    database = (
        given.get("dbname") or given.get("database") or database.strip("/") or given.get("user") or user
    )
    return frozenset(("postgresql", _server(name), port, database) for name, port in _places(places, options))


def _places(
    written: "list[tuple[str, str]]", options: "list[tuple[str, str]]"
) -> "Iterator[tuple[str, str]]":
    """(host, port) of every server that the authority or an option names.

    libpq pairs the ports of a list with its hosts; one port is for all of them.
    """
    named = [
        [place for key, value in options if key == wanted and value for place in _split(value)]
        for wanted in ("host", "hostaddr")
    ]
    ports = [port for key, value in options if key == "port" for port in value.split(",")]
    if any(named):
        ports = ports or [port for _, port in written]
        written = [place for place in written if place[0]]
    for places in (written, *named):
        for position, (name, port) in enumerate(places):
            listed = ports[position % len(ports)] if ports else ""
            for said in {_plain(port), _plain(listed)} - {""} or {_PORT}:
                yield name, said


def _plain(port: str) -> str:
    return port.strip().lstrip("0")


def _split(value: str) -> list[tuple[str, str]]:
    """A host option: a list of hosts, of socket folders, or of ``host:port`` as SQLAlchemy takes it."""
    return [
        (item, "") if item.startswith(("/", "@")) else next(host.split(item)) for item in value.split(",")
    ]


def _server(name: str) -> str:
    """A socket in a usual folder is this machine's server; in another folder it may be any."""
    name = host.unquote(name)
    if not name.startswith("/"):
        return host.canonical(name)
    folder = os.path.realpath(name)
    return host.LOCAL if name.rstrip("/") in _DEFAULT_SOCKETS or folder in _DEFAULT_SOCKETS else folder


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
