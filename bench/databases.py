"""How long a test worker waits for its PostgreSQL database, copied from the template and stamped."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests' own server

import psycopg

from firedoor.testing.databases import postgresql
from firedoor.testing.databases.place import Place
from firedoor.worker_names import Names
from support.postgres import running_postgres

if TYPE_CHECKING:
    from firedoor.testing.databases.database import Database

WORKERS = 20
TABLES = 30
MOST_MILLISECONDS = 150.0
_MEMORY = "/dev/shm"  # noqa: S108 - a folder of the tests' own is made in it


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds), on disk and in memory: most of it is the server making files."""
    places = {"on the disk": tempfile.gettempdir(), "in memory": _MEMORY}
    return [_row(where, folder) for where, folder in places.items() if Path(folder).is_dir()]


def _row(where: str, folder: str) -> tuple[str, str, str, bool]:
    """The median of workers that come one after the other."""
    before, tempfile.tempdir = tempfile.tempdir, folder
    try:
        first, *taken = _measured()
    finally:
        tempfile.tempdir = before
    median = statistics.median(taken) * 1e3
    span = f"{min(taken) * 1e3:.0f} to {max(taken) * 1e3:.0f}"
    measured = f"{median:.0f} ms ({span}; the first, which migrates {TABLES} tables, {first * 1e3:.0f} ms)"
    what = f"a worker's PostgreSQL database is ready, from the template, the server's data {where}"
    return what, f"≤ {MOST_MILLISECONDS:.0f} ms", measured, median <= MOST_MILLISECONDS


def _measured() -> list[float]:
    with running_postgres() as server:
        address = server.create_database("bench_workers", driver="postgresql")
        server.psql("ALTER ROLE bench_workers CREATEDB")
        place = Place("bench", "testing", "DATABASE_URL", "database", address)
        keepers = [
            postgresql.open_at(place, Names("bench", "run", f"gw{number}")) for number in range(WORKERS)
        ]
        taken = [_seconds(keeper) for keeper in keepers]
        for keeper in keepers:
            keeper.close()
    return taken


def _seconds(keeper: postgresql.Keeper) -> float:
    start = time.perf_counter()
    keeper.create(_migrate)
    return time.perf_counter() - start


def _migrate(database: Database) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        for number in range(TABLES):
            connection.execute(f"CREATE TABLE t{number} (id BIGINT PRIMARY KEY, name TEXT)")
