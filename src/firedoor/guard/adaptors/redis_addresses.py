"""What a connection of redis-py was told, as an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.resources import host as hosts

if TYPE_CHECKING:
    from firedoor.resources import Identity


def identity(connection: Any) -> Identity:
    """The server, or its socket, and the index of the database."""
    database = str(index(connection))
    path = getattr(connection, "path", None)
    if path:
        return ("redis", "socket", str(path), database)
    return ("redis", hosts.canonical(str(connection.host)), str(connection.port), database)


def index(connection: Any) -> int:
    """The index of the database; the first where none was told."""
    return int(connection.db or 0)
