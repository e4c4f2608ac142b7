"""Stamps in Chroma's collections, tried on its real server: each refusal beside the twin that passes."""

from __future__ import annotations

import socket
from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.stamps import chroma as marker
from firedoor.stamps import observation as told
from firedoor.stamps.observation import NotAllowed, Observation, Overtaken
from support.chroma_server import running_chroma
from support.forwarder import forwarding
from support.front import fronting
from support.ports import free_port
from support.stamping import address, race, refused, stamp, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.server import BaseHTTPRequestHandler

    from firedoor.stamps.address import Address
    from support.chroma_server import ChromaServer

pytestmark = pytest.mark.real

METADATA: dict[str, Any] = {"hnsw:space": "cosine", "owner": "shop", "shards": 2, "weight": 1.5, "live": True}


@pytest.fixture
def server(chroma_server: ChromaServer) -> Iterator[ChromaServer]:
    """The server with a collection ``docs``."""
    chroma_server.create("docs", **METADATA)
    yield chroma_server
    chroma_server.delete("docs")


def docs(server: ChromaServer, *, port: int = 0, **variables: str) -> Address:
    return address("vector", server.url("docs", port=port), variables)


def test_an_unstamped_collection_says_who_it_is(server: ChromaServer) -> None:
    own = server.ask("GET", server.url("docs"))["id"]
    assert marker.observe(docs(server)) == Observation(identity=("chroma", own), bound=own, forgeable=True)


def test_what_is_written_is_what_is_read_beside_the_other_metadata(server: ChromaServer) -> None:
    mark = stamp(by="Ünal")
    written = marker.write(docs(server), mark, replacing=None)
    assert written == marker.observe(docs(server))
    assert written.stamp == mark.bound_to(written.bound)
    assert not written.is_copy
    held = server.metadata("docs")
    assert held.pop(marker.KEY) == written.stamp.to_text()
    assert held == METADATA


def test_a_collection_without_metadata_takes_a_stamp(server: ChromaServer) -> None:
    server.create("plain")
    place = address("vector", server.url("plain"))
    assert marker.write(place, stamp(), replacing=None).stamp is not None
    server.delete("plain")


def test_another_collection_is_another_resource(server: ChromaServer) -> None:
    marker.write(docs(server), stamp(), replacing=None)
    server.create("other")
    other = marker.observe(address("vector", server.url("other")))
    assert other.stamp is None
    assert other.identity != marker.observe(docs(server)).identity
    server.delete("other")


def test_collections_of_one_database_are_neighbours(server: ChromaServer) -> None:
    database = server.create_database("staging-data")
    for name in ("first", "second"):
        server.create(name, database="staging-data")
        seen = marker.observe(address("vector", server.url(name, database="staging-data")))
        assert seen.server == ("chroma", database)
    assert marker.observe(docs(server)).server == ()  # every server has the default database


def test_a_forwarder_hides_the_address_and_not_the_collection(server: ChromaServer) -> None:
    direct = marker.observe(docs(server))
    with forwarding(server.port) as port:
        assert marker.observe(docs(server, port=port)) == direct


def test_a_namesake_on_another_server_is_another_collection(server: ChromaServer) -> None:
    with running_chroma() as other:
        other.create("docs")
        assert marker.observe(docs(other)).identity != marker.observe(docs(server)).identity


def test_metadata_copied_into_another_collection_is_a_copy(server: ChromaServer) -> None:
    written = marker.write(docs(server), stamp(), replacing=None)
    server.create("copy", **server.metadata("docs"))
    copy = marker.observe(address("vector", server.url("copy")))
    assert (copy.stamp, copy.is_copy) == (written.stamp, True)
    assert not marker.observe(docs(server)).is_copy
    server.delete("copy")


