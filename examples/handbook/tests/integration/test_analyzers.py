"""The gateway with its analyzers: the mocks, and the real ones on stand-ins for model and vector store."""

import importlib

import httpx
import pytest

from analyzers import llm, mock_llm, mock_nlp, nlp
from src.config import HandbookSettings
from src.passages import AnswerError, Passage
from src.remote import RemoteAnswerer, RemoteRetriever, analyzer_client
from src.routes.depends import answerer, retriever

pytestmark = pytest.mark.integration

QUESTION = {"question": "What must a gripper do in an emergency?"}
PASSAGES = [
    Passage(slug="stopping-well", title="Stopping well", text="A gripper keeps its grip. It is true.")
]
VECTORS = "http://vectors.example/api/v2/tenants/t/databases/d/collections/handbook_testing"


def client_of(service):
    transport = httpx.ASGITransport(service)
    return analyzer_client("http://analyzer.example:8000", HandbookSettings(), transport=transport)


@pytest.fixture
async def mocks(app):
    """The gateway asks the mocks."""
    async with client_of(mock_nlp.app) as finding, client_of(mock_llm.app) as wording:
        app.dependency_overrides[retriever] = lambda: RemoteRetriever(finding)
        app.dependency_overrides[answerer] = lambda: RemoteAnswerer(wording)
        yield


async def test_the_mocks_answer_the_same_every_time(client, mocks):
    answers = [(await client.post("/ask", json=QUESTION)).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["chapters"][0] == "stopping-well"
    assert answers[0]["answer"].startswith("Stopping well: ")


async def test_where_no_passage_fits_nothing_is_worded(client, mocks):
    answer = (await client.post("/ask", json={"question": "Zeppelins?"})).json()
    assert answer == {"answer": "The handbook says nothing about this.", "chapters": []}


@pytest.mark.parametrize("name", ["mock_nlp", "mock_llm", "llm"])
async def test_a_service_tells_its_environment_and_answers_no_other(name):
    service = importlib.import_module(f"analyzers.{name}").app
    transport = httpx.ASGITransport(service)
    async with httpx.AsyncClient(transport=transport, base_url="http://analyzer.example") as client:
        assert (await client.get("/health")).json() == {"status": "ok"}
        assert (await client.get("/environment")).json()["name"] == "testing"
        foreign = {"Firedoor-Environment": "handbook/production"}
        assert (await client.post("/answer", json={}, headers=foreign)).status_code == 421
        assert (await client.post("/answer", json={})).status_code == 421


async def test_the_real_one_words_what_its_model_says(answering):
    model, requests = answering("It keeps it.")
    async with client_of(llm.create_app(model=model)) as client:
        assert await RemoteAnswerer(client).answer("What does it do?", PASSAGES) == "It keeps it."
    assert len(requests) == 1


async def test_a_model_that_is_away_is_a_502_without_its_address():
    async with client_of(llm.app) as client:
        answer = await client.post(
            "/answer", json={"question": "Why?", "passages": [PASSAGES[0].model_dump()]}
        )
    assert answer.status_code == 502
    assert answer.json() == {"detail": "No answer: the language model can't be reached (ConnectError)."}


async def test_without_a_key_there_is_no_model():
    keyless = llm.LlmSettings(openai_api_key="")
    async with client_of(llm.create_app(keyless)) as client:
        with pytest.raises(AnswerError, match="/answer answered 503"):
            await RemoteAnswerer(client).answer("What does it do?", PASSAGES)


def vector_store(_request):
    """A collection with one passage in it; it is nearer to some questions than to others."""
    near = {
        "documents": [["A gripper keeps its grip."] * 2],
        "metadatas": [[{"slug": "stopping-well", "title": "Stopping well"}] * 2],
        "distances": [[0.3, 0.9]],
    }
    return httpx.Response(200, json={"id": "7", "ids": [], **near})


def nlp_on(respond):
    settings = nlp.NlpSettings(vector_url=VECTORS)
    return nlp.create_app(settings, lambda: lambda texts: [[1.0]] * len(texts), httpx.MockTransport(respond))


async def test_the_real_one_gives_only_passages_that_fit():
    service = nlp_on(vector_store)
    async with service.router.lifespan_context(service), client_of(service) as client:
        found = await RemoteRetriever(client).retrieve("What does a gripper do?", 3)
    assert [(passage.slug, round(passage.score, 1)) for passage in found] == [("stopping-well", 0.7)]


async def test_a_vector_store_that_is_away_is_a_502_without_its_address():
    def away_later(request):
        if request.url.path.endswith("/query"):
            raise httpx.ConnectError(str(request.url))
        return vector_store(request)

    service = nlp_on(away_later)
    async with service.router.lifespan_context(service), client_of(service) as client:
        answer = await client.post("/retrieve", json=QUESTION)
    assert (answer.status_code, answer.json()["detail"]) == (
        502,
        "The vector store doesn't answer (ConnectError).",
    )


async def test_without_a_vector_store_it_does_not_start():
    with pytest.raises(RuntimeError, match="VECTOR_URL is not set"):
        async with nlp.app.router.lifespan_context(nlp.app):
            pass
