"""The handshake in clients of httpx and requests, without a server: redirects, answers, other hooks."""

from __future__ import annotations

import io
import pickle
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import requests
from requests.adapters import BaseAdapter

from firedoor import UsageError
from firedoor.errors import HandshakeError
from firedoor.problem import Problem
from firedoor.web import HEADER, AsgiHandshake, WsgiHandshake, marked
from support.frames import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor import Configuration

    Environment = Callable[[str], Configuration]

OWN = "http://localhost:8000/"
# what each address answers: status, headers
WORLD: dict[str, tuple[int, dict[str, str]]] = {
    OWN: (200, {HEADER: "shop/testing"}),
    f"{OWN}away": (302, {"Location": "http://third.example/", HEADER: "shop/testing"}),
    f"{OWN}back": (302, {"Location": OWN, HEADER: "shop/testing"}),
    f"{OWN}live": (302, {"Location": "http://api.live/"}),
    f"{OWN}foreign": (200, {HEADER: "shop/production"}),
    "http://third.example/": (200, {}),
    "http://api.live/": (200, {HEADER: "shop/production"}),
}
Seen = list[tuple[str, str | None]]
FOREIGN = (Problem("FD654", environment="testing", origin=None, other="shop/production"),)


class Body:
    """A body that notes whether anybody read it."""

    def __init__(self) -> None:
        self.was_read = False


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, body: Body) -> None:
        self.body = body

    def __iter__(self) -> Any:
        self.body.was_read = True
        yield b"x"

    async def __aiter__(self) -> Any:
        self.body.was_read = True
        yield b"x"


def transport(seen: Seen, body: Body | None = None) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((str(request.url), request.headers.get(HEADER)))
        status, headers = WORLD[str(request.url)]
        return httpx.Response(status, headers=headers, stream=Stream(body or Body()))

    return httpx.MockTransport(answer)


class World(BaseAdapter):
    """An adapter of requests that knows the same addresses."""

    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self.seen = seen
        self.closed = 0

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        assert request.url is not None
        self.seen.append((request.url, request.headers.get(HEADER)))
        response = requests.Response()
        response.status_code, headers = WORLD[request.url]
        response.headers.update(headers)
        response.url, response.request, response.raw = request.url, request, Raw(self)
        return response

    def close(self) -> None:
        self.seen.append(("closed", None))


class Raw(io.BytesIO):
    def __init__(self, world: World) -> None:
        super().__init__(b"x")
        self.world = world

    def close(self) -> None:
        self.world.closed += not self.closed
        super().close()


def session(world: World, settings: Configuration, **options: Any) -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    made.mount("http://", world)
    return marked(made, settings, **options)


CHAINS = [
    ("", [(OWN, "shop/testing")]),
    ("back", [(f"{OWN}back", "shop/testing"), (OWN, "shop/testing")]),
    ("away", [(f"{OWN}away", "shop/testing"), ("http://third.example/", None)]),
]


@pytest.mark.parametrize(("path", "expected"), CHAINS)
def test_each_request_of_a_chain_is_looked_at_for_itself(
    environment: Environment, path: str, expected: Seen
) -> None:
    seen: Seen = []
    with marked(
        httpx.Client(transport=transport(seen), follow_redirects=True), environment("testing")
    ) as client:
        assert client.get(OWN + path).read() == b"x"
    assert seen == expected
    seen.clear()
    assert session(World(seen), environment("testing")).get(OWN + path).content == b"x"
    assert seen == expected


@pytest.mark.parametrize(("path", "expected"), CHAINS)
async def test_each_request_of_an_asynchronous_chain_too(
    environment: Environment, path: str, expected: Seen
) -> None:
    seen: Seen = []
    made = httpx.AsyncClient(transport=transport(seen), follow_redirects=True)
    async with marked(made, environment("testing")) as client:
        assert (await client.get(OWN + path)).content == b"x"
    assert seen == expected