def test_a_restart_keeps_the_stamp_and_a_copied_folder_is_the_same_collection() -> None:
    """The second is a limit: Chroma's server says nothing of itself, so a copied folder passes for the original."""
    with running_chroma() as own:
        own.create("docs")
        written = marker.write(docs(own), stamp(), replacing=None)
        own.kill()
        own.start()
        assert marker.observe(docs(own)) == written
        own.kill()
        with running_chroma(own.folder) as copy:
            assert marker.observe(docs(copy)) == written


def test_a_collection_made_anew_has_no_stamp(server: ChromaServer) -> None:
    before = marker.write(docs(server), stamp(), replacing=None)
    server.delete("docs")
    server.create("docs")
    seen = marker.observe(docs(server))
    assert seen.stamp is None
    assert seen.identity != before.identity


def test_an_application_that_gets_or_creates_its_collection_keeps_the_stamp(server: ChromaServer) -> None:
    written = marker.write(docs(server), stamp(), replacing=None)
    collections = server.url("").rstrip("/")
    server.ask("POST", collections, {"name": "docs", "get_or_create": True, "metadata": {"owner": "other"}})
    assert marker.observe(docs(server)) == written


def test_a_stamp_is_replaced_only_by_who_knows_it(server: ChromaServer) -> None:
    place = docs(server)
    first = marker.write(place, stamp("staging"), replacing=None)
    for expected in (None, stamp("staging")):
        error = refused(partial(marker.write, place, stamp("test"), replacing=expected))
        assert isinstance(error, Overtaken)
        assert error.found == first.stamp
        assert marker.observe(place) == first
    second = marker.write(place, stamp("test"), replacing=first.stamp)
    assert second.stamp is not None
    assert second.stamp.environment == "test"


@pytest.mark.parametrize("value", ["mine", 5])
def test_what_is_no_stamp_stays_and_is_said(server: ChromaServer, value: object) -> None:
    server.set_metadata("docs", {marker.KEY: value})
    seen = marker.observe(docs(server))
    assert (seen.stamp, seen.unreadable) == (None, True)
    error = refused(lambda: marker.write(docs(server), stamp(), replacing=None))
    assert isinstance(error, Overtaken)
    assert error.found is None
    assert server.metadata("docs") == {marker.KEY: value}


@pytest.mark.parametrize("_again", range(3))
def test_of_two_stampers_one_stamp_is_left_whole(server: ChromaServer, _again: int) -> None:
    """Chroma has no condition. Who was overwritten and could not see it is told by the next ``verify``."""
    marks = [stamp("production"), stamp("test")]
    results = race(*(partial(marker.write, docs(server), mark, replacing=None) for mark in marks))
    left = marker.observe(docs(server))
    assert left.stamp in [mark.bound_to(left.bound) for mark in marks]
    assert left in results
    assert all(isinstance(result, Observation | Overtaken) for result in results)
    assert METADATA.items() <= server.metadata("docs").items()


def test_a_rival_who_read_before_and_writes_after_is_noticed(server: ChromaServer) -> None:
    rival = stamp("test")
    reads: list[str] = []

    def decide(request: BaseHTTPRequestHandler) -> None:
        if request.command == "GET":
            reads.append(request.path)
        if len(reads) == 2:  # we have written and look again: now the rival's write arrives
            server.set_metadata("docs", {marker.KEY: rival.to_text()})

    with fronting(server.port, decide) as port:
        error = refused(lambda: marker.write(docs(server, port=port), stamp(), replacing=None))
    assert isinstance(error, Overtaken)
    assert error.found == rival
    assert marker.observe(docs(server)).stamp == rival


def test_a_server_that_dies_during_a_stamp_has_the_old_one() -> None:
    with running_chroma() as own:
        own.create("docs")
        first = marker.write(docs(own), stamp("staging"), replacing=None)

        def watch(data: bytes) -> None:
            if data.startswith(b"PUT "):
                own.kill()

        with forwarding(own.port, watch) as port:
            place = docs(own, port=port)
            call = partial(marker.write, place, stamp(), replacing=first.stamp)
            assert unreachable(call, str(port)) == told.BROKEN_OFF
        assert unreachable(lambda: marker.observe(docs(own))) == told.REFUSED
        own.start()
        assert marker.observe(docs(own)) == first
        assert marker.write(docs(own), stamp(), replacing=first.stamp).stamp != first.stamp


