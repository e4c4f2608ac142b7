"""redis-py under the guard, without a server: what is refused never left the process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.retry import Retry

from firedoor.guard.adaptors import redis_addresses
from support.two_databases import REFUSED, guarded, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

OWN, LIVE = "redis://127.0.0.1:1/1", "redis://127.0.0.1:1/2"
ONCE: dict[str, Any] = {"retry": Retry(NoBackoff(), 0)}
NOBODY = "ConnectionError"


@pytest.fixture
def guard(project: ProjectFolder) -> Iterator[Guard]:
    with guarded(project, OWN, LIVE, "cache") as standing:
        yield standing


def ping(**parts: Any) -> None:
    with redis.Redis(**parts, **ONCE) as client:
        client.ping()


def ping_async(**parts: Any) -> None:
    async def run() -> None:
        from redis.asyncio.retry import Retry as AsyncRetry

        async with redis.asyncio.Redis(**parts, retry=AsyncRetry(NoBackoff(), 0)) as client:
            await client.ping()

    asyncio.run(run())


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("connect", [ping, ping_async])
@pytest.mark.parametrize(
    "parts",
    [
        {"host": "127.0.0.1", "port": 1, "db": 2},
        {"host": "localhost", "port": 1, "db": "2"},
        {"host": "127.1", "port": "1", "db": 2},
        {"host": "::1", "port": 1, "db": 2},
    ],
)
def test_production_s_database_by_every_spelling(connect: Any, parts: dict[str, Any]) -> None:
    assert outcome(lambda: connect(**parts)) == REFUSED


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("connect", [ping, ping_async])
def test_one_s_own_and_the_one_beside_it(connect: Any) -> None:
    for index in (1, 3):
        assert outcome(lambda index=index: connect(host="127.0.0.1", port=1, db=index)) == NOBODY  # type: ignore[misc]  # a default binds the loop's own value
    assert outcome(lambda: connect(host="127.0.0.1", port=2)) == [("FD602", "", "")]


@pytest.mark.parametrize("connect", [ping, ping_async])
def test_a_socket_is_known_by_where_it_leads(connect: Any, project: ProjectFolder) -> None:
    path = str(project.root / "a b.sock")
    (project.root / "link.sock").symlink_to(path)
    with guarded(project, OWN, f"unix://{path.replace(' ', '%20')}?db=2", "cache"):
        assert outcome(lambda: connect(unix_socket_path=path, db=2)) == REFUSED
        assert outcome(lambda: connect(unix_socket_path=str(project.root / "link.sock"), db=2)) == REFUSED


@pytest.mark.parametrize("connect", [ping, ping_async])
def test_a_guard_that_sleeps_sees_nothing(connect: Any, guard: Guard) -> None:
    with guard.unguarded():
        assert outcome(lambda: connect(host="127.0.0.1", port=1, db=2)) == NOBODY


class Connection:
    def __init__(self) -> None:
        self._connect_callbacks: list[Any] = [lambda: self.called.append]
        self.called: list[object] = []


@pytest.mark.parametrize("fails", [False, True])
def test_the_guard_s_question_is_the_first_call_and_leaves_nothing(fails: bool) -> None:
    connection = Connection()
    before = list(connection._connect_callbacks)
    order: list[str] = []
    try:
        with redis_addresses.first_called(connection, lambda _: order.append("ours")):
            connection._connect_callbacks = [one for one in connection._connect_callbacks if one()]
            for one in connection._connect_callbacks:
                one()(connection)
                order.append("called")
                if fails:
                    raise RuntimeError  # noqa: TRY301 - as a server does it
    except RuntimeError:
        assert connection.called == []
    assert order[:2] == ["ours", "called"]
    assert connection._connect_callbacks == before
