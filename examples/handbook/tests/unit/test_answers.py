"""The language model's client, against a model that runs in this process."""

import json

import httpx
import pytest

from src.answers import LanguageModel, ModelError, model_client
from src.search import Hit

pytestmark = pytest.mark.unit

PASSAGES = [Hit("stopping-well", "Stopping well", "An arm locks its brakes.")]


def model_that(respond):
    client = httpx.AsyncClient(base_url="http://model/v1", transport=httpx.MockTransport(respond))
    return LanguageModel(client, "mock")


async def test_the_model_gets_the_question_and_the_passages():
    def respond(request):
        asked = json.loads(request.content)
        assert request.url == "http://model/v1/chat/completions"
        assert asked["model"] == "mock"
        assert "An arm locks its brakes." in asked["messages"][0]["content"]
        return httpx.Response(
            200, json={"choices": [{"message": {"content": asked["messages"][1]["content"]}}]}
        )

    assert await model_that(respond).answer("How does an arm stop?", PASSAGES) == "How does an arm stop?"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, {"error": "key"}, "answered 401"),
        (302, {}, "answered 302"),
        (200, {"choices": []}, "unknown form"),
        (200, [], "unknown form"),
    ],
)
async def test_an_unusable_answer_is_refused_with_its_reason(status, body, reason):
    model = model_that(lambda _request: httpx.Response(status, json=body, headers={"Location": "/elsewhere"}))
    with pytest.raises(ModelError, match=reason):
        await model.answer("How does an arm stop?", PASSAGES)


async def test_a_model_that_is_away_is_named_without_its_address():
    def respond(_request):
        raise httpx.ConnectError("http://model/v1 refused")

    with pytest.raises(ModelError, match=r"can't be reached \(ConnectError\)$"):
        await model_that(respond).answer("How does an arm stop?", PASSAGES)


async def test_the_client_carries_the_key_and_follows_no_redirect():
    async with model_client("http://model/v1", "mock-key") as client:
        assert client.headers["Authorization"] == "Bearer mock-key"
        assert client.follow_redirects is False