@pytest.mark.parametrize("code", [403, 405])
def test_a_front_that_lets_only_reads_through_refuses_a_stamp(server: ChromaServer, code: int) -> None:
    def decide(request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes] | None:
        return (code, {}, b"hunter2") if request.command == "PUT" else None

    written = marker.write(docs(server), stamp("staging"), replacing=None)
    with fronting(server.port, decide) as port:
        place = docs(server, port=port)
        assert marker.observe(place) == written
        error = refused(lambda: marker.write(place, stamp(), replacing=written.stamp), "hunter2")
    assert type(error) is NotAllowed
    assert marker.observe(docs(server)) == written


@pytest.mark.parametrize(
    ("code", "reading", "writing"),
    [
        (302, told.NOT_SUPPORTED, told.FAILED),
        (401, told.LOGIN_REFUSED, told.LOGIN_REFUSED),
        (403, told.LOGIN_REFUSED, None),
        (404, told.NO_SUCH_THING, told.NO_SUCH_THING),
        (405, told.NOT_SUPPORTED, None),
        (410, told.NOT_SUPPORTED, told.NOT_SUPPORTED),
        (500, told.FAILED, told.FAILED),
    ],
)
def test_what_a_status_says(server: ChromaServer, code: int, reading: str, writing: str | None) -> None:
    there = {"Location": server.url("docs")}
    with fronting(server.port, lambda request: (code, there, b"hunter2")) as port:
        assert unreachable(lambda: marker.observe(docs(server, port=port)), "hunter2") == reading
    with fronting(server.port, lambda r: (code, there, b"") if r.command == "PUT" else None) as port:
        error = refused(lambda: marker.write(docs(server, port=port), stamp(), replacing=None))
    assert getattr(error, "reason", None) == writing
    assert marker.KEY not in server.metadata("docs")


def test_a_redirect_is_not_followed(server: ChromaServer) -> None:
    """From a mock to production is one step."""
    asked = []

    def decide(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)

    with fronting(server.port, decide) as production:
        to_production = {"Location": server.url("docs", port=production)}
        with fronting(server.port, lambda request: (302, to_production, b"")) as mock:
            assert unreachable(lambda: marker.observe(docs(server, port=mock))) == told.NOT_SUPPORTED
        assert asked == []
        marker.observe(docs(server, port=production))
        assert asked != []


@pytest.mark.parametrize(
    "body", [b"", b"hunter2", b"[]", b"null", b'"x"', b"{}", b'{"id": 5}', b'{"id": "x"}',
             b'{"id": "00000000-0000-0000-0000-000000000001", "metadata": [1]}', b" " * 4_000_001]
)  # fmt: skip
def test_a_server_that_is_no_chroma_says_nothing(server: ChromaServer, body: bytes) -> None:
    with fronting(server.port, lambda request: (200, {}, body)) as port:
        assert unreachable(lambda: marker.observe(docs(server, port=port)), "hunter2") == told.NOT_SUPPORTED


@pytest.mark.parametrize("body", [b"{}", b"null", b'{"id": "x"}'])
def test_a_database_that_does_not_say_who_it_is_names_no_neighbours(
    server: ChromaServer, body: bytes
) -> None:
    def decide(request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes] | None:
        return None if "/collections/" in request.path else (200, {}, body)

    with fronting(server.port, decide) as port:
        assert marker.observe(docs(server, port=port)) == marker.observe(docs(server))


def test_who_may_not_ask_for_the_database_has_no_neighbours(server: ChromaServer) -> None:
    server.create_database("guarded-data")
    server.create("guarded", database="guarded-data")

    def decide(request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes] | None:
        return None if "/collections/" in request.path else (403, {}, b"")

    with fronting(server.port, decide) as port:
        place = address("vector", server.url("guarded", database="guarded-data", port=port))
        assert marker.observe(place).server == ()


