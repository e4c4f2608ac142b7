"""httpcore, below httpx: every request that goes over a network, each of a chain of redirects for itself.

Of a pool that leads to a unix socket the path counts: the host in its URLs is nobody's.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.destinations import of as destinations_of
from firedoor.guard.patching import Patches
from firedoor.guard.unwrapping import bare, bare_later

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "httpcore"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Look at each request, and let a refusal out as it is."""
    patches = Patches()
    destinations = destinations_of(guard)

    def check(pool: Any, url: Any) -> None:
        __tracebackhide__ = True
        # before httpcore 1.0.6 a proxy was known by the pool's class
        is_proxied = getattr(pool, "_proxy", None) is not None or hasattr(pool, "_proxy_url")
        if getattr(pool, "_uds", None) and not is_proxied:
            guard.check_address(pool._uds, socket.AF_UNIX)  # noqa: SLF001 - httpcore would leave its socket open
            return
        host, target = url.host.decode("ascii", "replace"), url.target.decode("ascii", "replace")
        try:
            destinations.check(host, url.port, target, proxied=is_proxied)
        except GuardError:
            del pool, url, host, target  # a traceback that shows locals must not show these
            raise

    patches.wrap(module.ConnectionPool, "handle_request", lambda original: _sync(check, bare(original)))
    patches.wrap(
        module.AsyncConnectionPool,
        "handle_async_request",
        lambda original: _async(check, bare_later(original)),
    )
    return patches.undo


def _sync(check: Callable[[Any, Any], None], original: Callable[..., Any]) -> Callable[..., Any]:
    def handle_request(self: Any, request: Any) -> Any:
        __tracebackhide__ = True
        try:
            check(self, request.url)
        except GuardError:
            del self, request
            raise
        return original(self, request)

    return handle_request


def _async(check: Callable[[Any, Any], None], original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle_async_request(self: Any, request: Any) -> Any:
        __tracebackhide__ = True
        try:
            check(self, request.url)
        except GuardError:
            del self, request
            raise
        return await original(self, request)

    return handle_async_request
