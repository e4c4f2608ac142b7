"""Command documents of MongoDB that destroy, beside those that do not."""

from __future__ import annotations

from typing import Any

import pytest

from firedoor.destruction import Finding, mongodb

ALL_DELETED = Finding("delete of all documents", "delete")
ALL_UPDATED = Finding("update of all documents", "update")


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ({"dropDatabase": 1}, (Finding("dropDatabase", "drop-database"),)),
        ({"drop": "orders"}, (Finding("drop of a collection", "drop-table"),)),
        ({"delete": "orders", "deletes": [{"q": {}, "limit": 0}]}, (ALL_DELETED,)),
        (
            {"delete": "orders", "deletes": [{"q": {"a": 1}, "limit": 0}, {"q": {}}, {"q": None}]},
            (ALL_DELETED,),
        ),
        ({"update": "orders", "updates": [{"q": {}, "u": {}, "multi": True}]}, (ALL_UPDATED,)),
        ({"bulkWrite": 1, "ops": [{"delete": 0, "filter": {}, "multi": True}]}, (ALL_DELETED,)),
        ({"bulkWrite": 1, "ops": [{"update": 0, "filter": {}, "multi": True}]}, (ALL_UPDATED,)),
        (
            {"aggregate": "a", "pipeline": [{"$match": {}}, {"$out": "b"}]},
            (Finding("aggregate with $out", "drop-table"),),
        ),
        (
            {"aggregate": "a", "pipeline": [{"$out": {"db": "other", "coll": "b"}}]},
            (Finding("aggregate with $out", "drop-table", ("other",)),),
        ),
        (
            {"renameCollection": "shop.a", "to": "shop.b.c", "dropTarget": True},
            (Finding("renameCollection with dropTarget", "drop-table", ("shop",)),),
        ),
    ],
)
def test_destructive(command: dict[str, Any], found: tuple[Finding, ...]) -> None:
    assert mongodb.findings(command) == found


@pytest.mark.parametrize(
    "command",
    [
        {},
        {"find": "orders", "filter": {}},
        {"insert": "orders", "dropDatabase": 1},
        {"delete": "orders"},
        {"delete": "orders", "deletes": [{"q": {}, "limit": 1}, {"q": {"a": 1}, "limit": 0}]},
        {"update": "orders"},
        {"update": "orders", "updates": [{"q": {}, "multi": False}, {"q": {"a": 1}, "multi": True}]},
        {"bulkWrite": 1},
        {
            "bulkWrite": 1,
            "ops": [
                {"insert": 0},
                {"delete": 0, "filter": {}},
                {"delete": 0, "filter": {"a": 1}, "multi": True},
            ],
        },
        {"aggregate": "a", "pipeline": [{"$merge": "b"}]},
        {"aggregate": "a"},
        {"renameCollection": "shop.a", "to": "shop.b"},
    ],
)
def test_harmless(command: dict[str, Any]) -> None:
    assert mongodb.findings(command) == ()


@pytest.mark.parametrize(
    "query",
    [
        *(
            {},
            None,
            {"$comment": "x"},
            {"$and": [{}, {}]},
            {"$or": [{"a": 1}, {}]},
            {"$expr": True},
            {"$expr": 1},
        ),
        *({"_id": {"$exists": True}}, {"$and": [{"_id": {"$exists": True}}], "$comment": "x"}, {"$and": {}}),
    ],
)
def test_everything_is_asked_for(query: Any) -> None:
    assert mongodb.asks_for_all(query)


@pytest.mark.parametrize(
    "query",
    [
        *(
            {"a": 1},
            {"_id": 1},
            {"_id": {"$exists": False}},
            {"_id": {"$gt": 1}},
            {"$and": [{}, {"a": 1}]},
            b"raw",
        ),
        *({"$or": [{"a": 1}]}, {"$nor": [{}]}, {"$expr": {"$eq": ["$a", 1]}}, {"$comment": "x", "a": 1}),
        {"_id": {"$exists": True, "$gt": 1}},
    ],
)
def test_some_are_asked_for(query: Any) -> None:
    assert not mongodb.asks_for_all(query)
