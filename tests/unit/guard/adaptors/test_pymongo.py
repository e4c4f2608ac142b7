"""PyMongo under the guard: clients and databases are refused before a thread looks for a server."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pymongo
import pytest

from firedoor.guard.adaptors import pymongo as adaptor
from support.two_databases import REFUSED, guarded, outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

OWN = "mongodb://127.0.0.1:1,127.0.0.1:2/own"
LIVE = "mongodb://127.0.0.1:1/live"
UNDECLARED = [("FD602", "", "")]


@pytest.fixture
def guard(project: ProjectFolder) -> Iterator[Guard]:
    with guarded(project, OWN, LIVE) as standing:
        yield standing


def opened(use: Callable[[Any], object], *given: Any, **named: Any) -> Callable[[], None]:
    def run() -> None:
        with pymongo.MongoClient(*given, **{"connect": False, **named}) as client:
            use(client)

    return run


def opened_async(use: Callable[[Any], object], *given: Any, **named: Any) -> Callable[[], None]:
    async def run() -> None:
        async with pymongo.AsyncMongoClient(*given, **{"connect": False, **named}) as client:
            use(client)

    return lambda: asyncio.run(run())


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("opening", [opened, opened_async])
def test_production_s_database_by_every_name(opening: Any) -> None:
    for url in ("mongodb://127.0.0.1:1", "mongodb://localhost:1/own", "mongodb://u:p@[::1]:1/live"):
        assert outcome(opening(lambda client: client["live"], url)) == REFUSED
        assert outcome(opening(lambda client: client.live, url)) == REFUSED
        assert outcome(opening(lambda client: client.get_database("live"), url)) == REFUSED
    assert outcome(opening(lambda client: client.get_default_database(), LIVE)) == REFUSED
    assert outcome(opening(lambda client: client["live"], "127.0.0.1", 1)) == REFUSED


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("opening", [opened, opened_async])
def test_one_s_own_and_those_beside_it(opening: Any) -> None:
    for name in ("own", "own_gw0", "admin", "config", "local"):
        assert outcome(opening(lambda client, name=name: client[name], OWN)) == ""


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("opening", [opened, opened_async])
def test_a_server_that_nobody_declared_is_refused_at_once(opening: Any) -> None:
    for url in (
        "mongodb://127.0.0.1:3/own",
        "mongodb://127.0.0.1:1,127.0.0.1:3",
        "mongodb://db.example.org/own",
    ):
        assert outcome(opening(lambda client: client, url)) == UNDECLARED


def test_a_record_of_servers_is_known_by_its_name(project: ProjectFolder) -> None:
    live = "mongodb+srv://cluster.example.org/live"
    with guarded(project, OWN, live) as guard:
        made = pymongo.synchronous.database.Database
        for client in (
            SimpleNamespace(_topology_settings=None, _resolve_srv_info={"fqdn": "cluster.example.org"}),
            SimpleNamespace(
                _topology_settings=SimpleNamespace(fqdn="cluster.example.org", seeds={("a.example.org", 1)})
            ),
        ):
            assert outcome(lambda client=client: made(client, "live")) == REFUSED  # type: ignore[misc]  # a default binds the loop's own value
            with guard.unguarded():
                assert outcome(lambda client=client: made(client, "live")) == "AttributeError"  # type: ignore[misc]  # a default binds the loop's own value


def test_a_socket_has_no_port() -> None:
    assert adaptor._url(None, {("/tmp/mongo b.sock", None), ("::1", 7)}, "a/b") == (
        "mongodb://%2Ftmp%2Fmongo%20b.sock,[::1]:7/a%2Fb"
    )
