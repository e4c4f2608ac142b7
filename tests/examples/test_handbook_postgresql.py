"""The handbook on a real PostgreSQL: DATABASE_URL is all that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from support.handbook import GUNICORN, UVICORN, Handbook

if TYPE_CHECKING:
    from support.postgres import PostgresServer

pytestmark = pytest.mark.real

TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"


@pytest.mark.requirement("A5", "A10")
def test_the_handbooks_own_tests_pass_and_leave_an_empty_database(
    handbook: Handbook, postgres: PostgresServer
) -> None:
    handbook.set("testing", DATABASE_URL=postgres.create_database("physical_ai_handbook_test"))
    result = handbook.run("pytest", "-m", "integration", ENV="testing")
    assert result.code == 0, result.everything
    assert postgres.psql(TABLES, database="physical_ai_handbook_test") == "0"
    assert (
        postgres.psql(
            "SELECT xact_commit > 50 FROM pg_stat_database WHERE datname = 'physical_ai_handbook_test'"
        )
        == "t"
    )


@pytest.mark.requirement("A1", "A6")
def test_four_workers_start_at_once_on_an_empty_database(
    handbook: Handbook, postgres: PostgresServer
) -> None:
    handbook.set("production", DATABASE_URL=postgres.create_database("handbook_production"))
    with handbook.serve(*GUNICORN, ENV="production") as server:
        server.until(
            lambda: server.log.count("Application startup complete") == 4, "four started applications"
        )
        hits = httpx.get(f"{server.url}/search", params={"q": "emergency button"}).json()
        assert hits[0]["slug"] == "stopping-well"
        reader = {"X-Reader": httpx.post(f"{server.url}/readers").json()["token"]}
        added = httpx.post(f"{server.url}/bookmarks", json={"slug": "stopping-well"}, headers=reader)
        assert added.status_code == 201
    assert postgres.psql("SELECT count(*) FROM chapters", database="handbook_production") == "10"
    assert postgres.psql("SELECT slug FROM bookmarks", database="handbook_production") == "stopping-well"


def test_health_tells_when_the_database_has_gone(handbook: Handbook, postgres: PostgresServer) -> None:
    handbook.set("development", DATABASE_URL=postgres.create_database("handbook_gone"))
    with handbook.serve(*UVICORN, ENV="development") as server:
        postgres.psql("ALTER DATABASE handbook_gone ALLOW_CONNECTIONS false")
        postgres.psql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'handbook_gone'"
        )
        answer = httpx.get(f"{server.url}/health")
        assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")
        postgres.psql("ALTER DATABASE handbook_gone ALLOW_CONNECTIONS true")
        assert httpx.get(f"{server.url}/health").status_code == 200


@pytest.mark.requirement("A8")
def test_one_database_for_testing_and_production_is_refused_however_it_is_spelled(
    handbook: Handbook, postgres: PostgresServer
) -> None:
    url = postgres.create_database("handbook_both")
    handbook.set("production", DATABASE_URL=url)
    handbook.set("testing", DATABASE_URL=url.replace("127.0.0.1", "localhost"))
    refused = handbook.run("pytest", ENV="testing")
    assert refused.code == 4
    assert "FD401" in refused.stderr
    assert "collected" not in refused.everything
    assert postgres.psql(TABLES, database="handbook_both") == "0"
