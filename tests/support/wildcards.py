"""Compare what a program printed with what was expected of it, where `...` stands for anything."""

from __future__ import annotations

import re

ANYTHING = "..."


def matches(expected: str, actual: str) -> bool:
    """Whether ``actual`` is ``expected``, line by line.

    A line ``...`` stands for any number of lines, also none; ``...`` within a line for any text. Nothing else is
    special. Blanks at line ends and empty lines at both ends do not count.
    """
    return _match(_lines(expected), _lines(actual))


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def _match(expected: list[str], actual: list[str]) -> bool:
    """Dynamic programming over (expected line, actual line): no backtracking, so no surprises."""
    reachable = {0}
    for line in expected:
        if line == ANYTHING:
            reachable = set(range(min(reachable), len(actual) + 1)) if reachable else set()
        else:
            pattern = ".*".join(map(re.escape, line.split(ANYTHING)))
            reachable = {
                index + 1
                for index in reachable
                if index < len(actual) and re.fullmatch(pattern, actual[index])
            }
    return len(actual) in reachable
