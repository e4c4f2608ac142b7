"""PyMongo: the database that is worked with. Its sockets are Python's, so its servers are the core's to look at.

There is no stamp in MongoDB: a server is known by its address alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.patching import Patches
from firedoor.resources import host as hosts

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "pymongo.synchronous.database"
_OF_SERVER = ("admin", "config", "local")


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Ask whenever a database is named, which connects to nothing yet."""
    patches = Patches()
    made = getattr(module, "AsyncDatabase", None) or module.Database
    patches.wrap(made, "__init__", lambda original: _named(guard, original))
    return patches.undo


def _named(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def __init__(self: Any, client: Any, name: str, *rest: Any, **named: Any) -> None:  # noqa: N807
        __tracebackhide__ = True
        if name not in _OF_SERVER:
            try:
                guard.check_resource("database", _identities(client, name))
            except GuardError:
                del self, client, rest, named  # a traceback that shows locals must not show these
                raise
        original(self, client, name, *rest, **named)

    return __init__


def _identities(client: Any, name: str) -> list[Identity]:
    """The database on each server that the client was told of."""
    settings = getattr(client, "_topology_settings", None)
    seeds = () if settings is None else settings.seeds
    return [("mongodb", hosts.canonical(str(host)), str(port), str(name)) for host, port in sorted(seeds)]
