"""Health and environment."""

import pytest

pytestmark = pytest.mark.integration


async def test_health_is_ok_while_the_database_answers(client):
    answer = await client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok"}


async def test_health_is_degraded_while_the_database_is_away(app, client, monkeypatch):
    async def away():
        raise OSError("connection refused")

    monkeypatch.setattr(app.state.database, "ping", away)
    answer = await client.get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"status": "degraded", "database": "unreachable"}


async def test_the_environment_is_testing(client):
    assert (await client.get("/environment")).json() == {
        "name": "testing",
        "protected": False,
        "debug": True,
        "log_level": "INFO",
        "api_docs": False,
        "rate_limit": None,
    }


async def test_debug_adds_the_time_an_answer_took(client):
    assert (await client.get("/health")).headers["Server-Timing"].startswith("app;dur=")


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
async def test_the_api_docs_are_for_development(client, path):
    assert (await client.get(path)).status_code == 404


async def test_an_unexpected_error_tells_nothing_here(app, client):
    await app.state.database.drop_everything()
    answer = await client.get("/chapters")
    assert answer.status_code == 500
    assert answer.json() == {"detail": "Internal server error. It has been logged."}
    await app.state.database.prepare([])
