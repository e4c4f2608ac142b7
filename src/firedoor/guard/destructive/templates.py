"""Statements with placeholders, which libraries fill in before they send them."""

from __future__ import annotations

from _thread import _local
from typing import Any

_PLAIN = frozenset({str, bytes, int, float, bool, type(None)})


def values_are_plain(values: Any) -> bool:
    """Whether all values are of kinds that drivers quote: none of them can become SQL itself."""
    found = [*values.values()] if isinstance(values, dict) else values
    return isinstance(found, (list, tuple)) and all(type(one) in _PLAIN for one in found)


class Looked(_local):
    """``with looked:`` around what sends a statement on this thread that was looked at already."""

    now = False

    def __enter__(self) -> None:
        self.now = True

    def __exit__(self, *_: object) -> None:
        self.now = False
