"""What can be known of a request without a server. The rest is in tests/real/test_stamps_chroma.py."""

from __future__ import annotations

from base64 import b64encode
from email.message import Message
from http.client import BadStatusLine, HTTPException, IncompleteRead, InvalidURL, RemoteDisconnected
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler

import pytest

from firedoor.stamps import observation as told
from firedoor.stamps import over_http
from firedoor.stamps.observation import Unreachable

if TYPE_CHECKING:
    from urllib.request import Request


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (URLError(ConnectionRefusedError("hunter2")), told.REFUSED),
        (URLError("hunter2"), told.FAILED),
        (RemoteDisconnected("hunter2"), told.BROKEN_OFF),
        (BadStatusLine("hunter2"), told.BROKEN_OFF),
        (IncompleteRead(b"hunter2"), told.BROKEN_OFF),
        (HTTPException("hunter2"), told.BROKEN_OFF),
        (InvalidURL("hunter2"), told.FAILED),
        (TimeoutError("hunter2"), told.TIMED_OUT),
        (ValueError("hunter2"), told.FAILED),
    ],
)
def test_why_it_did_not_answer(error: Exception, sentence: str) -> None:
    translated = over_http.translate(error)
    assert isinstance(translated, Unreachable)
    assert translated.reason == sentence


def test_a_server_shows_nothing_of_its_address() -> None:
    server = over_http.Server("http://ada:hunter2@hunter2:8000/x?y", {}, 1.0)
    assert "hunter2" not in repr(server)
    assert server._base == "http://hunter2:8000"


@pytest.mark.parametrize(("text", "found"), [(b"{}", {}), (b" " * 3_999_998 + b"[]", []), (b"null", None)])
def test_an_answer_is_json(text: bytes, found: object) -> None:
    assert over_http._json(text) == found


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b" " * 3_999_999 + b"[]", b"[" * 100_000])
def test_any_other_answer_says_nothing(text: bytes) -> None:
    with pytest.raises(Unreachable) as caught:
        over_http._json(text)
    assert caught.value.reason == told.NOT_SUPPORTED


@pytest.mark.parametrize(
    ("login", "sent"),
    [("ada:hunter2@", "ada:hunter2"), ("ada@", "ada:"), ("ada:@", "ada:"), ("a%3Ada:%40@", "a:da:@")],
)
def test_the_login_of_the_url_is_sent(login: str, sent: str) -> None:
    server = over_http.Server(f"http://{login}h", {}, 1.0)
    basic = b64encode(sent.encode()).decode()
    assert server._headers == {"Accept": "application/json", "Authorization": f"Basic {basic}"}


def test_no_login_is_no_header() -> None:
    assert over_http.Server("http://h", {}, 1.0)._headers == {"Accept": "application/json"}


def test_a_status_says_itself() -> None:
    status = over_http.Status(404)
    assert (status.code, str(status)) == (404, "404")


class Opener:
    """What urllib opens with: notes each request, and gives an answer or raises."""

    def __init__(self, answer: bytes | HTTPError = b"{}") -> None:
        self.answer = answer
        self.seen: list[tuple[object, ...]] = []
        self.read_to = 0

    def open(self, request: Request, timeout: float) -> Self:
        seen = (request.method, request.full_url, dict(request.header_items()), request.data, timeout)
        self.seen.append(seen)
        if isinstance(self.answer, HTTPError):
            raise self.answer
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """As an answer's."""

    def read(self, most: int) -> bytes:
        self.read_to = most
        assert isinstance(self.answer, bytes)
        return self.answer


def server(opener: Opener) -> over_http.Server:
    made = over_http.Server("http://h:1/path", {}, 0.5)
    made._opener = opener  # type: ignore[assignment]  # wrong on purpose, or a stand-in
    return made


def test_a_request_has_what_it_needs_and_no_more() -> None:
    opener = Opener(b'{"a": 1}')
    asked = server(opener)
    assert asked.ask("GET", "/x") == {"a": 1}
    asked.add_header("X-Token", "t")
    assert asked.ask("PUT", "/y", {"b": [2]}) == {"a": 1}
    assert opener.seen == [
        ("GET", "http://h:1/x", {"Accept": "application/json"}, None, 0.5),
        (
            "PUT",
            "http://h:1/y",
            {"Accept": "application/json", "X-token": "t", "Content-type": "application/json"},
            b'{"b": [2]}',
            0.5,
        ),
    ]
    assert opener.read_to == 4_000_001


def test_an_answer_that_is_no_success_is_closed_and_told_by_its_status() -> None:
    body = BytesIO(b"hunter2")
    opener = Opener(HTTPError("http://h", 404, "hunter2", Message(), body))
    with pytest.raises(over_http.Status) as caught:
        server(opener).ask("GET", "/x")
    assert (caught.value.code, caught.value.__context__, body.closed) == (404, None, True)


def handlers(made: over_http.Server) -> list[Any]:
    opener: Any = made._opener
    return list(opener.handlers)


def test_only_the_proxy_of_the_environment_is_used_and_no_redirect_followed() -> None:
    made = over_http.Server("http://h:1", {"http_proxy": "http://proxy:2"}, 0.5)
    (proxy,) = [one for one in handlers(made) if isinstance(one, ProxyHandler)]
    assert vars(proxy)["proxies"] == {"http": "http://proxy:2"}
    (redirect,) = [one for one in handlers(made) if isinstance(one, HTTPRedirectHandler)]
    assert type(redirect) is over_http._Stay
    without = over_http.Server("http://h:1", {}, 0.5)
    assert not any(getattr(one, "proxies", None) for one in handlers(without))
