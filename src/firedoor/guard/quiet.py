"""What the guard does itself is not guarded: a mark on the thread that does it."""

from __future__ import annotations

from _thread import _local


class _Depth(_local):
    """How many of the guard's own doings are under way on this thread."""

    depth = 0


_here = _Depth()


class unguarded:  # noqa: N801 - reads like a function
    """Whatever this thread does in its ``with`` is not looked at."""

    def __enter__(self) -> None:
        _here.depth += 1

    def __exit__(self, *_: object) -> None:
        _here.depth -= 1


def is_quiet() -> bool:
    """Whether this thread is the guard's own now."""
    return _here.depth > 0
