"""An address of PostgreSQL, however it is spelled, as the options that libpq takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from firedoor.stamps.hidden import Hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firedoor.stamps.address import Address

    Parse = Callable[[str], Mapping[str, str]]

# What would change how the connection speaks, or write its keys into a file.
_LEFT_OUT = frozenset(
    ("replication", "sslkeylogfile", "client_encoding", "connect_timeout", "application_name")
)
_ALIASES = {"database": "dbname", "username": "user"}
_ENCRYPTED = {"true": "require", "1": "require", "on": "require", "false": "disable", "0": "disable"}
_HOST_AND_PORT = re.compile(r"([A-Za-z0-9.\-]*):([0-9]+)")


def options(address: Address, parse: Parse, environment: Mapping[str, str]) -> Hidden:
    """libpq's options by keyword.

    ``parse`` is libpq's own reading of a connection string, ``environment`` leads from the keywords that libpq knows
    to the variables that it takes them from, empty for none. Raises what ``parse`` raises.
    """
    text = address.text.strip()
    found = _of_url(text, parse, environment) if "://" in text else Hidden(parse(text))
    for keyword in _LEFT_OUT:
        found.pop(keyword, None)
    if "service" not in found:
        _add_variables(found, address, environment)
    found["fallback_application_name"] = "firedoor"
    return found


def _add_variables(found: Hidden, address: Address, environment: Mapping[str, str]) -> None:
    """What libpq would take from the environment's variables; a service stands above them."""
    service = environment["service"]
    wanted = {"service": service} if address.variables.get(service) else environment
    for keyword, variable in wanted.items():
        value = address.variables.get(variable)
        if value and keyword not in found and keyword not in _LEFT_OUT:
            found[keyword] = value


def _of_url(text: str, parse: Parse, known: Mapping[str, str]) -> Hidden:
    scheme, _, rest = text.partition("://")
    rest, _, query = rest.partition("?")
    found = Hidden(parse("postgresql://" + rest))
    if "+" in scheme:
        found["dbname"] = rest.partition("/")[2]  # SQLAlchemy does not decode it
    if not found.get("dbname"):
        found.pop("dbname", None)
    _add_query(found, query, known)
    return found


def _add_query(found: Hidden, query: str, known: Mapping[str, str]) -> None:
    """The options after the question mark: libpq's, and in the words of SQLAlchemy, asyncpg and JDBC."""
    hosts: list[str] = []
    ports: list[str] = []
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        key, value = unquote(key), unquote(value)
        key = _ALIASES.get(key, key)
        if key == "ssl":
            found["sslmode"] = _ENCRYPTED.get(value.lower(), value)
        elif key == "host":
            match = _HOST_AND_PORT.fullmatch(value)
            hosts.append(match[1] if match else value)
            ports += [match[2]] if match else []
        elif key in known:
            found[key] = value
    if hosts:
        found["host"] = ",".join(hosts)
    if ports:
        found["port"] = ",".join(ports)
