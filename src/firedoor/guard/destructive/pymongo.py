"""PyMongo: every command that a connection sends, sync or async. Bulk writes: ``pymongo_bulk``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.guard.destructive import places, watch
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "pymongo.synchronous.pool"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Commands of every method, and those that are written by hand, go through here."""
    watching, patches = watch.of(guard), Patches()

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def command(connection: Any, dbname: str, spec: Any, *given: Any, **named: Any) -> Any:
            __tracebackhide__ = True

            def where(name: str) -> Iterable[Identity]:
                return places.mongodb(_addresses(connection, named.get("client")), name or dbname)

            watching.document(spec, where)
            return original(connection, dbname, spec, *given, **named)

        return command

    owner = getattr(module, "Connection", None) or module.AsyncConnection
    patches.wrap(owner, "command", make)
    return patches.undo


def _addresses(connection: Any, client: Any) -> Iterable[tuple[object, object]]:
    """The server's, and those that the client was told: one of a set says other names of itself."""
    return [connection.address, *seeds(client)]


def seeds(client: Any) -> Iterable[tuple[object, object]]:
    """What the client was told to connect to."""
    return () if client is None else client._topology_settings.seeds  # noqa: SLF001 - known before there is a server
