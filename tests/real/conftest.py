"""The servers that tests share: each started when the first test asks for it, and stopped at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.redis_server import RedisMissingError, RedisServer, running_redis

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis server that tests may fill and empty, but not stop."""
    try:
        with running_redis() as server:
            yield server
    except RedisMissingError as missing:
        pytest.skip(str(missing))
