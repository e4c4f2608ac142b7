"""What a connection of redis-py was told, as an address."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def url(connection: Any) -> str:
    """The server, or its socket, and the index of the database."""
    number = index(connection)
    path = getattr(connection, "path", None)
    if path:
        return f"unix://{quote(str(path))}?db={number}"
    host = str(connection.host)
    place = f"[{host}]" if ":" in host else quote(host, safe="")
    return f"redis://{place}:{connection.port}/{number}"


def index(connection: Any) -> int:
    """The index of the database; the first where none was told."""
    return int(connection.db or 0)


@contextmanager
def first_called(connection: Any, callback: Callable[[Any], Any]) -> Iterator[None]:
    """Have the callback be the first of those that the connection calls when it is connected.

    The others may subscribe it to channels again, and from then on it answers no other commands.
    """

    def held() -> Callable[[Any], Any]:
        return callback

    connection._connect_callbacks.insert(0, held)  # noqa: SLF001 - the public way adds at the end
    try:
        yield
    finally:
        kept = [one for one in connection._connect_callbacks if one is not held]  # noqa: SLF001 - redis has no way to remove one
        connection._connect_callbacks = kept  # noqa: SLF001 - redis has no way to remove one
