"""Stand-ins for what is not this process."""

import httpx2
import pytest

from src.answers import LanguageModel, model_client


def completion(text):
    """What an OpenAI-compatible server answers."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "mock", "choices": [choice]}


@pytest.fixture
def model_that():
    """A language model whose server is the function that is given: request in, answer out."""

    def make(respond):
        transport = httpx2.MockTransport(respond)
        client = model_client("http://model.example/v1", "mock-key", transport=transport)
        client.max_retries = 0
        return LanguageModel(client, "mock")

    return make


@pytest.fixture
def answering(model_that):
    """A language model that gives one answer; and the requests that reached it."""

    def make(text):
        requests = []

        def respond(request):
            requests.append(request)
            return httpx2.Response(200, json=completion(text))

        return model_that(respond), requests

    return make
