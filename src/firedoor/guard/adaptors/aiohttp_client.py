"""aiohttp's client: every request before it has a connection, each of a chain of redirects for itself.

Connectors to unix sockets and named pipes are left to the core: the host in their URLs is nobody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.destinations import of as destinations_of
from firedoor.guard.patching import Patches
from firedoor.guard.unwrapping import bare_later

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.guard.destinations import Destinations

LIBRARY = "aiohttp.client"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Look at each request, and let a refusal out as it is."""
    patches = Patches()
    destinations = destinations_of(guard)
    by_tcp = module.TCPConnector
    patches.wrap(by_tcp, "connect", lambda original: _connecting(destinations, original))
    patches.wrap(module.ClientSession, "_request", bare_later)
    return patches.undo


def _connecting(destinations: Destinations, original: Callable[..., Any]) -> Callable[..., Any]:
    async def connect(self: Any, req: Any, *rest: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        url = req.url
        try:
            destinations.check(url.raw_host or "", url.port, url.raw_path, proxied=req.proxy is not None)
        except GuardError:
            del self, req, rest, named, url  # a traceback that shows locals must not show these
            raise
        return await original(self, req, *rest, **named)

    return connect
