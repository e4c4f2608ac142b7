"""What a Redis server answers to a client that has just connected."""

from __future__ import annotations

import pytest
from redis.exceptions import NoPermissionError

from firedoor.stamps import redis_session

RUN = "a" * 40
INFO = f"# Server\r\nredis_mode:standalone\r\nrun_id:{RUN}\r\nos:Linux x86_64\r\ntcp_port:6379\r\nnothing\r\n"


def test_an_answer_as_bytes_or_as_text() -> None:
    found = redis_session.observation(3, INFO.encode(), None)
    assert found is not None
    assert found.identity == ("redis", RUN, "3")
    assert found.server == ("redis", RUN)
    assert found.stamp is None
    assert not found.unreadable
    assert redis_session.observation(3, INFO, None) == found


def test_a_part_of_a_cluster_is_nobody_to_be_asked() -> None:
    for word in ("redis_mode:cluster", "redis_mode:sentinel", "cluster_enabled:1"):
        assert redis_session.observation(0, f"{INFO}{word}\r\n", None) is None
    assert redis_session.observation(0, f"{INFO}cluster_enabled:0\r\n", None) is not None


def test_what_is_no_answer() -> None:
    refusal = NoPermissionError("no permissions to run the 'info' command")
    with pytest.raises(NoPermissionError):
        redis_session.observation(0, refusal, None)
    with pytest.raises(ValueError, match="no answer"):
        redis_session.observation(0, None, None)


def test_a_stamp_that_cannot_be_read_is_not_none() -> None:
    for value in (NoPermissionError("no"), b"whatever", "whatever"):
        found = redis_session.observation(0, INFO, value)
        assert found is not None
        assert found.unreadable
