"""The drill on real servers: two of a kind behind the stand-ins, so that clients get as far as they would."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from firedoor.drill.outcome import counts
from support.drilling import EVERYTHING, drilled
from support.postgres import PostgresServer, running_postgres
from support.redis_server import RedisServer, running_redis
from support.web_servers import site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.drill.outcome import Outcome
    from support.project import ProjectFolder

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(sys.platform != "linux", reason="stand-ins need 127.0.0.2"),
]
OURS = "127.0.0.1"


@pytest.fixture(scope="module")
def postgres() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    with running_postgres() as own, running_postgres() as live:
        for server in (own, live):
            server.create_database("drill")
            server.psql(
                "CREATE TABLE canary (name text); INSERT INTO canary VALUES ('alive')", database="drill"
            )
        yield own, live


@pytest.fixture(scope="module")
def redis() -> Iterator[tuple[RedisServer, RedisServer]]:
    with running_redis() as own, running_redis() as live:
        for server in (own, live):
            server.run("SET", "canary", "alive")
        yield own, live


def addresses(own: int, live: int) -> dict[str, tuple[str, int]]:
    return {"attacker": (OURS, own), "target": (OURS, live)}


def all_hold(found: dict[str, Outcome]) -> None:
    assert [name for name, one in found.items() if not one.holds] == []
    assert counts(found.values())["applicable"] >= len(found) - 1
    assert "PASSED" not in {one.verdict for one in found.values()}


POSTGRES = (
    "client-psycopg",
    "client-psycopg2",
    "client-sqlalchemy",
    "client-asyncpg",
    "escape-psql",
    "spelling-",
)


@pytest.mark.parametrize("sealed", [False, True], ids=["by defaults", "sealed"])
def test_postgresql(
    project: ProjectFolder, postgres: tuple[PostgresServer, PostgresServer], *, sealed: bool
) -> None:
    own, live = postgres
    wanted = POSTGRES if not sealed else POSTGRES[:-1]
    found = drilled(
        project,
        EVERYTHING,
        lambda name: name.startswith(wanted),
        sealed=sealed,
        real=addresses(own.port, live.port),
    )
    all_hold(found)
    assert live.psql("SELECT name FROM canary", database="drill").strip() == "alive"


@pytest.mark.parametrize("sealed", [False, True], ids=["by defaults", "sealed"])
def test_redis(project: ProjectFolder, redis: tuple[RedisServer, RedisServer], *, sealed: bool) -> None:
    own, live = redis
    before = [server.run("INFO", "stats")["total_connections_received"] for server in redis]
    found = drilled(
        project,
        EVERYTHING,
        lambda name: name in {"client-redis", "redis-index", "escape-socket"},
        sealed=sealed,
        real=addresses(own.port, live.port),
    )
    all_hold(found)
    after = [server.run("INFO", "stats")["total_connections_received"] for server in redis]
    assert after[0] > before[0] + 1
    assert after[1] <= before[1] + 1  # this test's own
    assert live.run("GET", "canary") in (b"alive", "alive")


@pytest.mark.parametrize("sealed", [False, True], ids=["by defaults", "sealed"])
def test_http(project: ProjectFolder, *, sealed: bool) -> None:
    clients = {"client-urllib", "client-requests", "client-httpx", "client-aiohttp", "client-pycurl"}
    with site(OURS) as own, site(OURS) as live:
        found = drilled(
            project,
            EVERYTHING,
            clients.__contains__,
            sealed=sealed,
            real=addresses(own.port, live.port),
        )
        all_hold(found)
        assert len(own.asked) >= counts(found.values())["applicable"]
        assert live.asked == []
