"""The handshake before a WSGI application."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.web.marks import Mark
from firedoor.web.proof import Proof
from firedoor.web.wsgi import WsgiHandshake
from support.parties import KEY, ask_wsgi

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor import Configuration

    Environment = Callable[[str], Configuration]

OWN = ("Firedoor-Environment", "shop/production")


def application(*headers: tuple[str, str]) -> Any:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [*headers])
        return [b"charged"]

    return app


@pytest.mark.parametrize(
    "mark",
    [
        {},
        {"HTTP_FIREDOOR_ENVIRONMENT": "shop/production"},
        {"HTTP_FIREDOOR_ENVIRONMENT": "shop/prod, shop/prod"},
    ],
)
def test_its_own_calls_pass_and_are_told_whose_the_answer_is(
    environment: Environment, mark: dict[str, str]
) -> None:
    answer = ask_wsgi(WsgiHandshake(application(("a", "b")), environment("production")), **mark)
    assert (answer.status, answer.headers, answer.body) == (200, [("a", "b"), OWN], b"charged")


def test_another_environments_call_does_not_reach_the_application(environment: Environment) -> None:
    app = WsgiHandshake(application(), environment("production"))
    answer = ask_wsgi(app, HTTP_FIREDOOR_ENVIRONMENT="shop/production,shop/staging")
    assert answer.status == 421
    assert answer.headers == [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(answer.body))),
        ("Cache-Control", "no-store"),
        OWN,
    ]
    assert json.loads(answer.body)["code"] == "FD650"
    assert b"staging" not in answer.body
    head = ask_wsgi(app, HTTP_FIREDOOR_ENVIRONMENT="shop/staging", REQUEST_METHOD="HEAD")
    assert (head.status, head.headers, head.body) == (421, answer.headers, b"")


def test_it_tells_its_operator(environment: Environment, caplog: pytest.LogCaptureFixture) -> None:
    ask_wsgi(
        WsgiHandshake(application(), environment("production")), HTTP_FIREDOOR_ENVIRONMENT="shop/staging"
    )
    assert [record.name for record in caplog.records] == ["firedoor.web"]


@pytest.mark.parametrize(("service", "status"), [("billing", 200), ("search", 421)])
def test_a_signed_mark_is_for_one_service(environment: Environment, service: str, status: int) -> None:
    app = WsgiHandshake(application(), environment("production"), key=KEY, service="billing")
    signed = Proof([KEY.encode()], service).sign(Mark("shop", "production"))
    assert ask_wsgi(app, HTTP_FIREDOOR_ENVIRONMENT=signed).status == status


def test_an_answer_may_be_begun_anew_after_an_error(environment: Environment) -> None:
    """PEP 3333: with what was raised, as long as nothing was sent."""
    told: list[Any] = []
    wrote = b"".join

    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        assert start_response("500 Oops", [("a", "b")], (None, None, None)) is wrote
        return []

    def start(*given: Any) -> Any:
        told.append(given)
        return wrote

    list(WsgiHandshake(app, environment("production"))({"PATH_INFO": "/"}, start))
    assert told == [("200 OK", [OWN]), ("500 Oops", [("a", "b"), OWN], (None, None, None))]


def test_an_answer_that_was_passed_on_keeps_its_mark(environment: Environment) -> None:
    theirs = ("firedoor-environment", "shop/staging")
    app = WsgiHandshake(application(theirs), environment("production"))
    assert ask_wsgi(app).headers == [theirs, OWN]
    assert ask_wsgi(WsgiHandshake(application(OWN), environment("production"))).headers == [OWN]


def test_unmarked_callers_need_not_be_told(environment: Environment) -> None:
    app = WsgiHandshake(application(), environment("production"), announce=False)
    assert ask_wsgi(app).headers == []
    assert ask_wsgi(app, HTTP_FIREDOOR_ENVIRONMENT="shop/production").headers == [OWN]


@pytest.mark.parametrize(
    ("path", "root", "status"),
    [
        ("/internal", "", 421),
        ("/internal/up", "", 200),
        ("/x", "/internal", 421),
        ("/internal", "/api", 421),
        ("/\xc3\xa4", "", 421),
        ("/\xe4", "", 200),
        ("/public", "", 200),
        ("", "", 200),
    ],
)
def test_a_path_may_require_a_mark(environment: Environment, path: str, root: str, status: int) -> None:
    app = WsgiHandshake(
        application(), environment("production"), require=["/internal", "/ä"], exempt=["/internal/up"]
    )
    assert ask_wsgi(app, PATH_INFO=path, SCRIPT_NAME=root).status == status
    own = ask_wsgi(app, PATH_INFO=path, SCRIPT_NAME=root, HTTP_FIREDOOR_ENVIRONMENT="shop/production")
    assert own.status == 200
