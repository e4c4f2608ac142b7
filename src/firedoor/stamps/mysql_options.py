"""An address of MySQL or MariaDB, however it is spelled, as the arguments that PyMySQL takes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import unquote

from firedoor.stamps.hidden import Hidden

if TYPE_CHECKING:
    from firedoor.stamps.address import Address

_PORT = 3306
_FILES = {
    "ssl_ca": "ssl_ca",
    "ssl-ca": "ssl_ca",
    "ssl_cert": "ssl_cert",
    "ssl-cert": "ssl_cert",
    "ssl_key": "ssl_key",
    "ssl-key": "ssl_key",
    "unix_socket": "unix_socket",
    "socket": "unix_socket",
}
# What SQLAlchemy and Django hand to the driver beside the URL's own, and over it.
_INSTEAD = {
    "user": "user",
    "username": "user",
    "password": "password",
    "host": "host",
    "port": "port",
    "database": "database",
    "db": "database",
}
_DEFAULTS_FILE, _DEFAULTS_GROUP = "read_default_file", "read_default_group"


def options(address: Address) -> Hidden:
    """Arguments by name. Raises ValueError when the text is no such address."""
    _, separator, rest = address.text.strip().partition("://")
    if not separator:
        raise ValueError("no URL")
    rest, _, query = rest.partition("?")
    authority, _, path = rest.partition("/")
    credentials, _, places = authority.rpartition("@")
    user, _, password = credentials.partition(":")
    host, port = _place(places.partition(",")[0])
    found = Hidden(
        _given(user=unquote(user), password=unquote(password), database=unquote(path), host=host, port=port)
    )
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        name = _FILES.get(key) or _INSTEAD.get(key)
        if name is not None and value:
            found[name] = unquote(value)
        elif key in (_DEFAULTS_FILE, _DEFAULTS_GROUP) and value:
            found[key] = unquote(value)
    if _DEFAULTS_FILE in found:
        found[_DEFAULTS_FILE] = os.path.join(address.root, os.path.expanduser(found[_DEFAULTS_FILE]))
    elif _DEFAULTS_GROUP not in found:
        found = Hidden({"host": "localhost", "port": _PORT, **found})
    if "port" in found:
        found["port"] = int(found["port"])
    return found


def _given(**texts: str) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


def _place(written: str) -> tuple[str, str]:
    """Host and port, empty where they are not said; an IPv6 address stands in brackets."""
    if written.startswith("["):
        host, _, port = written[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = written.partition(":")
    return unquote(host), port
