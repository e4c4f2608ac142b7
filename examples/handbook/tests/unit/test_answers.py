"""The language model's client, against a model that runs in this process."""

import json

import httpx2
import pytest

from src.answers import model_client
from src.passages import AnswerError, Passage

pytestmark = pytest.mark.unit

PASSAGES = [Passage(slug="stopping-well", title="Stopping well", text="An arm locks its brakes.")]


async def test_the_model_gets_the_question_and_the_passages(answering):
    model, requests = answering("It locks.")
    assert await model.answer("How does an arm stop?", PASSAGES) == "It locks."
    asked = json.loads(requests[0].content)
    assert requests[0].url == "http://model.example/v1/chat/completions"
    assert asked["model"] == "mock"
    asked_for = asked["messages"][1]["content"]
    assert "An arm locks its brakes." in asked_for
    assert asked_for.endswith(": How does an arm stop?")


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, {"error": {"message": "wrong key: mock-key"}}, "the language model answered 401"),
        (302, {}, "the language model answered 302"),
        (200, {"choices": []}, "unknown form"),
        (200, {"choices": None}, "unknown form"),
        (200, [], "unknown form"),
        (200, "nonsense", "unknown form"),
    ],
)
async def test_an_unusable_answer_is_refused_with_its_reason_alone(model_that, status, body, reason):
    headers = {"Location": "http://elsewhere.example/"}
    model = model_that(lambda _request: httpx2.Response(status, json=body, headers=headers))
    with pytest.raises(AnswerError, match=reason) as refusal:
        await model.answer("How does an arm stop?", PASSAGES)
    assert "key" not in str(refusal.value)
    assert "example" not in str(refusal.value)


async def test_a_redirect_is_not_followed(model_that):
    hosts = []

    def respond(request):
        hosts.append(request.url.host)
        return httpx2.Response(307, headers={"Location": "http://elsewhere.example/v1/chat/completions"})

    with pytest.raises(AnswerError, match="answered 307"):
        await model_that(respond).answer("How does an arm stop?", PASSAGES)
    assert hosts == ["model.example"]


async def test_a_model_that_is_away_is_named_without_its_address(model_that):
    def respond(_request):
        raise httpx2.ConnectError("http://model.example/v1 refused")

    with pytest.raises(AnswerError, match=r"can't be reached \(ConnectError\)$"):
        await model_that(respond).answer("How does an arm stop?", PASSAGES)


async def test_the_client_carries_the_key():
    async with model_client("http://model.example/v1", "mock-key") as client:
        assert client.auth_headers == {"Authorization": "Bearer mock-key"}
