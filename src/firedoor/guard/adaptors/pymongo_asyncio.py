"""PyMongo's asynchronous databases: named as the others are."""

from __future__ import annotations

from firedoor.guard.adaptors.pymongo import arm

LIBRARY = "pymongo.asynchronous.mongo_client"

__all__ = ["LIBRARY", "arm"]
