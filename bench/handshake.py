"""What the handshake adds to a call, on each side, and what a guarded request of HTTP pays."""

from __future__ import annotations

import asyncio
import http.client
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firedoor import boundary, declaration, guard
from firedoor.web import HEADER, AsgiHandshake, Messages, Tokens, WsgiHandshake
from firedoor.web.caller import Caller
from firedoor.web.given import Given
from firedoor.web.marks import Mark
from firedoor.web.proof import Proof

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor import Configuration

ROUNDS = 15
CALLS = 5000
MOST = 20.0  # microseconds of a service or a client, unsigned
_KEY = "k" * 32
_FILES = {
    "firedoor.toml": '[project]\nname = "shop"\n[environments.testing]\n[environments.production]\nprotected = true\n'
    '[variables.API]\nresource = "http"\n',
    ".env.testing": "API=http://127.0.0.1:9\n",
    ".env.production": "API=https://api.example.org\n",
}
_HEADERS = [(b"host", b"shop"), (b"accept", b"*/*"), (b"user-agent", b"bench"), (b"cookie", b"a=b")]


def rows() -> list[tuple[str, str, str, bool]]:
    """(what, target, measured, whether it holds); microseconds that are added to one call."""
    with tempfile.TemporaryDirectory() as name:
        configuration = _project(Path(name))
        caller = Caller(Given(configuration), internal=["billing"])
        tokens, messages = Tokens(configuration), Messages(configuration)
        claims, headers = tokens.mark({"sub": "42"}), messages.mark({"id": "7"})
        measured = {
            "handshake: a WSGI service": _wsgi(configuration),
            "handshake: an ASGI service": _asgi(configuration, None),
            "handshake: a client's request and answer": _best(lambda: _called(caller)),
        }
        others = {
            "handshake: an ASGI service, signed": _asgi(configuration, _KEY),
            "handshake: a token": _best(lambda: tokens.check(claims)),
            "handshake: a message": _best(lambda: messages.accept(headers)),
            "guard as armed by default: a request of http.client": _guarded(configuration),
        }
    found = [(what, f"≤ {MOST:.0f} µs", f"{took:.1f} µs", took <= MOST) for what, took in measured.items()]
    return found + [(what, "", f"{took:.1f} µs", True) for what, took in others.items()]


def _project(folder: Path) -> Configuration:
    for path, text in _FILES.items():
        (folder / path).write_text(text, encoding="utf-8")
        (folder / path).chmod(0o600)
    return boundary.configure(declaration.load(folder), "testing", process={})


def _best(call: Callable[[], object]) -> float:
    """Microseconds of one call, of the median round."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(CALLS):
            call()
        times.append((time.perf_counter() - start) / CALLS)
    return statistics.median(times) * 1e6


def _called(caller: Caller) -> None:
    caller.mark_for("http", "billing", None)
    caller.check(["shop/testing"], "http", "billing", None)


def _wsgi(configuration: Configuration) -> float:
    def application(_: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"x"]

    def start_response(*_: Any) -> None:
        return

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_FIREDOOR_ENVIRONMENT": "shop/testing"}
    guarded: Any = WsgiHandshake(application, configuration)
    return _best(lambda: guarded(environ, start_response)) - _best(
        lambda: application(environ, start_response)
    )


def _asgi(configuration: Configuration, key: str | None) -> float:
    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
        )
        await send({"type": "http.response.body", "body": b"x"})

    async def send(_: Any) -> None:
        return

    async def rounds(app: Any) -> float:
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            for _ in range(CALLS):
                await app(scope, None, send)
            times.append((time.perf_counter() - start) / CALLS)
        return statistics.median(times) * 1e6

    mark = Mark("shop", "testing")
    value = str(mark) if key is None else Proof([key.encode()]).sign(mark)
    headers = [*_HEADERS, (HEADER.lower().encode(), value.encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    guarded = AsgiHandshake(application, configuration, key=key)
    return asyncio.run(rounds(guarded)) - asyncio.run(rounds(application))


def _guarded(configuration: Configuration) -> float:
    def request() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", 9)
        connection.putrequest("GET", "/x", skip_host=True, skip_accept_encoding=True)

    before = _best(request)
    guard.arm(configuration)
    try:
        return _best(request) - before
    finally:
        guard.disarm()
