"""Reading and publishing."""

import asyncio
from dataclasses import replace

import pytest

from src.chapters import read_chapters

pytestmark = pytest.mark.integration


async def test_the_contents_list_every_chapter_in_order(client):
    contents = (await client.get("/chapters")).json()
    assert [line["slug"] for line in contents] == [chapter.slug for chapter in read_chapters()]
    assert "body" not in contents[0]


async def test_a_chapter_comes_whole(client):
    written = read_chapters()[0]
    chapter = (await client.get(f"/chapters/{written.slug}")).json()
    assert chapter["title"] == written.title
    assert chapter["body"] == written.body


async def test_an_unknown_chapter_is_404(client):
    assert (await client.get("/chapters/no-such-thing")).status_code == 404


async def test_many_readers_at_once_are_served(client):
    answers = await asyncio.gather(*(client.get("/chapters") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}


async def test_publishing_again_changes_nothing(app):
    assert await app.state.database.prepare(read_chapters()) == 0


async def test_publishing_follows_what_is_written(app, client):
    first, second, *rest = read_chapters()
    written = [replace(first, body="Quite another text about zeppelins."), *rest]
    assert await app.state.database.prepare(written) == 2
    assert (await client.get(f"/chapters/{second.slug}")).status_code == 404
    assert (await client.get(f"/chapters/{first.slug}")).json()["body"].endswith("zeppelins.")
    assert [hit["slug"] for hit in (await client.get("/search", params={"q": "zeppelin"})).json()] == [
        first.slug
    ]
    assert (await client.get("/search", params={"q": "forty kilograms of glass"})).json() == []
