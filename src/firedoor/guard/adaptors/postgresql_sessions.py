"""The question that each of PostgreSQL's drivers asks a new connection, and what its answer means."""

from __future__ import annotations

from urllib.parse import quote

from firedoor.stamps.observation import Observation
from firedoor.stamps.postgresql_answer import WHOLE, Answer

QUESTION = WHOLE.encode()


def url(host: object, port: object, database: object) -> str:
    """The address as a declaration would have it. A host that is a path is the folder of a socket."""
    place, name = str(host), quote(str(database), safe="")
    if place.startswith("/"):
        return f"postgresql:///{name}?host={quote(place, safe='')}&port={port}"
    return f"postgresql://{f'[{place}]' if ':' in place else quote(place, safe='')}:{port}/{name}"


def observation(answer: object) -> Observation:
    """What the server says of itself. Raises ValueError when that is no answer."""
    text = bytes(answer).decode() if isinstance(answer, (bytes, bytearray, memoryview)) else answer
    if not isinstance(text, str):
        raise ValueError("no answer")  # noqa: TRY004 - of a server
    return Answer(text).observation()


def unreadable() -> Observation:
    """What a server says that cannot be asked."""
    return Observation((), unreadable=True)
