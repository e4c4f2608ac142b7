"""Bookmarks: the handbook's only writes."""

import asyncio

import pytest
from sqlalchemy import func, select

from src.chapters import read_chapters
from src.models import Bookmark
from src.readers import issue_token

pytestmark = pytest.mark.integration

MARK = {"slug": "stopping-well", "note": "for Monday"}


async def test_a_reader_keeps_and_removes_a_bookmark(client, reader):
    stored = await client.post("/bookmarks", json=MARK, headers=reader)
    assert stored.status_code == 201
    mine = (await client.get("/bookmarks", headers=reader)).json()
    assert [(mark["slug"], mark["note"]) for mark in mine] == [("stopping-well", "for Monday")]
    removed = await client.delete(f"/bookmarks/{stored.json()['id']}", headers=reader)
    assert removed.status_code == 204
    assert (await client.get("/bookmarks", headers=reader)).json() == []


async def test_another_reader_sees_and_removes_nothing(client, reader):
    stored = (await client.post("/bookmarks", json=MARK, headers=reader)).json()
    other = {"X-Reader": (await client.post("/readers")).json()["token"]}
    assert (await client.get("/bookmarks", headers=other)).json() == []
    assert (await client.delete(f"/bookmarks/{stored['id']}", headers=other)).status_code == 404
    assert len((await client.get("/bookmarks", headers=reader)).json()) == 1


async def test_a_bookmark_needs_a_chapter(client, reader):
    answer = await client.post("/bookmarks", json={"slug": "no-such-thing"}, headers=reader)
    assert answer.status_code == 404
    assert (await client.get("/bookmarks", headers=reader)).json() == []


async def test_a_token_of_another_environment_is_refused(client, reader):
    foreign = {"X-Reader": issue_token("production's signing key")}
    assert (await client.get("/bookmarks", headers=foreign)).status_code == 401
    assert (await client.get("/bookmarks", headers=reader)).status_code == 200


async def test_bookmarks_survive_a_restart(app, client, reader):
    await client.post("/bookmarks", json=MARK, headers=reader)
    await app.state.database.prepare(read_chapters())
    assert len((await client.get("/bookmarks", headers=reader)).json()) == 1


async def test_many_bookmarks_at_once_are_all_kept(client, reader):
    answers = await asyncio.gather(*(client.post("/bookmarks", json=MARK, headers=reader) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len((await client.get("/bookmarks", headers=reader)).json()) == 10


async def test_each_test_starts_without_bookmarks(app):
    async with app.state.database.sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Bookmark)) == 0
