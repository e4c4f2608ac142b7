"""PyMongo under the guard, with a server: what reaches it, and what never does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pymongo
import pytest

from support.mongodb import serving
from support.two_databases import REFUSED, guarded, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.mongodb import MongodbStandIn
    from support.project import ProjectFolder


@pytest.fixture
def server(project: ProjectFolder) -> Iterator[MongodbStandIn]:
    with serving() as standing:
        address = f"mongodb://127.0.0.1:{standing.port}"
        with guarded(project, f"{address}/own", f"{address}/live"):
            yield standing


def insert(url: str, database: str) -> None:
    with pymongo.MongoClient[Any](url, serverSelectionTimeoutMS=5000) as client:
        client[database]["orders"].insert_one({"n": 1})


def insert_async(url: str, database: str) -> None:
    async def run() -> None:
        async with pymongo.AsyncMongoClient[Any](url, serverSelectionTimeoutMS=5000) as client:
            await client[database]["orders"].insert_one({"n": 1})

    asyncio.run(run())


@pytest.mark.parametrize("write", [insert, insert_async])
def test_one_s_own_is_written_to_and_production_s_never_hears(server: MongodbStandIn, write: Any) -> None:
    url = f"mongodb://127.0.0.1:{server.port}"
    assert outcome(lambda: write(url, "live")) == REFUSED
    assert "insert" not in {name for name, _ in server.commands}
    assert outcome(lambda: write(url, "own")) == ""
    assert ("insert", "own") in server.commands


@pytest.mark.parametrize("write", [insert, insert_async])
def test_an_undeclared_server_is_refused_before_a_thread_looks_for_it(
    project: ProjectFolder, write: Any
) -> None:
    with serving() as live:
        with guarded(project, "mongodb://127.0.0.1:1/own", f"mongodb://db.example.org:{live.port}/live"):
            assert outcome(lambda: write(f"mongodb://db.example.org:{live.port}", "shop")) == [
                ("FD602", "", "")
            ]
        assert live.commands == []
        assert outcome(lambda: write(f"mongodb://127.0.0.1:{live.port}", "shop")) == ""
        assert ("insert", "shop") in live.commands
