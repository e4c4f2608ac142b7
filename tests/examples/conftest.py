"""Copies of the handbook, and a PostgreSQL server for whoever needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.handbook import Handbook
from support.postgres import PostgresServer, running_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def handbook(tmp_path: Path) -> Handbook:
    """A copy of its own for one test."""
    return Handbook(tmp_path / "handbook")


@pytest.fixture(scope="module")
def shared_handbook(tmp_path_factory: pytest.TempPathFactory) -> Handbook:
    """One copy for tests of a module that change nothing in it."""
    return Handbook(tmp_path_factory.mktemp("shared") / "handbook")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real server. Tests that use it are marked `real`: they skip without PostgreSQL, and fail in CI."""
    with running_postgres() as server:
        yield server
