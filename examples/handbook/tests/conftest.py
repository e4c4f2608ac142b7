"""No test runs, and none is even collected, outside a sound testing environment."""

import pytest

from firedoor import FiredoorError, current, load


def pytest_configure() -> None:
    try:
        here = current()
        if here.is_("testing"):
            load()  # refuses, for one, a database that belongs to another environment
    except FiredoorError as error:
        raise pytest.UsageError(str(error)) from None
    if not here.is_("testing"):
        raise pytest.UsageError(f"the tests run in testing only, and this is {here}: ENV=testing pytest")
