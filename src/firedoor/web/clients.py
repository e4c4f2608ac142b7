"""``marked(client)``: the handshake in an HTTP client. httpx and requests are not imported: what is given is changed.

Each request of a chain of redirects is looked at for itself: one that leads away from the environment's own hosts loses
the mark, and whatever answers is asked for its own before its body is read.
"""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from firedoor.errors import HandshakeError, UsageError
from firedoor.web.caller import Caller
from firedoor.web.given import Given
from firedoor.web.marks import HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import BaseModel

    from firedoor.resolve import Configuration
    from firedoor.web.proof import Key

Client = TypeVar("Client")


def marked(
    client: Client,
    settings: BaseModel | Configuration | None = None,
    *,
    internal: Iterable[str] = (),
    require: bool = False,
    key: Key | Sequence[Key] | None = None,
    service: str = "",
) -> Client:
    """The same client, which from now on marks what it asks the environment's own hosts, and asks answers for theirs.

    ``client`` is an httpx.Client, an httpx.AsyncClient or a requests.Session. The mark is sent to the hosts of the
    environment's resources of kind ``http`` and to ``internal`` ones: ``host``, ``host:port`` or ``.domain``.
    ``require`` True: an internal host's answer has to carry a mark. ``key`` signs, for the ``service`` that is called.

    An answer that carries another environment's mark raises HandshakeError (FD654), as one without a mark that has to
    have it (FD655). Raises UsageError for a client of another kind, and ConfigurationError, SelectionError or
    DeclarationError as loading does.
    """
    __tracebackhide__ = True
    given = Given(settings, key, service)
    del settings, key  # a traceback that shows locals must not show these
    caller = Caller(given, internal=internal, require=require)
    if hasattr(client, "event_hooks"):
        _in_httpx(client, caller)
    elif isinstance(getattr(client, "adapters", None), dict):
        _in_requests(client, caller)
    else:
        raise UsageError(
            f"marked() takes a client of httpx or a session of requests, not {type(client).__name__}"
        )
    return client


def _in_httpx(client: Any, caller: Caller) -> None:
    """Last before a request is sent, and first when an answer is there."""

    def leaving(request: Any) -> None:
        url = request.url
        _put(request.headers, caller.mark_for(url.scheme, url.host, url.port))

    def arriving(response: Any) -> None:
        __tracebackhide__ = True
        url = response.request.url
        try:
            caller.check(response.headers.get_list(HEADER), url.scheme, url.host, url.port)
        except HandshakeError:
            del response, url
            raise

    async def leaving_later(request: Any) -> None:
        leaving(request)

    async def arriving_later(response: Any) -> None:
        __tracebackhide__ = True
        try:
            arriving(response)
        except HandshakeError:
            del response
            raise

    is_async = iscoroutinefunction(client.send)
    hooks = client.event_hooks
    client.event_hooks = {
        **hooks,
        "request": [*hooks["request"], leaving_later if is_async else leaving],
        "response": [arriving_later if is_async else arriving, *hooks["response"]],
    }


def _in_requests(session: Any, caller: Caller) -> None:
    for prefix, adapter in [*session.adapters.items()]:
        session.adapters[prefix] = _Adapter(adapter, caller)


class _Adapter:
    """Stands before an adapter of a session, which is what sends each single request."""

    def __init__(self, adapter: Any, caller: Caller) -> None:
        self._adapter = adapter
        self._caller = caller

    def send(self, request: Any, *arguments: Any, **named: Any) -> Any:
        """Send one request with its mark; close an answer that is another environment's."""
        __tracebackhide__ = True
        url = urlsplit(request.url)
        place = (url.scheme, url.hostname or "", url.port)
        _put(request.headers, self._caller.mark_for(*place))
        response = self._adapter.send(request, *arguments, **named)
        values = [response.headers[HEADER]] if HEADER in response.headers else []
        try:
            self._caller.check(values, *place)
        except HandshakeError:
            response.close()
            del request, arguments, named, url, place, response
            raise
        return response

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # while it is being unpickled there is no adapter yet
            raise AttributeError(name)
        return getattr(self._adapter, name)


def _put(headers: Any, mark: str | None) -> None:
    """Set the header, or take away the one that a redirect brought along."""
    if mark is not None:
        headers[HEADER] = mark
    elif HEADER in headers:
        del headers[HEADER]
