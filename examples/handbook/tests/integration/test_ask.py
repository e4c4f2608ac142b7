"""Questions, with a stand-in for the language model."""

import pytest

from src.routes.depends import answerer

pytestmark = pytest.mark.integration

QUESTION = {"question": "What must a gripper do in an emergency?"}


@pytest.fixture
def model(app, answering):
    """Let the stand-in answer; gives the list of requests that reached it."""
    model, requests = answering("It keeps its grip.")
    app.dependency_overrides[answerer] = lambda: model
    return requests


async def test_an_answer_names_the_chapters_it_rests_on(client, model):
    answer = (await client.post("/ask", json=QUESTION)).json()
    assert answer["answer"] == "It keeps its grip."
    assert "stopping-well" in answer["chapters"]
    assert len(model) == 1


async def test_the_model_is_not_troubled_with_what_the_handbook_does_not_know(client, model):
    answer = (await client.post("/ask", json={"question": "zeppelins?"})).json()
    assert answer["chapters"] == []
    assert model == []


async def test_testing_reaches_no_real_model(client):
    answer = await client.post("/ask", json=QUESTION)
    assert answer.status_code == 502
    assert "can't be reached" in answer.json()["detail"]


async def test_without_a_key_there_is_no_model(app, client):
    app.state.answerer = None
    assert (await client.post("/ask", json=QUESTION)).status_code == 503
