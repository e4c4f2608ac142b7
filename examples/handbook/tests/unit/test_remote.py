"""The gateway's side of the analyzers."""

import httpx
import pytest

from src.config import HandbookSettings
from src.passages import AnswerError, Passage
from src.remote import RemoteAnswerer, RemoteRetriever, analyzer_client

pytestmark = pytest.mark.unit

OURS = {"Firedoor-Environment": "handbook/testing"}
PASSAGES = [Passage(slug="a", title="A", text="Some text.", score=0.5)]


def client_of(respond):
    transport = httpx.MockTransport(respond)
    return analyzer_client("http://analyzer.example:8000", HandbookSettings(), transport=transport)


async def test_both_are_asked_in_this_environments_name():
    asked = []

    def respond(request):
        asked.append((request.url.path, request.headers["Firedoor-Environment"]))
        answer = {"passages": [PASSAGES[0].model_dump()], "answer": "Yes."}
        return httpx.Response(200, json=answer, headers=OURS)

    async with client_of(respond) as client:
        assert await RemoteRetriever(client).retrieve("What is it?", 2) == PASSAGES
        assert await RemoteAnswerer(client).answer("What is it?", PASSAGES) == "Yes."
    assert asked == [("/retrieve", "handbook/testing"), ("/answer", "handbook/testing")]


@pytest.mark.parametrize(
    ("status", "headers", "body", "reason"),
    [
        (200, {"Firedoor-Environment": "handbook/production"}, {}, "is not this environment's"),
        (200, {}, {"passages": []}, "is not this environment's"),
        (502, OURS, {}, "/retrieve answered 502"),
        (302, OURS | {"Location": "http://elsewhere.example/"}, {}, "/retrieve answered 302"),
        (200, OURS, {"passages": "none"}, "unknown form"),
        (200, OURS, [], "unknown form"),
    ],
)
async def test_an_answer_that_is_none_is_refused_with_its_reason(status, headers, body, reason):
    async with client_of(lambda _request: httpx.Response(status, json=body, headers=headers)) as client:
        with pytest.raises(AnswerError, match=reason) as refusal:
            await RemoteRetriever(client).retrieve("What is it?", 2)
    assert "example" not in str(refusal.value)


async def test_an_analyzer_that_is_away_is_named_without_its_address():
    def respond(_request):
        raise httpx.ConnectTimeout("http://analyzer.example:8000")

    async with client_of(respond) as client:
        with pytest.raises(AnswerError, match=r"can't be reached \(ConnectTimeout\)$"):
            await RemoteRetriever(client).retrieve("What is it?", 2)
