"""What a type checker makes of the handshake: a marked client stays what it is. Checked by mypy, never run."""

from typing import Any, assert_type

import httpx
import requests
from fastapi import FastAPI

import firedoor
from firedoor.web import AsgiHandshake, Messages, Tokens, WsgiHandshake, marked


class AppSettings(firedoor.Settings):
    billing_url: str
    handshake_key: str


settings = AppSettings()
assert_type(marked(httpx.Client(), settings), httpx.Client)
assert_type(marked(httpx.AsyncClient(), settings, internal=["billing"], require=True), httpx.AsyncClient)
assert_type(marked(requests.Session(), key=[settings.handshake_key, b"x" * 32]), requests.Session)

app = FastAPI()
app.add_middleware(AsgiHandshake, settings=settings, require=["/internal"])
AsgiHandshake(app, settings, require=True, announce=False)
WsgiHandshake(lambda _environ, _start_response: [b""], key=settings.handshake_key, service="billing")

assert_type(Tokens(settings).mark({"sub": "42"}), dict[str, Any])
assert_type(Tokens(settings).salt("activate"), str)
assert_type(Messages(settings).mark(), dict[str, Any])
assert_type(Messages(settings).mark({"id": 7}), dict[str, Any])
assert_type(Messages(settings).mark([("id", b"7")]), list[tuple[str, Any]])