def test_the_login_that_the_environment_gives_is_sent(server: ChromaServer) -> None:
    sent: list[dict[str, str | None]] = []

    def decide(request: BaseHTTPRequestHandler) -> None:
        sent.append({name: request.headers[name] for name in ("Authorization", "X-Chroma-Token")})

    with fronting(server.port, decide) as port:
        text = server.url("docs", port=port)
        marker.observe(address("vector", text))
        marker.observe(address("vector", text, {"CHROMA_API_KEY": "ck-1"}))
        marker.observe(address("vector", text, {"CHROMA_CLIENT_AUTH_CREDENTIALS": "tk-1"}))
        marker.observe(address("vector", text.replace("http://", "http://ada:p%40ss@")))
    basic = f"Basic {b64encode(b'ada:p@ss').decode()}"
    assert sent[::2] == [
        {"Authorization": None, "X-Chroma-Token": None},
        {"Authorization": None, "X-Chroma-Token": "ck-1"},
        {"Authorization": "Bearer tk-1", "X-Chroma-Token": None},
        {"Authorization": basic, "X-Chroma-Token": None},
    ]
    assert sent[1::2] == sent[::2]


def test_a_proxy_is_the_environments_and_not_the_processs(
    server: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = f"http://127.0.0.1:{free_port()}"
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, closed)
    assert marker.observe(docs(server)).forgeable
    assert unreachable(lambda: marker.observe(docs(server, HTTP_PROXY=closed))) == told.REFUSED


@pytest.mark.parametrize(
    "spell",
    [
        lambda server: f" {server.url('docs')} ",
        lambda server: f"chroma://127.0.0.1:{server.port}?collection=docs",
        lambda server: f"chroma+http://127.0.0.1:{server.port}/#docs",
        lambda server: f"http://127.0.0.1:{server.port}/api/v2?tenant=default_tenant&collection=docs",
    ],
)
def test_every_spelling_leads_there(server: ChromaServer, spell: Any) -> None:
    written = marker.write(docs(server), stamp(), replacing=None)
    assert marker.observe(address("vector", spell(server))) == written


@pytest.mark.parametrize(
    ("spell", "reason"),
    [
        (lambda server: server.url("hunter2"), told.NO_SUCH_THING),
        (lambda server: server.url("docs", database="hunter2"), told.NO_SUCH_THING),
        (lambda server: f"chroma://hunter2.invalid:{server.port}?collection=docs", told.UNKNOWN_HOST),
        (lambda server: f"chroma://hunter2:x@127.0.0.1:{free_port()}?collection=docs", told.REFUSED),
        (lambda server: f"chroma+https://127.0.0.1:{server.port}?collection=hunter2", told.TLS_FAILED),
        (lambda server: f"chromas://127.0.0.1:{server.port}?collection=hunter2", told.TLS_FAILED),
        (lambda server: f"chroma://127.0.0.1:{server.port}", told.NOT_ONE),
        (lambda server: f"chroma://127.0.0.1:{server.port}?collection=docs&collection=hunter2", told.NOT_ONE),
        (lambda server: "chroma://127.0.0.1:hunter2?collection=docs", told.FAILED),
        (lambda server: "chroma://hunter2 hunter2?collection=docs", told.FAILED),
    ],
)
def test_why_it_did_not_answer(server: ChromaServer, spell: Any, reason: str) -> None:
    place = address("vector", spell(server))
    for call in (lambda: marker.observe(place), lambda: marker.write(place, stamp(), replacing=None)):
        assert unreachable(call, "hunter2") == reason


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = address(
            "vector", f"chroma://127.0.0.1:{silent.getsockname()[1]}?collection=docs", seconds=0.2
        )
        assert unreachable(lambda: marker.observe(place)) == told.TIMED_OUT


def test_there_is_nothing_to_grant(server: ChromaServer) -> None:
    assert marker.grants(docs(server)) == ()
