"""PyMongo's bulk writes, of a collection or of a client: the whole batch is looked at before its first command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.guard.destructive import places, watch
from firedoor.guard.destructive.pymongo import seeds
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "pymongo.synchronous.bulk"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """``ops`` are the writes as they will be sent."""
    watching, patches = watch.of(guard), Patches()

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def execute(bulk: Any, /, *given: Any, **named: Any) -> Any:
            __tracebackhide__ = True
            for namespace, command in _commands(bulk):
                client, database = _home(bulk, namespace)
                watching.document(command, _finder(client, database))
            return original(bulk, *given, **named)

        return execute

    patches.wrap(_owner(module), "execute", make)
    return patches.undo


def _owner(module: ModuleType) -> Any:
    names = ("_Bulk", "_AsyncBulk", "_ClientBulk", "_AsyncClientBulk")
    return next(found for name in names if (found := getattr(module, name, None)) is not None)


def _finder(client: Any, database: str) -> Callable[[str], Iterable[Identity]]:
    return lambda name: places.mongodb(seeds(client), name or database)


def _home(bulk: Any, namespace: str) -> tuple[Any, str]:
    collection = getattr(bulk, "collection", None)
    if collection is None:
        return bulk.client, namespace.partition(".")[0]
    return collection.database.client, collection.database.name


def _commands(bulk: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    """(namespace, command) of each write, as a command of its own."""
    if not hasattr(bulk, "collection"):
        writes = zip(bulk.namespaces, bulk.ops, strict=True)
        return [(namespace, {"bulkWrite": 1, "ops": [one]}) for namespace, (_, one) in writes]
    deletes = [("", {"delete": "", "deletes": [one]}) for _, one in bulk.ops if "u" not in one]
    return [*deletes, *(("", {"update": "", "updates": [one]}) for _, one in bulk.ops if "u" in one)]
