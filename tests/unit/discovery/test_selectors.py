"""Variables that could choose the environment."""

from __future__ import annotations

import pytest

from firedoor.discovery import selectors


@pytest.mark.parametrize(
    "name", ["APP_ENV", "ENV", "env", "ENVIRONMENT", "MY_APP_ENV", "ORDERS_ENVIRONMENT", "STAGE", "NODE_ENV"]
)
def test_names_that_could_select(name: str) -> None:
    assert selectors.may_select(name)


@pytest.mark.parametrize(
    "name", ["SENTRY_ENVIRONMENT", "DD_ENV", "VIRTUAL_ENV", "PLAID_ENV", "ENVELOPE", "LOG_LEVEL", ""]
)
def test_names_that_do_not(name: str) -> None:
    assert not selectors.may_select(name)


def test_the_usual_ones_come_first() -> None:
    assert sorted(["ZZ_ENV", "ENVIRONMENT", "ENV", "APP_ENV"], key=selectors.by_habit) == [
        "APP_ENV",
        "ENV",
        "ENVIRONMENT",
        "ZZ_ENV",
    ]