@pytest.mark.parametrize("path", ["foreign", "live"])
async def test_another_environments_answer_is_not_read(environment: Environment, path: str) -> None:
    body = Body()
    with (
        marked(
            httpx.Client(transport=transport([], body), follow_redirects=True), environment("testing")
        ) as client,
        pytest.raises(HandshakeError) as refused,
    ):
        client.get(OWN + path)
    assert refused.value.problems == FOREIGN
    async with marked(
        httpx.AsyncClient(transport=transport([], body), follow_redirects=True), environment("testing")
    ) as later:
        with pytest.raises(HandshakeError) as refused:
            await later.get(OWN + path)
    assert refused.value.problems == FOREIGN
    # the way there was read, as httpx does with a redirect; what answered at the end was not
    assert body.was_read is (path == "live")
    world = World([])
    with pytest.raises(HandshakeError) as refused:
        session(world, environment("testing")).get(OWN + path)
    assert refused.value.problems == FOREIGN
    assert world.closed


async def test_no_frame_of_ours_holds_what_was_asked(environment: Environment) -> None:
    url = f"{OWN}foreign"
    client = marked(httpx.Client(transport=transport([])), environment("testing"))
    later = marked(httpx.AsyncClient(transport=transport([])), environment("testing"))
    with pytest.raises(HandshakeError) as first:
        client.get(url)
    with pytest.raises(HandshakeError) as second:
        await later.get(url)
    with pytest.raises(HandshakeError) as third:
        session(World([]), environment("testing")).get(url)
    for refused in (first, second, third):
        seen = shown(refused.value)
        assert [one for one in ("foreign", "8000", "localhost") if one in seen] == [], seen
    for make in (
        lambda: marked(httpx.Client(), environment("testing"), key="s3cr3t"),
        lambda: AsgiHandshake(None, environment("testing"), key="s3cr3t"),  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
        lambda: WsgiHandshake(None, environment("testing"), key=["s3cr3t"]),  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
    ):
        with pytest.raises(UsageError) as unusable:
            make()
        assert "s3cr3t" not in shown(unusable.value)


def test_a_third_party_is_asked_without_a_mark(environment: Environment) -> None:
    seen: Seen = []
    with marked(httpx.Client(transport=transport(seen)), environment("testing")) as client:
        assert client.get("http://third.example/").content == b"x"
    assert session(World(seen), environment("testing")).get("http://third.example/").content == b"x"
    assert seen == [("http://third.example/", None)] * 2


def test_an_internal_host_can_be_made_to_say_whose_it_is(environment: Environment) -> None:
    options: dict[str, Any] = {"internal": ["third.example"], "require": True}
    seen: Seen = []
    with (
        marked(httpx.Client(transport=transport(seen)), environment("testing"), **options) as client,
        pytest.raises(HandshakeError) as refused,
    ):
        client.get("http://third.example/")
    problem = Problem("FD655", environment="testing", origin=None, detail="it carries no mark")
    assert refused.value.problems == (problem,)
    with pytest.raises(HandshakeError) as refused:
        session(World(seen), environment("testing"), **options).get("http://third.example/")
    assert refused.value.problems == (problem,)
    assert seen == [("http://third.example/", "shop/testing")] * 2


def test_hooks_of_the_clients_own_stay(environment: Environment) -> None:
    order: list[str] = []

    def asked(request: httpx.Request) -> None:
        order.append(f"asked {request.headers.get(HEADER)}")
        request.headers[HEADER] = "shop/made up"

    hooks: dict[str, list[Any]] = {
        "request": [asked],
        "response": [lambda response: order.append("answered")],
    }
    seen: Seen = []
    client = marked(httpx.Client(transport=transport(seen), event_hooks=hooks), environment("testing"))
    client.get(OWN)
    assert order == ["asked None", "answered"]
    with pytest.raises(HandshakeError):
        client.get(f"{OWN}foreign")
    assert order == ["asked None", "answered", "asked None"]
    assert {mark for _, mark in seen} == {"shop/testing"}


def test_an_adapter_of_requests_stays_what_it_was(environment: Environment) -> None:
    made = marked(requests.Session(), environment("testing"))
    adapter: Any = made.get_adapter("https://a.example")
    assert adapter.max_retries.total == 0
    with pytest.raises(AttributeError):
        adapter._nothing  # noqa: B018 - asked for on purpose
    copied: Any = pickle.loads(pickle.dumps(made))  # noqa: S301 - our own
    assert copied.get_adapter("https://a.example").max_retries.total == 0
    seen: Seen = []
    session(World(seen), environment("testing")).close()
    assert seen == [("closed", None)]


def test_other_clients_are_none_of_ours(environment: Environment) -> None:
    with pytest.raises(UsageError, match=r"a client of httpx or a session of requests, not dict"):
        marked({}, environment("testing"))
