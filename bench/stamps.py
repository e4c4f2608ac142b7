"""What the question of identity and stamp adds to a new PostgreSQL connection over loopback."""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # the tests' own server

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

import firedoor
from bench.clean import WORK
from firedoor.sqlalchemy import protect
from firedoor.stamps import postgresql
from firedoor.stamps.address import Address
from firedoor.stamps.stamp import Stamp, new_id
from support.postgres import running_postgres

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from support.postgres import PostgresServer

DRIVERS = ("psycopg", "psycopg2")
ROUNDS = 300
MOST_MILLISECONDS = 1.0

_DECLARATION = """\
[project]
name = "bench"
[environments.testing]
[variables.DATABASE_URL]
resource = "database"
"""


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds) for each driver."""
    with running_postgres() as server:
        return [_row(driver, *_medians(server, driver)) for driver in DRIVERS]


def _row(driver: str, plain: float, protected: float) -> tuple[str, str, str, bool]:
    added = protected - plain
    measured = f"{added * 1000:.2f} ms ({protected / plain:.2f} ×: {plain * 1000:.2f} ms to {protected * 1000:.2f} ms)"
    what = f"identity and stamp of a new PostgreSQL connection over loopback, {driver}"
    return what, f"≤ {MOST_MILLISECONDS:.0f} ms", measured, added * 1000 <= MOST_MILLISECONDS


def _medians(server: PostgresServer, driver: str) -> tuple[float, float]:
    """Seconds that a new connection takes without and with protection, taken in turns."""
    name = f"bench_{driver}"
    url = server.create_database(name, driver="postgresql")
    stamp = Stamp("bench", "testing", "DATABASE_URL", new_id(), "2026-01-01T00:00:00Z", "bench")
    postgresql.write(Address("DATABASE_URL", "database", url), stamp, replacing=None)
    application = server.create_role(name, f"application_{driver}")
    configuration = _configuration(application)
    plain = _engine(application, driver)
    protected = protect(_engine(application, driver), configuration)
    times: dict[Any, list[float]] = {plain: [], protected: []}
    for _ in range(ROUNDS):
        for engine, taken in times.items():
            start = time.perf_counter()
            engine.connect().close()
            taken.append(time.perf_counter() - start)
    return statistics.median(times[plain][1:]), statistics.median(times[protected][1:])


def _engine(url: str, driver: str) -> Engine:
    return create_engine(url.replace("postgresql:", f"postgresql+{driver}:"), poolclass=NullPool)


def _configuration(url: str) -> firedoor.Configuration:
    folder = WORK / "stamps"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "firedoor.toml").write_text(_DECLARATION)
    file = folder / ".env.testing"
    file.write_text(f"DATABASE_URL={url}\n")
    os.chmod(file, 0o600)
    return firedoor.load(environment="testing", start=folder)
