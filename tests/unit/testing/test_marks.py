"""What selects unit tests alone, and tests that are marked as both."""

from __future__ import annotations

from typing import Any, cast

import pytest

from firedoor.environment import Environment
from firedoor.problem import Problem
from firedoor.testing import marks


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("unit", True),
        (" unit ", True),
        ("unit and not slow", True),
        ("unit and (fast)", True),
        ("unit and not unit", True),  # nothing at all
        ("", False),
        ("integration", False),
        ("not unit", False),
        ("unit or integration", False),
        ("unit and fast or integration", False),
        ("unit and (fast or slow)", False),  # it would be; nobody is let through for being clever
        ("(unit)", False),
        ("units", False),
        ("fast and unit", False),
    ],
)
def test_unit_tests_alone(expression: str, expected: bool) -> None:
    assert marks.is_unit_only(expression) is expected


class Item:
    """A test of pytest's, as far as it is asked."""

    def __init__(self, nodeid: str, *names: str) -> None:
        self.nodeid = nodeid
        self._names = names

    def get_closest_marker(self, name: str) -> object:
        return name if name in self._names else None


def test_contradictions() -> None:
    items = [
        Item("a.py::test_unit", "unit"),
        Item("a.py::test_integration", "integration"),
        Item("a.py::test_both", "integration", "unit"),
        Item("a.py::test_none"),
    ]
    found = marks.contradictions(cast("Any", items), Environment("testing"))
    assert found == [Problem("FD633", subject="a.py::test_both", environment="testing")]
    assert [marks.is_unit(cast("Any", item)) for item in items] == [True, False, True, False]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("unit and(not slow)", True), ("unit and (slow)", True), ("unit slow", False), ("unit )", False)],
)
def test_parentheses_stand_for_themselves(expression: str, expected: bool) -> None:
    assert marks.is_unit_only(expression) is expected
