"""PyMongo: the servers that a client is told of, before its threads look for them, and each database that is named.

There is no stamp in MongoDB: a server is known by its address alone. Refused by its socket alone, a client would look
for another server for half a minute, and then write the address into its error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from firedoor.errors import GuardError
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "pymongo.synchronous.mongo_client"
_OF_SERVER = ("admin", "config", "local")


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Ask whenever a client begins to look for its servers, and whenever a database is named."""
    patches = Patches()
    made = getattr(module.database, "AsyncDatabase", None) or module.database.Database
    patches.wrap(module.Topology, "__init__", lambda original: _begun(guard, original))
    patches.wrap(made, "__init__", lambda original: _named(guard, original))
    return patches.undo


def _begun(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def __init__(self: Any, settings: Any, *rest: Any, **named: Any) -> None:  # noqa: N807 - takes the place of one
        __tracebackhide__ = True
        try:
            guard.check_resource("database", _url(settings.fqdn, settings.seeds, ""))
        except GuardError:
            del self, settings, rest, named  # a traceback that shows locals must not show these
            raise
        original(self, settings, *rest, **named)

    return __init__


def _named(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def __init__(self: Any, client: Any, name: str, *rest: Any, **named: Any) -> None:  # noqa: N807 - takes the place of one
        __tracebackhide__ = True
        if name not in _OF_SERVER:
            try:
                guard.check_resource("database", _url(*_servers(client), name))
            except GuardError:
                del self, client, name, rest, named
                raise
        original(self, client, name, *rest, **named)

    return __init__


def _servers(client: Any) -> tuple[str | None, Any]:
    """The name whose SRV record lists the servers, or None, and the servers."""
    settings = client._topology_settings  # noqa: SLF001 - there is no public way that connects to nothing
    if settings is None:  # the record is looked up when somebody connects
        return client._resolve_srv_info["fqdn"], ()  # noqa: SLF001 - told nowhere else
    return settings.fqdn, settings.seeds


def _url(fqdn: str | None, seeds: Any, database: str) -> str:
    """The address as a declaration would have it."""
    name = quote(str(database), safe="")
    if fqdn:
        return f"mongodb+srv://{fqdn}/{name}"
    return f"mongodb://{','.join(sorted(_place(*seed) for seed in seeds))}/{name}"


def _place(host: str, port: int | None) -> str:
    if port is None:  # a socket
        return quote(host, safe="")
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
