"""No test runs, and none is even collected, outside the testing environment."""

import pytest

from firedoor import FiredoorError, current


def pytest_configure() -> None:
    try:
        here = current()
    except FiredoorError as error:
        raise pytest.UsageError(str(error)) from None
    if not here.is_("testing"):
        raise pytest.UsageError(f"the tests run in testing only, and this is {here}: ENV=testing pytest")
