"""The handshake in front of a WSGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.web import door as doors
from firedoor.web.door import Door
from firedoor.web.given import Given
from firedoor.web.marks import HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from pydantic import BaseModel

    from firedoor.resolve import Configuration
    from firedoor.web.proof import Key

_VARIABLE = "HTTP_" + HEADER.upper().replace("-", "_")


class WsgiHandshake:
    """Refuses calls that carry another environment's mark with 421, and marks the answers.

    The arguments are those of ``firedoor.web.AsgiHandshake``, and so is what it raises.
    """

    def __init__(
        self,
        app: WSGIApplication,
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

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One call of the application."""
        values = [environ[_VARIABLE]] if _VARIABLE in environ else []
        root = _decoded(environ.get("SCRIPT_NAME", ""))
        problem = self._door.refusal(values, root + _decoded(environ.get("PATH_INFO", "")), root)
        if problem is not None:
            doors.log(problem)
            content = doors.body(problem)
            headers = [*doors.headers(content), (HEADER, self._door.mark)]
            start_response(f"{doors.STATUS} {doors.REASON}", headers)
            return [] if environ.get("REQUEST_METHOD") == "HEAD" else [content]
        if values or self._door.announce:
            return self._app(environ, self._marking(start_response))
        return self._app(environ, start_response)

    def _marking(self, start_response: StartResponse) -> StartResponse:
        """Answers get our mark. One that is there already stays: it tells whose answer was passed on."""
        mark = self._door.mark

        def marking(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            theirs = any(name.lower() == HEADER.lower() and value == mark for name, value in headers)
            return start_response(status, headers if theirs else [*headers, (HEADER, mark)], *rest)

        return marking


def _decoded(text: str) -> str:
    """WSGI hands over the bytes of a path as if they were Latin-1."""
    return text.encode("latin-1", "replace").decode("utf-8", "replace")
