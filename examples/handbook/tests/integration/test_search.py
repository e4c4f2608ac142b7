"""Full-text search, on whichever database testing uses."""

import pytest

from src.search import search

pytestmark = pytest.mark.integration


async def found(client, words):
    return [hit["slug"] for hit in (await client.get("/search", params={"q": words})).json()]


async def test_every_word_must_occur(client):
    assert "stopping-well" in await found(client, "emergency button")
    assert await found(client, "emergency zeppelin") == []


async def test_words_match_by_their_stem(client):
    assert await found(client, "rehearsing") == await found(client, "rehearse") != []


async def test_a_title_counts_for_more_than_a_mention(client):
    assert (await found(client, "simulation"))[0] == "simulation-and-its-gap"


async def test_the_excerpt_marks_the_words(client):
    hit = (await client.get("/search", params={"q": "gripper", "limit": 1})).json()[0]
    assert "<mark>gripper</mark>" in hit["excerpt"]


@pytest.mark.parametrize("words", ['"', "'; DROP TABLE chapters --", "NEAR(", "*", "a AND", "title:x", "%"])
async def test_punctuation_is_not_a_language(client, words):
    answer = await client.get("/search", params={"q": words})
    assert answer.status_code == 200
    assert len((await client.get("/chapters")).json()) >= 8


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "x" * 201}, {"q": "x", "limit": 0}])
async def test_a_senseless_query_is_refused(client, query):
    assert (await client.get("/search", params=query)).status_code == 422


async def test_any_word_may_occur_on_demand(app):
    async with app.state.database.sessions() as session:
        assert await search(session, "gripper zeppelin") == []
        assert [hit.slug for hit in await search(session, "gripper zeppelin", every=False)] == [
            "stopping-well"
        ]
