"""The handshake in front of an ASGI application: HTTP and websockets; lifespan and whatever else there is pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.web import door as doors
from firedoor.web.door import Door
from firedoor.web.given import Given
from firedoor.web.marks import HEADER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence

    from pydantic import BaseModel

    from firedoor.problem import Problem
    from firedoor.resolve import Configuration
    from firedoor.web.proof import Key

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
    Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_NAME = HEADER.lower().encode()
_LENGTH = len(_NAME)
_GUARDED = ("http", "websocket")
_ANSWERS = ("http.response.start", "websocket.accept")
_HTTP_ANSWER = "websocket.http.response"  # the extension by which a refused websocket gets a real answer
_POLICY_VIOLATION = 1008


class AsgiHandshake:
    """Refuses calls that carry another environment's mark with 421, and marks the answers.

    ``settings`` are settings that firedoor loaded, or a Configuration; without them the environment is selected as
    ever. ``require``: True, or paths below which a call has to carry a mark; ``exempt``: single paths that need none.
    ``announce`` False: only marked calls are told whose answer it is. ``key``: secrets, or several, the first of which
    signs; with it a mark has to be signed, for the ``service`` of this name.

    Raises ConfigurationError (also FD659: the project has no name), SelectionError, DeclarationError, UsageError.
    """

    def __init__(
        self,
        app: Application,
        settings: BaseModel | Configuration | None = None,
        *,
        require: bool | Iterable[str] = False,
        exempt: Iterable[str] = (),
        announce: bool = True,
        key: Key | Sequence[Key] | None = None,
        service: str = "",
    ) -> None:
        __tracebackhide__ = True
        self._app = app
        given = Given(settings, key, service)
        del settings, key  # a traceback that shows locals must not show these
        self._door = Door(given, require=require, exempt=exempt, announce=announce)
        self._mark = self._door.mark.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One call of the application."""
        if scope["type"] not in _GUARDED:
            await self._app(scope, receive, send)
            return
        values = [value for name, value in scope["headers"] if len(name) == _LENGTH and name.lower() == _NAME]
        problem = self._door.refusal(
            [value.decode("latin-1") for value in values], scope["path"], scope.get("root_path", "")
        )
        if problem is not None:
            doors.log(problem)
            await self._refuse(problem, scope, receive, send)
        elif values or self._door.announce:
            await self._app(scope, receive, self._marking(send))
        else:
            await self._app(scope, receive, send)

    def _marking(self, send: Send) -> Send:
        """Answers get our mark. One that is there already stays: it tells whose answer was passed on."""
        pair = (_NAME, self._mark)

        async def marking(message: MutableMapping[str, Any]) -> None:
            if message["type"] in _ANSWERS:
                headers = [*(message.get("headers") or ())]
                if pair not in headers:
                    message = {**message, "headers": [*headers, pair]}
            await send(message)

        return marking

    async def _refuse(self, problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
        kind = "http.response"
        if scope["type"] == "websocket":
            await receive()  # what asks to be accepted
            if _HTTP_ANSWER not in (scope.get("extensions") or {}):
                await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": problem.code})
                return
            kind = _HTTP_ANSWER
        content = doors.body(problem)
        headers = [(name.lower().encode(), value.encode()) for name, value in doors.headers(content)]
        await send(
            {"type": f"{kind}.start", "status": doors.STATUS, "headers": [*headers, (_NAME, self._mark)]}
        )
        await send({"type": f"{kind}.body", "body": b"" if scope.get("method") == "HEAD" else content})
