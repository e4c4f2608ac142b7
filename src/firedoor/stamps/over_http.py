"""Requests to a server that speaks JSON over HTTP: no redirect is followed, no proxy but the environment's used."""

from __future__ import annotations

import json
from base64 import b64encode
from http.client import HTTPException, InvalidURL
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from firedoor.stamps import failure
from firedoor.stamps.observation import BROKEN_OFF, FAILED, NOT_SUPPORTED, Unreachable
from firedoor.stamps.proxies import proxies

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 4_000_000  # bytes of an answer


class Status(Exception):  # noqa: N818 - a fact about the answer
    """The server answered with this status, which is no success."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class _Stay(HTTPRedirectHandler):
    """What leads elsewhere is not followed: from a mock to production is one step."""

    def redirect_request(self, *_: Any) -> None:
        """Nowhere: the redirect becomes an HTTPError."""


class Server:
    """Where requests go: scheme, host and port of a URL, with the login in it. repr shows none of it."""

    def __init__(self, url: str, variables: Mapping[str, str], seconds: float) -> None:
        parts = urlsplit(url)
        self._base = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "", "", ""))
        self._seconds = seconds
        self._opener = build_opener(ProxyHandler(proxies(self._base, variables)), _Stay)
        self._headers = {"Accept": "application/json"}
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["Authorization"] = f"Basic {b64encode(login).decode()}"

    def add_header(self, name: str, text: str) -> None:
        """Send it with every request."""
        self._headers[name] = text

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The JSON of the answer. Raises Status, Unreachable, and what failure.reason knows."""
        data = None if body is None else json.dumps(body).encode()
        headers = self._headers if data is None else {**self._headers, "Content-Type": "application/json"}
        request = Request(self._base + path, data, headers, method=method)  # noqa: S310 - the scheme is the caller's
        try:
            with self._opener.open(request, timeout=self._seconds) as answer:
                text = answer.read(_LONGEST + 1)
        except HTTPError as error:
            code = error.code
            error.close()
        else:
            return _json(text)
        raise Status(code)


def translate(error: Exception) -> Exception:
    """What firedoor says of an error that a request raised."""
    is_answer = isinstance(error, HTTPException) and not isinstance(error, InvalidURL)
    return Unreachable(failure.reason(error, BROKEN_OFF if is_answer else FAILED))


def _json(text: bytes) -> Any:
    if len(text) <= _LONGEST:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass
    raise Unreachable(NOT_SUPPORTED)
