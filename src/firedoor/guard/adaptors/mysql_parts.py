"""What the drivers of MySQL have in common: the address that they were told, and the question to a new connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from firedoor.stamps.mysql_answer import WHOLE, Answer

if TYPE_CHECKING:
    from firedoor.stamps.observation import Observation


def url(host: object, port: object, schema: object, **options: object) -> str:
    """The address that the parts name, as a declaration would have it: what is not said, the library fills in.

    ``options`` are ``unix_socket``, ``read_default_file`` and ``read_default_group``.
    """
    name = _text(host)
    place = f"[{name}]" if ":" in name else quote(name, safe="")
    number = f":{_text(port)}" if port else ""
    said = "&".join(f"{key}={quote(_text(value), safe='')}" for key, value in options.items() if value)
    return f"mysql://{place}{number}/{quote(_text(schema), safe='')}?{said}"


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
