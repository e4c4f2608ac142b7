"""The handbook's rate limit on a real Redis: one limit for four workers, one round trip a request."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import httpx
import pytest

from support.handbook import GUNICORN, UVICORN, Handbook
from support.redis_server import RedisServer, running_redis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.server import Server

pytestmark = pytest.mark.real


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


def codes(server: Server, number: int) -> Counter[int]:
    """What so many requests are answered, each by a connection of its own: any worker may take it."""
    return Counter(httpx.get(f"{server.url}/environment").status_code for _ in range(number))


@pytest.mark.requirement("C3", "C5")
def test_four_workers_honour_one_limit(handbook: Handbook, redis: RedisServer) -> None:
    handbook.set("production", REDIS_URL=redis.url(0))
    with handbook.serve(*GUNICORN, ENV="production") as server:
        server.until(lambda: server.log.count("Application startup complete") == 4, "four workers")
        assert codes(server, 70) == {200: 60, 429: 10}
    assert redis.password not in server.log


@pytest.mark.requirement("C5")
def test_a_request_is_counted_in_one_round_trip(handbook: Handbook, redis: RedisServer) -> None:
    handbook.set("production", REDIS_URL=redis.url(0))
    with handbook.serve(*UVICORN, ENV="production") as server:
        codes(server, 1)  # the script is sent once, and the connection made
        before = commands(redis)
        codes(server, 20)
        assert commands(redis) - before == {"evalsha": 20}


@pytest.mark.requirement("C4", "C5")
@pytest.mark.parametrize(("index", "code"), [(0, "FD401"), (1, "FD407")])
def test_staging_counts_in_no_redis_of_productions(
    handbook: Handbook, redis: RedisServer, index: int, code: str
) -> None:
    handbook.set("production", REDIS_URL=redis.url(0))
    handbook.set("staging", REDIS_URL=redis.url(index))
    refused = handbook.run("uvicorn", "src.main:app", "--port", "0", ENV="production")
    assert refused.code != 0
    assert code in refused.stderr
    assert redis.password not in refused.everything


@pytest.mark.parametrize(("environment", "code"), [("production", 503), ("staging", 200)])
def test_who_cannot_be_counted_is_turned_away_where_it_is_protected(
    handbook: Handbook, redis: RedisServer, environment: str, code: int
) -> None:
    handbook.set(environment, REDIS_URL=redis.url(0))
    with handbook.serve(*UVICORN, ENV=environment) as server:
        assert codes(server, 1) == {200: 1}
        redis.kill()
        assert codes(server, 2) == {code: 2}
        assert httpx.get(f"{server.url}/health").status_code == 200
        redis.start()
        assert codes(server, 1) == {200: 1}
    assert "requests can't be counted (" in server.log
    assert redis.password not in server.log
    assert str(redis.port) not in server.log.replace(str(server.port), "")


def test_a_redis_that_hangs_holds_nobody_up_for_long(handbook: Handbook, redis: RedisServer) -> None:
    handbook.set("production", REDIS_URL=redis.url(0))
    with handbook.serve(*UVICORN, ENV="production") as server:
        codes(server, 1)
        redis.run("CLIENT", "PAUSE", "8000")
        began = time.monotonic()
        assert codes(server, 1) == {503: 1}
        assert time.monotonic() - began < 4


def commands(redis: RedisServer) -> Counter[str]:
    """How often the server was asked each command: not by this test, nor by the script inside of it."""
    ours = {"info", "auth", "hello", "select", "client|setinfo"}
    inside = {"lindex", "lpush", "ltrim", "expire"}
    said = redis.run("INFO", "commandstats")
    counts = {name.removeprefix("cmdstat_"): fact["calls"] for name, fact in said.items()}
    return Counter({name: calls for name, calls in counts.items() if name not in ours | inside})
