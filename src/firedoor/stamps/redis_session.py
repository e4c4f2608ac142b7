"""Asking a Redis server over a connection that a client has just opened: two commands, one round trip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.stamps.redis import KEY, Answer

if TYPE_CHECKING:
    from firedoor.stamps.observation import Observation

COMMANDS = (("INFO",), ("GET", KEY))


def observation(index: int, info: object, value: object) -> Observation | None:
    """What the answers to ``COMMANDS`` mean, ``index`` being the database's; None for a part of a cluster.

    Errors stand in their places as they were raised. Raises what the server answered to INFO, and ValueError.
    """
    if isinstance(info, Exception):
        raise info
    told = _told(info)
    if told.get("redis_mode", "standalone") != "standalone" or told.get("cluster_enabled") not in (None, "0"):
        return None
    answer = Answer(index, told, value.encode() if isinstance(value, str) else value, ())
    return answer.observation()


def _told(info: object) -> dict[str, Any]:
    """The lines of INFO, by their names."""
    text = info.decode(errors="replace") if isinstance(info, bytes) else info
    if not isinstance(text, str):
        raise ValueError("no answer")  # noqa: TRY004 - of a server
    lines = (line.partition(":") for line in text.splitlines() if line[:1] != "#")
    return {name: value for name, colon, value in lines if colon}
