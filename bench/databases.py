"""How long a test worker waits for its PostgreSQL database, copied from the template and stamped."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests' own server

import psycopg

from firedoor.testing.databases import postgresql
from firedoor.testing.databases.names import Names
from firedoor.testing.databases.place import Place
from support.postgres import running_postgres

if TYPE_CHECKING:
    from firedoor.testing.databases.database import Database

WORKERS = 20
TABLES = 30
MOST_MILLISECONDS = 150.0


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds): the median of workers that come one after the other."""
    with running_postgres() as server:
        address = server.create_database("bench_workers", driver="postgresql")
        server.psql("ALTER ROLE bench_workers CREATEDB")
        place = Place("bench", "testing", "DATABASE_URL", "database", address)
        keepers = [
            postgresql.open_at(place, Names("bench", "run", f"gw{number}")) for number in range(WORKERS)
        ]
        first, *taken = (_seconds(keeper) for keeper in keepers)
        for keeper in keepers:
            keeper.close()
    median = statistics.median(taken) * 1e3
    measured = f"{median:.0f} ms (the first, which migrates {TABLES} tables, {first * 1e3:.0f} ms)"
    what = "a worker's PostgreSQL database is ready, from the template"
    return [(what, f"≤ {MOST_MILLISECONDS:.0f} ms", measured, median <= MOST_MILLISECONDS)]


def _seconds(keeper: postgresql.Keeper) -> float:
    start = time.perf_counter()
    keeper.create(_migrate)
    return time.perf_counter() - start


def _migrate(database: Database) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        for number in range(TABLES):
            connection.execute(f"CREATE TABLE t{number} (id BIGINT PRIMARY KEY, name TEXT)")
