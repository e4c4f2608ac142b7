"""What a test is marked as: `unit` reaches nothing, `integration` what its environment declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from firedoor.environment import Environment

UNIT, INTEGRATION = "unit", "integration"


def is_unit_only(expression: str) -> bool:
    """Whether `-m` selects nothing but unit tests: `unit`, alone or `and` something more."""
    first, *rest = expression.replace("(", " ( ").replace(")", " ) ").split() or [""]
    return first == UNIT and (not rest or (rest[0] == "and" and "or" not in rest))


def is_unit(item: pytest.Item) -> bool:
    """Whether the test is to reach nothing."""
    return item.get_closest_marker(UNIT) is not None


def contradictions(items: Iterable[pytest.Item], environment: Environment) -> list[Problem]:
    """FD633: tests that are marked as both."""
    return [
        Problem("FD633", subject=item.nodeid, environment=environment.name)
        for item in items
        if is_unit(item) and item.get_closest_marker(INTEGRATION) is not None
    ]
