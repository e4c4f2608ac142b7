"""The handshake over real servers and clients: uvicorn, gunicorn, wsgiref; httpx, requests, curl, websockets."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from firedoor.web import HEADER, HandshakeError, marked
from support import parties
from support.server import PORT, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.server import Server

APPLICATION = """\
from fastapi import FastAPI, WebSocket
from fastapi.responses import RedirectResponse

from firedoor.web import AsgiHandshake, WsgiHandshake

app = FastAPI()
app.add_middleware(AsgiHandshake, require=["/internal"])


@app.get("/charge")
@app.get("/internal/charge")
def charge() -> dict[str, bool]:
    return {"charged": True}


@app.get("/away")
def away(to: str) -> RedirectResponse:
    return RedirectResponse(to)


@app.websocket("/live")
async def live(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("charged")
    await socket.close()


def _answer(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "17")])
    return [b'{"charged": true}']


service = WsgiHandshake(_answer, require=["/internal"])
"""
WSGIREF = """\
import sys
from wsgiref.simple_server import make_server

from application import service

make_server("127.0.0.1", int(sys.argv[1]), service).serve_forever()
"""
QUIET = ("--log-level", "warning")
COMMANDS = {
    "uvicorn": ("-m", "uvicorn", "application:app", "--port", PORT, *QUIET),
    "gunicorn": ("-m", "gunicorn", "application:service", "--bind", f"127.0.0.1:{PORT}", *QUIET),
    "wsgiref": ("serve.py", PORT),
}
REFUSAL = {
    "type": "about:blank",
    "title": "Misdirected Request",
    "status": 421,
    "detail": "This service belongs to production, and the call comes from another environment. The call was refused.",
    "code": "FD650",
    "do": "Correct the address in the environment that calls: it is to call its own service.",
}


@contextmanager
def running(kind: str, folder: Path, environment: str) -> Iterator[Server]:
    env = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ}
    env |= {"APP_ENV": environment, "PYTHONDONTWRITEBYTECODE": "1"}
    with serving((sys.executable, *COMMANDS[kind]), folder, env) as server:

        def answers() -> bool:
            try:
                return httpx.get(f"{server.url}/charge", trust_env=False).status_code == 200
            except httpx.TransportError:
                return False

        server.until(answers, "an answer")
        yield server


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = parties.shop(tmp_path_factory.mktemp("shop"))
    (folder / "application.py").write_text(APPLICATION, "utf-8")
    (folder / "serve.py").write_text(WSGIREF, "utf-8")
    return folder


@pytest.fixture(scope="module", params=COMMANDS)
def production(request: pytest.FixtureRequest, shop: Path) -> Iterator[Server]:
    with running(request.param, shop, "production") as server:
        yield server


@pytest.fixture(scope="module")
def uvicorn(shop: Path) -> Iterator[Server]:
    with running("uvicorn", shop, "production") as server:
        yield server


def caller(shop: Path, environment: str, server: Server, made: Any, **options: Any) -> Any:
    settings = parties.configuration(shop, environment)
    if isinstance(made, requests.Session):
        made.trust_env = False
    return marked(made, settings, internal=[f"127.0.0.1:{server.port}"], **options)


def test_calls_of_staging_are_refused_and_its_own_are_served(production: Server, shop: Path) -> None:
    clients: list[Any] = [httpx.Client(trust_env=False), requests.Session()]
    for made in clients:
        with caller(shop, "production", production, made) as own:
            answer = own.get(f"{production.url}/internal/charge")
            assert (answer.status_code, answer.json()) == (200, {"charged": True})
            assert answer.headers[HEADER] == "shop/production"
    for made in (httpx.Client(trust_env=False), requests.Session()):
        with made, pytest.raises(HandshakeError, match="FD654"):
            caller(shop, "staging", production, made).get(f"{production.url}/charge")
    # what a client of another language would see
    refused = httpx.get(f"{production.url}/charge", headers={HEADER: "shop/staging"}, trust_env=False)
    assert (refused.status_code, refused.json()) == (421, REFUSAL)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["cache-control"] == "no-store"


def test_two_headers_count_both(production: Server) -> None:
    for second, status in (("shop/production", 200), ("shop/staging", 421), ("", 421)):
        headers = [("firedoor-ENVIRONMENT", "shop/production"), (HEADER, second)]
        assert httpx.get(f"{production.url}/charge", headers=headers, trust_env=False).status_code == status


def test_a_browser_needs_no_mark_but_where_it_is_required(production: Server) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{production.url}/charge") as answer:
        assert (answer.status, answer.headers[HEADER]) == (200, "shop/production")
    for path in ("internal/charge", "%69nternal/charge", "x/../internal/charge", "/internal/charge"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            opener.open(f"{production.url}/{path}")
        with refused.value as told:
            assert (told.code, json.load(told)["code"]) == (421, "FD651"), path


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
def test_curl_reads_why(production: Server) -> None:
    def curl(mark: str, *options: str) -> str:
        command = ("curl", "-sS", "--noproxy", "*", "--path-as-is", *options, "-H", f"{HEADER}: {mark}")
        done = subprocess.run(
            (*command, f"{production.url}/charge"), capture_output=True, check=True, encoding="utf-8"
        )
        return done.stdout

    assert json.loads(curl("shop/staging")) == REFUSAL
    assert json.loads(curl("shop/prod")) == {"charged": True}
    head = curl("shop/staging", "-I")
    assert head.startswith("HTTP/1.")
    assert " 421 " in head.splitlines()[0]


def test_a_websocket_is_refused_before_it_opens(uvicorn: Server) -> None:
    url = f"{uvicorn.url.replace('http', 'ws')}/live"
    options: dict[str, Any] = {"proxy": None}
    with connect(url, additional_headers={HEADER: "shop/production"}, **options) as socket:
        assert socket.recv() == "charged"
        assert socket.response is not None
        assert socket.response.headers[HEADER] == "shop/production"
    with pytest.raises(InvalidStatus) as refused:
        connect(url, additional_headers={HEADER: "shop/staging"}, **options)
    assert refused.value.response.status_code == 421
    assert json.loads(refused.value.response.body)["code"] == "FD650"


def test_a_redirect_to_production_is_noticed_before_its_answer_is_used(uvicorn: Server, shop: Path) -> None:
    """A mock of staging's that sends its callers on to production, which knows nothing of them."""
    with running("uvicorn", shop, "staging") as mock:
        for made in (httpx.Client(trust_env=False, follow_redirects=True), requests.Session()):
            with caller(shop, "staging", mock, made) as client:
                assert client.get(f"{mock.url}/charge").json() == {"charged": True}
                home = client.get(f"{mock.url}/away", params={"to": f"{mock.url}/charge"})
                assert home.json() == {"charged": True}
                with pytest.raises(HandshakeError) as refused:
                    client.get(f"{mock.url}/away", params={"to": f"{uvicorn.url}/charge"})
                (problem,) = refused.value.problems
                assert (problem.code, problem.facts) == ("FD654", {"other": "shop/production"})


async def test_an_asynchronous_client_too(uvicorn: Server, shop: Path) -> None:
    async with caller(shop, "production", uvicorn, httpx.AsyncClient(trust_env=False)) as own:
        assert (await own.get(f"{uvicorn.url}/internal/charge")).json() == {"charged": True}
    async with caller(shop, "staging", uvicorn, httpx.AsyncClient(trust_env=False)) as other:
        with pytest.raises(HandshakeError, match="FD654"):
            await other.get(f"{uvicorn.url}/charge")
