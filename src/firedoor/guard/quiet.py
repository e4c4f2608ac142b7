"""What the guard does itself is not guarded: a mark on the thread that does it."""

from __future__ import annotations

from _thread import _local
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Depth(_local):
    """How many of the guard's own doings are under way on this thread."""

    depth = 0


_here = _Depth()


@contextmanager
def unguarded() -> Iterator[None]:
    """Whatever this thread does meanwhile is not looked at."""
    _here.depth += 1
    try:
        yield
    finally:
        _here.depth -= 1


def is_quiet() -> bool:
    """Whether this thread is the guard's own now."""
    return _here.depth > 0
