"""The question that each of PostgreSQL's drivers asks a new connection, and what its answer means."""

from __future__ import annotations

from firedoor.stamps.observation import Observation
from firedoor.stamps.postgresql_answer import WHOLE, Answer

QUESTION = WHOLE.encode()


def observation(answer: object) -> Observation:
    """What the server says of itself. Raises ValueError when that is no answer."""
    text = bytes(answer).decode() if isinstance(answer, (bytes, bytearray, memoryview)) else answer
    if not isinstance(text, str):
        raise ValueError("no answer")  # noqa: TRY004 - of a server
    return Answer(text).observation()


def unreadable() -> Observation:
    """What a server says that cannot be asked."""
    return Observation((), unreadable=True)
