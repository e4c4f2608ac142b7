"""PostgreSQL: libpq's URIs and keyword strings, and SQLAlchemy's URLs over any driver.

A text can say a host twice, and libraries differ on which one counts: each is taken to be meant.
"""

import os

from firedoor.resources import host
from firedoor.resources.url import Parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from firedoor.resources import Identity

_PORT = "5432"
_DEFAULT_SOCKETS = ("/tmp", "/run/postgresql", "/var/run/postgresql")  # noqa: S108 - libpq's own defaults


def identities(text: str, _root: str) -> "frozenset[Identity]":
    """One identity for each server and database that the text can lead to."""
    if "://" in text:
        parts = Parts(text)
        options = parts.options
        places = list(
            host.split(host.unquote(parts.netloc) if "%2" in parts.netloc.lower() else parts.netloc)
        )
        user, database = parts.user, host.unquote(parts.path)
    else:
        options = _keywords(text)
        places, user, database = [], "", ""
    given = {key: value for key, value in options if value}
    ports = given.get("port", "").split(",")
    named = [place for key in ("host", "hostaddr") for place in _hosts(options, key)]
    if named:
        places = [place for place in places if place[0]] + named
    database = (
        given.get("dbname") or given.get("database") or database.strip("/") or given.get("user") or user
    )
    return frozenset(
        ("postgresql", _server(name), port or _port(ports, position), database)
        for position, (name, port) in enumerate(places or [("", "")])
    )


def _hosts(options: "Iterable[tuple[str, str]]", wanted: str) -> list[tuple[str, str]]:
    return [place for key, value in options if key == wanted and value for place in _split(value)]


def _split(value: str) -> list[tuple[str, str]]:
    """A host option: a list of hosts, of socket folders, or of ``host:port`` as SQLAlchemy takes it."""
    return [
        (item, "") if item.startswith(("/", "@")) else next(host.split(item)) for item in value.split(",")
    ]


def _port(ports: list[str], position: int) -> str:
    """libpq pairs ports with hosts; one port is for all of them."""
    port = ports[position % len(ports)] if len(ports) > 1 else ports[0]
    return port.strip().lstrip("0") or _PORT


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
        key, equals, _ = text[position:].partition("=")
        if not equals:
            break
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
