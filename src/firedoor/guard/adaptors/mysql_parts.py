"""What the drivers of MySQL have in common: the address that they were told, and the question to a new connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.resources import host as hosts
from firedoor.stamps.mysql_answer import WHOLE, Answer

if TYPE_CHECKING:
    from firedoor.resources import Identity
    from firedoor.stamps.observation import Observation

PORT = 3306


def identity(host: object, port: object, schema: object, path: object = "") -> Identity:
    """The identity that the parts name; on a socket where there is a path."""
    name = _text(schema)
    if path:
        return ("mysql", "socket", _text(path), name)
    return ("mysql", hosts.canonical(_text(host)), _text(port or PORT), name)


def observation(cursor: Any) -> Observation:
    """What the server says of itself, by a cursor of plain rows. Raises whatever the driver raises, and ValueError."""
    try:
        cursor.execute(WHOLE)
        ((text,),) = cursor.fetchall()
    finally:
        cursor.close()
    return Answer(_text(text)).observation()


def _text(part: object) -> str:
    if isinstance(part, (bytes, bytearray)):
        return part.decode("utf-8", "surrogateescape")
    return "" if part is None else str(part)
