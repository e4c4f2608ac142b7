"""What can be known of Chroma without a server. The rest is in tests/real/test_stamps_chroma.py."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.stamps import chroma as marker
from firedoor.stamps import observation as told
from firedoor.stamps import over_http, settling
from firedoor.stamps.observation import NotAllowed, Observation, Overtaken
from support.stamping import address, refused, stamp, unreachable

if TYPE_CHECKING:
    from firedoor.stamps.address import Address


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("chroma://h?collection=c", "http://h:8000"),
        ("chroma://h:9000?collection=c", "http://h:9000"),
        ("http://h:8000/api/v2", "http://h:8000"),
        ("http://h", "http://h:8000"),
        ("chroma+http://h:8000", "http://h:8000"),
        ("chroma+https://h", "https://h:443"),
        ("chromas://h:8443", "https://h:8443"),
        ("chromas+http://h:8443", "https://h:8443"),
        ("https://h", "https://h:443"),
        ("chroma://h:443", "https://h:443"),
        ("chroma://u:p@h", "http://u:p@h:8000"),
        ("chroma://[::1]", "http://[::1]:8000"),
    ],
)
def test_the_server_that_a_url_means(text: str, base: str) -> None:
    assert marker._url(text) == base


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("http://h:8000/api/v2/tenants/t/databases/d/collections/c", ["t", "d", "c"]),
        ("chroma://h?tenant=t&database=d&collection=c%2Fd", ["t", "d", "c/d"]),
        ("chroma://h/#c", ["default_tenant", "default_database", "c"]),
    ],
)
def test_the_collection_that_a_url_means(text: str, parts: list[str]) -> None:
    assert marker._parts(address("vector", text)) == parts


@pytest.mark.parametrize("text", ["chroma://h", "chroma://h/", "chroma://h?collection=a&collection=b"])
def test_a_whole_server_is_not_asked(text: str) -> None:
    for call in (marker.observe, marker._parts):
        assert unreachable(lambda call=call: call(address("vector", text))) == told.NOT_ONE  # type: ignore[misc]  # a default binds the loop's own value


COLLECTION, DATABASE = "6f1b0c2e-0000-4000-8000-000000000001", "6f1b0c2e-0000-4000-8000-000000000002"
NOBODYS = "00000000-0000-0000-0000-000000000000"
ROOT = "/api/v2/tenants/t%20u/databases/d%20e"
URL = "chroma://h?tenant=t%20u&database=d%20e&collection=c%2Ff"


class Server:
    """Stands in for a server that speaks JSON: paths to answers, and to statuses that are no success."""

    def __init__(self) -> None:
        self.held: dict[str, Any] = {"id": COLLECTION, "metadata": {"kind": "docs"}}
        self.answers: dict[str, object] = {ROOT: {"id": DATABASE}}
        self.refusal: int | None = None
        self.headers: dict[str, str] = {}
        self.opened: tuple[object, ...] = ()

    def __call__(self, *given: object) -> Server:
        self.opened = given
        return self

    def add_header(self, name: str, text: str) -> None:
        self.headers[name] = text

    def ask(self, method: str, path: str, body: Any = None) -> object:
        if method == "PUT":
            assert path == f"{ROOT}/collections/{COLLECTION}"
            if self.refusal is not None:
                raise over_http.Status(self.refusal)
            assert list(body) == ["new_metadata"]
            self.held = {**self.held, "metadata": body["new_metadata"]}
            return None
        assert (method, body) == ("GET", None)
        answer = self.held if path == f"{ROOT}/collections/c%2Ff" else self.answers[path]
        if isinstance(answer, int):
            raise over_http.Status(answer)
        return answer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr(over_http, "Server", made)
    monkeypatch.setattr(settling, "_AT_LEAST", 0.0)
    return made


def docs(**variables: str) -> Address:
    return address("vector", f"{URL}\n", variables, seconds=0.5)


def test_a_collection_says_who_it_is_and_keeps_a_stamp(server: Server) -> None:
    unstamped = Observation(
        identity=("chroma", COLLECTION), server=("chroma", DATABASE), bound=COLLECTION, forgeable=True
    )
    place = docs(CHROMA_API_KEY="k", CHROMA_CLIENT_AUTH_CREDENTIALS="c", OTHER="x")
    assert marker.observe(place) == unstamped
    assert server.opened == ("http://h:8000", place.variables, 0.5)
    assert server.headers == {"X-Chroma-Token": "k", "Authorization": "Bearer c"}
    mark = stamp()
    mine = mark.bound_to(COLLECTION)
    assert marker.write(docs(), mark, replacing=None) == replace(unstamped, stamp=mine)
    assert server.held["metadata"] == {"kind": "docs", "firedoor:stamp": mine.to_text()}


def test_only_the_expected_stamp_is_replaced(server: Server) -> None:
    first = marker.write(docs(), stamp("staging"), replacing=None).stamp
    for expected in (None, stamp("staging")):
        error = refused(partial(marker.write, docs(), stamp(), replacing=expected))
        assert isinstance(error, Overtaken)
        assert error.found == first
    newer = stamp()
    assert marker.write(docs(), newer, replacing=first).stamp == newer.bound_to(COLLECTION)


def test_what_settles_is_what_was_read_and_written(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    given = []
    monkeypatch.setattr(marker, "settle", lambda read, mine, **more: given.append((read(), mine, more)))
    monkeypatch.setattr(time, "monotonic", lambda: 7.0)
    first = marker.write(docs(), stamp("staging"), replacing=None).stamp
    mark = stamp()
    marker.write(docs(), mark, replacing=first)
    mine = mark.bound_to(COLLECTION)
    assert given[1] == (mine, mine, {"before": first, "since": 7.0, "seconds": 0.5})


@pytest.mark.parametrize("held", ["{}", "", 7, None])
def test_what_is_no_stamp_is_unreadable_and_stays(server: Server, held: object) -> None:
    server.held["metadata"] = {"firedoor:stamp": held}
    seen = marker.observe(docs())
    assert (seen.stamp, seen.unreadable) == (None, True)
    error = refused(lambda: marker.write(docs(), stamp(), replacing=None))
    assert isinstance(error, Overtaken)
    assert server.held["metadata"] == {"firedoor:stamp": held}


@pytest.mark.parametrize("metadata", [None, {}, {"other": 1}])
def test_no_metadata_is_no_stamp(server: Server, metadata: object) -> None:
    server.held["metadata"] = metadata
    seen = marker.observe(docs())
    assert (seen.stamp, seen.unreadable) == (None, False)


@pytest.mark.parametrize(
    "held", [None, [], "x", {}, {"id": 7}, {"id": "x"}, {"id": COLLECTION, "metadata": 7}, {"id": COLLECTION, "metadata": "ab"}]
)  # fmt: skip
def test_what_is_no_collection_says_nothing(server: Server, held: Any) -> None:
    server.held = held
    assert unreachable(lambda: marker.observe(docs())) == told.NOT_SUPPORTED


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"id": 7}, {"id": "x"}, {"id": NOBODYS}, 401, 403, 404, 500]
)
def test_a_database_that_does_not_say_who_it_is_has_no_neighbours(server: Server, answer: object) -> None:
    server.answers[ROOT] = answer
    assert marker.observe(docs()).server == ()


@pytest.mark.parametrize(
    ("status", "reading", "writing"),
    [
        (302, told.NOT_SUPPORTED, told.FAILED),
        (399, told.NOT_SUPPORTED, told.FAILED),
        (400, told.FAILED, told.FAILED),
        (401, told.LOGIN_REFUSED, told.LOGIN_REFUSED),
        (403, told.LOGIN_REFUSED, None),
        (404, told.NO_SUCH_THING, told.NO_SUCH_THING),
        (405, told.NOT_SUPPORTED, None),
        (410, told.NOT_SUPPORTED, told.NOT_SUPPORTED),
        (500, told.FAILED, told.FAILED),
    ],
)
def test_what_a_status_means(server: Server, status: int, reading: str, writing: str | None) -> None:
    server.refusal = status
    error = refused(lambda: marker.write(docs(), stamp(), replacing=None))
    assert getattr(error, "reason", None) == writing
    assert isinstance(error, NotAllowed) is (writing is None)
    server.held = status  # type: ignore[assignment]  # wrong on purpose, or a stand-in
    assert unreachable(lambda: marker.observe(docs())) == reading


def test_what_chroma_needs_and_what_nobody_can_grant() -> None:
    assert (marker.EXTRA, marker.KEY) == ("", "firedoor:stamp")
    assert marker.grants(docs()) == ()
