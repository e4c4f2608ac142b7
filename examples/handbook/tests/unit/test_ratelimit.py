"""The rate limit by itself, around an application that always answers."""

import httpx
import pytest
from limits.aio.storage import MemoryStorage
from limits.errors import StorageError
from starlette.responses import PlainTextResponse

from src.ratelimit import RateLimit, counter

pytestmark = pytest.mark.unit


def client_from(address, app):
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://handbook"
    )


@pytest.fixture
def limited():
    return RateLimit(PlainTextResponse("here"), "2/minute", counter(""), strict=True)


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


class Away(MemoryStorage):
    """Counts nothing, since it is not there."""

    async def acquire_entry(self, *_arguments, **_options):
        raise StorageError(ConnectionError("redis.example:6379 refused"))


@pytest.mark.parametrize(("strict", "status"), [(True, 503), (False, 200)])
async def test_who_cannot_be_counted_passes_only_where_it_is_not_strict(strict, status, caplog):
    limited = RateLimit(PlainTextResponse("here"), "2/minute", Away(), strict=strict)
    async with client_from("127.0.0.1", limited) as client:
        answer = await client.get("/chapters")
        assert answer.status_code == status
        assert ("Retry-After" in answer.headers) is strict
        assert (await client.get("/health")).status_code == 200
    assert "requests can't be counted (ConnectionError)" in caplog.text
    assert "example" not in caplog.text


def test_with_an_address_redis_counts():
    assert type(counter("redis://redis.example:6379/0")).__name__ == "RedisStorage"
