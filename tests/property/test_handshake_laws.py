"""Laws of the handshake: whoever's header names another environment gets 421, and its own calls always pass."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor.web import AsgiHandshake, HandshakeError, Messages, Tokens, WsgiHandshake
from firedoor.web.marks import Mark, parse, said
from firedoor.web.proof import Proof
from support import parties
from support.parties import ask_asgi, ask_wsgi

if TYPE_CHECKING:
    from collections.abc import Callable

OWN = ("shop/testing", "shop/dev", "shop/development", "gateway/testing")
NAMES = st.text(min_size=1, max_size=12)
HEADER_TEXTS = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=40)
# a mark that is somebody's, in spellings that a careless reader would take for ours
OTHERS = st.one_of(
    st.tuples(NAMES, NAMES).map(lambda pair: str(Mark(*pair))),
    st.sampled_from(["shop/production", "shop/staging", "gateway/production", "gateway/dev"]),
    st.sampled_from(OWN).map(str.upper),
    st.sampled_from(OWN).map(str.title),
    st.sampled_from(OWN).map(lambda mark: quote(mark, safe="")),
    st.sampled_from(OWN).map(lambda mark: f"{mark}x"),
    st.sampled_from(OWN).map(lambda mark: f"x{mark}"),
).filter(lambda mark: mark not in OWN)
BLANKS = st.text(" \t", max_size=2)
LISTED = st.lists(st.sampled_from(OWN), max_size=3)


async def _served(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"served"})


def _answered(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"served"]


@pytest.fixture(scope="module")
def statuses(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[str]], tuple[int, int]]:
    """The status of a call with these values of the header, by ASGI and by WSGI."""
    settings = parties.configuration(parties.shop(tmp_path_factory.mktemp("shop")), "testing")
    asgi, wsgi = AsgiHandshake(_served, settings), WsgiHandshake(_answered, settings)

    def asked(values: list[str]) -> tuple[int, int]:
        headers = [(b"fireDoor-Environment", value.encode("latin-1")) for value in values]
        start, *_ = asyncio.run(ask_asgi(asgi, headers))
        environ = {"HTTP_FIREDOOR_ENVIRONMENT": ",".join(values)} if values else {}
        return start["status"], ask_wsgi(wsgi, **environ).status

    return asked


@given(around=st.tuples(LISTED, LISTED), other=OTHERS, blanks=BLANKS, together=st.booleans())
def test_whoever_names_another_environment_gets_421(
    statuses: Callable[[list[str]], tuple[int, int]],
    around: tuple[list[str], list[str]],
    other: str,
    blanks: str,
    together: bool,
) -> None:
    before, after = around
    values = [*before, f"{blanks}{other}{blanks}", *after]
    assert statuses([",".join(values)] if together else values) == (421, 421)


@given(values=LISTED, blanks=BLANKS, together=st.booleans())
def test_its_own_always_pass(
    statuses: Callable[[list[str]], tuple[int, int]], values: list[str], blanks: str, together: bool
) -> None:
    padded = [f"{blanks}{value}{blanks}" for value in values]
    assert statuses([",".join(padded)] if together and padded else padded) == (200, 200)


@given(value=HEADER_TEXTS)
def test_any_header_is_answered_and_only_its_own_is_let_in(
    statuses: Callable[[list[str]], tuple[int, int]], value: str
) -> None:
    heard = list(said([value]))
    is_own = all(one is not None and str(one.mark) in OWN for one in heard)
    assert statuses([value]) == ((200, 200) if is_own else (421, 421))


@given(project=NAMES, environment=NAMES)
def test_a_mark_is_its_text_and_its_text_is_printable(project: str, environment: str) -> None:
    text = str(Mark(project, environment))
    assert parse(text) == Mark(project, environment)
    assert text.isascii()
    assert not set(text) & set(",; \t\r\n")


@given(
    mark=st.tuples(NAMES, NAMES),
    service=st.text(max_size=10),
    where=st.integers(min_value=0),
    to=st.characters(),
)
def test_a_signature_holds_until_a_character_is_changed(
    mark: tuple[str, str], service: str, where: int, to: str
) -> None:
    proof = Proof([parties.KEY.encode()], service, clock=lambda: 1_764_250_000)
    text = proof.sign(Mark(*mark))
    position = where % len(text)
    changed = f"{text[:position]}{to}{text[position + 1 :]}"
    flaws = [[one is None or proof.flaw(one) for one in said([header])] for header in (text, changed)]
    assert flaws[0] == [""]
    assert changed == text or all(flaws[1])


@pytest.fixture(scope="module")
def queues(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tokens, Messages]:
    settings = parties.configuration(parties.shop(tmp_path_factory.mktemp("shop")), "testing")
    return Tokens(settings), Messages(settings)


@given(other=OTHERS, own=st.sampled_from(OWN))
def test_tokens_and_messages_of_another_are_not_taken(
    queues: tuple[Tokens, Messages], other: str, own: str
) -> None:
    tokens, messages = queues
    tokens.check(json.loads(json.dumps({"firedoor_environment": own})))
    messages.accept([("firedoor-environment", own.encode())])
    with pytest.raises(HandshakeError, match="FD656"):
        tokens.check({"firedoor_environment": other})
    with pytest.raises(HandshakeError, match="FD657"):
        messages.accept({"firedoor-environment": other})
