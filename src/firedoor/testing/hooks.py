"""The hooks that firedoor's plugin adds to pytest's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from firedoor.testing.databases.database import Database


@pytest.hookspec
def pytest_firedoor_migrate(database: Database) -> None:
    """Bring a database that was just created to the schema that the tests expect.

    The database's address is in its variable (``os.environ``) meanwhile. Close what is opened: a database that somebody
    is connected to cannot be copied.
    """
