"""The handshake before an ASGI application, message by message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.web.asgi import AsgiHandshake
from firedoor.web.marks import Mark
from firedoor.web.proof import Proof
from support.parties import KEY, ask_asgi

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor import Configuration

    Environment = Callable[[str], Configuration]

OTHERS = [
    (b"host", b"shop/staging"),
    (b"x-firedoor-environs", b"shop/staging"),
    (b"x-forwarded-for-abcd", b"shop/staging"),
]
OWN = (b"firedoor-environment", b"shop/production")
STAGING = (b"Firedoor-Environment", b"shop/staging")


def application(*headers: tuple[bytes, bytes]) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await send({"type": "lifespan.startup.complete"})
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": [*headers]})
            await send({"type": "http.response.body", "body": b"charged"})

    return app


@pytest.mark.parametrize(
    "headers", [[], OTHERS, [OWN], [(b"FIREDOOR-Environment", b"shop/prod")], [OWN, OWN]]
)
async def test_its_own_calls_pass_and_are_told_whose_the_answer_is(
    environment: Environment, headers: list[tuple[bytes, bytes]]
) -> None:
    app = AsgiHandshake(application((b"a", b"b")), environment("production"))
    assert await ask_asgi(app, headers) == [
        {"type": "http.response.start", "status": 200, "headers": [(b"a", b"b"), OWN]},
        {"type": "http.response.body", "body": b"charged"},
    ]


async def test_another_environments_call_does_not_reach_the_application(environment: Environment) -> None:
    app = AsgiHandshake(application(), environment("production"))
    start, body = await ask_asgi(app, [OWN, STAGING], method="POST")
    assert start["status"] == 421
    told = json.loads(body["body"])
    assert start["headers"] == [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body["body"])).encode()),
        (b"cache-control", b"no-store"),
        OWN,
    ]
    assert told["code"] == "FD650"
    assert b"staging" not in body["body"]
    head = await ask_asgi(app, [STAGING], method="HEAD")
    assert (head[0], head[1]["body"]) == (start, b"")


async def test_it_tells_its_operator(environment: Environment, caplog: pytest.LogCaptureFixture) -> None:
    await ask_asgi(AsgiHandshake(application(), environment("production")), [STAGING])
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("firedoor.web", "WARNING")
    assert record.getMessage().startswith("FD650: A service of production was called by shop/staging.")


@pytest.mark.parametrize(("service", "status"), [("billing", 200), ("search", 421)])
async def test_a_signed_mark_is_for_one_service(environment: Environment, service: str, status: int) -> None:
    app = AsgiHandshake(application(), environment("production"), key=KEY, service="billing")
    signed = Proof([KEY.encode()], service).sign(Mark("shop", "production"))
    start, _ = await ask_asgi(app, [(OWN[0], signed.encode())])
    assert start["status"] == status


async def test_an_answer_that_was_passed_on_keeps_its_mark(environment: Environment) -> None:
    for theirs, expected in (
        ((b"Firedoor-Environment", b"shop/staging"), [(b"Firedoor-Environment", b"shop/staging"), OWN]),
        (OWN, [OWN]),
    ):
        start, _ = await ask_asgi(AsgiHandshake(application(theirs), environment("production")))
        assert start["headers"] == expected


async def test_unmarked_callers_need_not_be_told(environment: Environment) -> None:
    app = AsgiHandshake(application(), environment("production"), announce=False)
    unmarked, marked = await ask_asgi(app), await ask_asgi(app, [OWN])
    assert (unmarked[0]["headers"], marked[0]["headers"]) == ([], [OWN])


async def test_a_path_may_require_a_mark(environment: Environment) -> None:
    app = AsgiHandshake(
        application(), environment("production"), require=["/internal"], exempt=["/internal/up"]
    )
    for path, root, status in (
        ("/internal", "", 421),
        ("/api/internal", "/api", 421),
        ("/", "", 200),
        ("/internal/up", "", 200),
    ):
        start, _ = await ask_asgi(app, path=path, root_path=root)
        assert start["status"] == status, path


async def test_lifespan_is_left_alone(environment: Environment) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    app = AsgiHandshake(application(), environment("production"), require=True)
    await app({"type": "lifespan"}, None, send)  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
    assert sent == [{"type": "lifespan.startup.complete"}]


async def test_a_websocket_is_refused_before_it_is_accepted(environment: Environment) -> None:
    app = AsgiHandshake(application(), environment("production"))
    assert await ask_asgi(app, [OWN], type="websocket") == [{"type": "websocket.accept", "headers": [OWN]}]
    closed = {"type": "websocket.close", "code": 1008, "reason": "FD650"}
    assert await ask_asgi(app, [STAGING], type="websocket", extensions=None) == [closed]
    assert await ask_asgi(app, [STAGING], type="websocket") == [closed]
    extensions: dict[str, Any] = {"websocket.http.response": {}}
    start, body = await ask_asgi(app, [STAGING], type="websocket", extensions=extensions)
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 421)
    assert (body["type"], json.loads(body["body"])["code"]) == ("websocket.http.response.body", "FD650")
