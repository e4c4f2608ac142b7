"""The rate limit by itself, around an application that always answers."""

import httpx
import pytest
from starlette.responses import PlainTextResponse

from src.ratelimit import RateLimit

pytestmark = pytest.mark.unit


def client_from(address, app):
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://handbook"
    )


@pytest.fixture
def limited():
    return RateLimit(PlainTextResponse("here"), limit="2/minute")


async def test_the_limit_admits_its_number_and_then_answers_429(limited):
    async with client_from("127.0.0.1", limited) as client:
        answers = [await client.get("/chapters") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert "2 per 1 minute" in answers[-1].json()["detail"]


async def test_another_client_is_counted_by_itself(limited):
    async with client_from("127.0.0.1", limited) as client:
        for _ in range(3):
            await client.get("/chapters")
    async with client_from("127.0.0.2", limited) as other:
        assert (await other.get("/chapters")).status_code == 200


async def test_health_is_never_turned_away(limited):
    async with client_from("127.0.0.1", limited) as client:
        answers = [await client.get("/health") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
