"""http.client, which urllib, urllib3, requests and botocore write their requests with: each request is looked at.

Its socket is the core's to look at. What the socket cannot know: whom a proxy is asked for (an absolute URL, or
CONNECT), and the path at a host where another environment has something, too.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.destinations import of as destinations_of
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.guard.destinations import Destinations

LIBRARY = "http.client"
_UNIX = getattr(socket, "AF_UNIX", None)


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Look at each request line, and at whom a tunnel is asked for."""
    patches = Patches()
    destinations = destinations_of(guard)
    patches.wrap(module.HTTPConnection, "putrequest", lambda original: _asked(destinations, original))
    patches.wrap(module.HTTPConnection, "set_tunnel", lambda original: _tunnelled(destinations, original))
    return patches.undo


def _asked(destinations: Destinations, original: Callable[..., Any]) -> Callable[..., Any]:
    def putrequest(self: Any, method: str, url: str, *rest: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            target = url or "/"
            if "://" in target and not target.startswith("/"):
                destinations.check_url(target, proxied=True)
            elif self._tunnel_host:
                destinations.check(self._tunnel_host, self._tunnel_port, target, proxied=True)
            elif self.sock is None or getattr(self.sock, "family", None) != _UNIX:
                destinations.check(self.host, self.port, target)
        except GuardError:
            del self, url, target, rest, named  # a traceback that shows locals must not show these
            raise
        return original(self, method, url, *rest, **named)

    return putrequest


def _tunnelled(destinations: Destinations, original: Callable[..., Any]) -> Callable[..., Any]:
    def set_tunnel(self: Any, host: str, port: int | None = None, *rest: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            destinations.check(*self._get_hostport(host, port), proxied=True)
        except GuardError:
            del self, host, port, rest, named
            raise
        return original(self, host, port, *rest, **named)

    return set_tunnel
