"""PyMongo over the wire to a stand-in server: what destroys is never sent, by any of the ways to say it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pymongo
import pytest

from firedoor import FiredoorWarning
from support.destroying import production, refusal, told, unlock
from support.guarding import armed
from support.mongo import MongoServer, running_mongo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.project import ProjectFolder

ALL = "delete of all documents"
DESTRUCTIVE: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "drop": (lambda shop: shop.orders.drop(), "drop of a collection", "drop"),
    "drop_collection": (lambda shop: shop.drop_collection("orders"), "drop of a collection", "drop"),
    "drop_database": (lambda shop: shop.client.drop_database("shop"), "dropDatabase", "dropDatabase"),
    "delete_many": (lambda shop: shop.orders.delete_many({}), ALL, "delete"),
    "update_many": (
        lambda shop: shop.orders.update_many({}, {"$set": {"a": 1}}),
        "update of all documents",
        "update",
    ),
    "command": (lambda shop: shop.command("drop", "orders"), "drop of a collection", "drop"),
    "bulk delete": (
        lambda shop: shop.orders.bulk_write([pymongo.InsertOne({}), pymongo.DeleteMany({})]),
        ALL,
        "insert",
    ),
    "bulk update": (
        lambda shop: shop.orders.bulk_write([pymongo.UpdateMany({}, {"$set": {"a": 1}})]),
        "update of all documents",
        "update",
    ),
    "bulk of a client": (
        lambda shop: shop.client.bulk_write([pymongo.DeleteMany({}, namespace="shop.orders")]),
        ALL,
        "bulkWrite",
    ),
    "unacknowledged": (
        lambda shop: shop.orders.with_options(write_concern=pymongo.WriteConcern(0)).delete_many({}),
        ALL,
        "delete",
    ),
}
HARMLESS: list[Callable[[Any], Any]] = [
    lambda shop: shop.orders.delete_many({"a": 1}),
    lambda shop: shop.orders.delete_one({}),
    lambda shop: shop.orders.update_many({"a": 1}, {"$set": {"a": 1}}),
    lambda shop: shop.orders.bulk_write(
        [pymongo.DeleteMany({"a": 1}), pymongo.UpdateOne({}, {"$set": {"a": 1}})]
    ),
    lambda shop: shop.command("listCollections"),
]


@pytest.fixture
def mongo() -> Iterator[MongoServer]:
    with running_mongo() as server:
        yield server


@pytest.mark.parametrize("how", DESTRUCTIVE)
@pytest.mark.filterwarnings("ignore::firedoor.FiredoorWarning")
def test_refused_and_let_through(how: str, mongo: MongoServer, project: ProjectFolder) -> None:
    attempt, act, sent = DESTRUCTIVE[how]
    configuration = production(project, DATABASE_URL=f"mongodb://{mongo.address}/shop")
    client: pymongo.MongoClient[Any]
    with armed(configuration), pymongo.MongoClient(mongo.host, mongo.port) as client:
        for harmless in HARMLESS:
            assert refusal(lambda harmless=harmless: harmless(client.shop)) == ()  # type: ignore[misc]  # a default binds the loop's own value
        mongo.commands.clear()
        assert told(refusal(lambda: attempt(client.shop))) == [("FD615", "DATABASE_URL", act, "")]
        assert mongo.commands == []
        assert told(refusal(lambda: client.other.orders.drop())) == [
            ("FD615", "", "drop of a collection", "")
        ]
        unlock(configuration)
        attempt(client.shop)
        client.shop.command("listCollections")  # behind what is not answered
        assert mongo.commands[0] == sent


def test_awaited(mongo: MongoServer, project: ProjectFolder) -> None:
    configuration = production(project, DATABASE_URL=f"mongodb://{mongo.address}/shop")

    async def run(attempt: Callable[[Any], Any]) -> None:
        client: pymongo.AsyncMongoClient[Any]
        async with pymongo.AsyncMongoClient(mongo.host, mongo.port) as client:
            await attempt(client.shop)

    with armed(configuration):
        for attempt, act in (
            (lambda shop: shop.orders.delete_many({}), ALL),
            (lambda shop: shop.orders.bulk_write([pymongo.DeleteMany({})]), ALL),
            (lambda shop: shop.client.bulk_write([pymongo.DeleteMany({}, namespace="shop.orders")]), ALL),
        ):
            assert told(refusal(lambda attempt=attempt: asyncio.run(run(attempt)))) == [  # type: ignore[misc]  # a default binds the loop's own value
                ("FD615", "DATABASE_URL", act, "")
            ]
        assert mongo.commands == []
        asyncio.run(run(lambda shop: shop.orders.delete_many({"a": 1})))
        unlock(configuration)
        with pytest.warns(FiredoorWarning, match="FD618"):
            asyncio.run(run(lambda shop: shop.orders.delete_many({})))
        assert mongo.commands == ["delete", "delete"]
