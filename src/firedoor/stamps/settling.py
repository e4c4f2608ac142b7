"""Compare and set on servers that cannot do it: write, wait for who may have read before, and look who is there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from firedoor.stamps.observation import TIMED_OUT, Overtaken, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.stamps.stamp import Stamp

_AT_LEAST = 0.05
_AT_MOST = 1.0
_SLOWER = 3  # how much slower than we a rival may be and still be noticed


def settle(
    read: Callable[[], Stamp | None], mine: Stamp, *, before: Stamp | None, since: float, seconds: float
) -> None:
    """Return when ``mine`` is there to stay. Raises Overtaken with what is there instead.

    ``since`` is when we had read ``before``: a rival who read at the same time needs about as long to write. Where a
    written stamp shows late, ``before`` is still there for a while; after ``seconds`` that is Unreachable.
    """
    pause = min(_AT_MOST, max(_AT_LEAST, _SLOWER * (time.monotonic() - since)))
    deadline = time.monotonic() + seconds
    while True:
        time.sleep(pause)
        found = read()
        if found == mine:
            return
        if found != before:
            raise Overtaken(found)
        if time.monotonic() > deadline:
            raise Unreachable(TIMED_OUT)
