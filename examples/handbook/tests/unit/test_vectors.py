"""The vector store's client and the corpus, against a small Chroma in this process."""

import json

import httpx
import pytest

from analyzers.corpus import FEWEST, corpus, passages_of
from analyzers.vectors import Collection
from src.chapters import read_chapters
from src.passages import Passage

pytestmark = pytest.mark.unit

DATABASE = "/api/v2/tenants/default_tenant/databases/default_database/collections"
WINGS = Passage(slug="a", title="Birds", text="They have wings.")
WHEELS = Passage(slug="b", title="Carts", text="They have wheels.")
TEETH = Passage(slug="b", title="Carts", text="They have no teeth.")


class SmallChroma:
    """Of Chroma what a collection asks for: one collection, whose vectors are compared by their first number."""

    def __init__(self):
        self.rows = {}
        self.writes = []

    def __call__(self, request):
        name = request.url.path.removeprefix(DATABASE)
        body = json.loads(request.content)
        return httpx.Response(200, json=getattr(self, name.removeprefix("/7/") or "make")(body))

    def make(self, body):
        assert body["name"] == "handbook_testing"
        return {"id": "7"}

    def get(self, _body):
        return {"ids": list(self.rows)}

    def delete(self, body):
        self.writes.append(("delete", len(body["ids"])))
        for name in body["ids"]:
            del self.rows[name]
        return {}

    def upsert(self, body):
        self.writes.append(("upsert", len(body["ids"])))
        columns = (body["embeddings"], body["documents"], body["metadatas"])
        self.rows |= dict(zip(body["ids"], zip(*columns, strict=True), strict=True))
        return {}

    def query(self, body):
        ((wanted, *_),) = body["query_embeddings"]
        rows = sorted(self.rows.values(), key=lambda row: abs(row[0][0] - wanted))[: body["n_results"]]
        return {
            "documents": [[document for _, document, _ in rows]],
            "metadatas": [[about for _, _, about in rows]],
            "distances": [[abs(vector[0] - wanted) for vector, _, _ in rows]],
        }


@pytest.fixture
def chroma():
    return SmallChroma()


@pytest.fixture
async def collection(chroma):
    async with httpx.AsyncClient(transport=httpx.MockTransport(chroma)) as client:
        yield Collection(client, f"http://vectors.example:8000{DATABASE}/handbook_testing")


def embed(texts):
    """Vectors by the only word that matters here."""
    return [[0.0 if "wings" in text else 0.5, 1.0] for text in texts]


async def test_the_nearest_passage_comes_first(collection):
    await collection.fill([WINGS, WHEELS], embed)
    found = await collection.nearest([0.4, 1.0], limit=2)
    assert [(passage.text, round(passage.score, 1)) for passage in found] == [
        ("They have wheels.", 0.9),
        ("They have wings.", 0.6),
    ]


async def test_filling_again_writes_nothing(collection, chroma):
    assert await collection.fill([WINGS, WHEELS], embed) == 2
    assert await collection.fill([WINGS, WHEELS], embed) == 0
    assert chroma.writes == [("upsert", 2)]


async def test_filling_follows_what_is_written(collection, chroma):
    await collection.fill([WINGS, WHEELS], embed)
    assert await collection.fill([WINGS, TEETH], embed) == 1
    assert chroma.writes[1:] == [("delete", 1), ("upsert", 1)]
    assert {document for _, document, _ in chroma.rows.values()} == {WINGS.text, TEETH.text}


def test_testing_holds_every_chapter_in_passages_of_whole_paragraphs():
    passages = corpus()
    assert {passage.slug for passage in passages} == {chapter.slug for chapter in read_chapters()}
    assert all(len(passage.text.split()) >= FEWEST for passage in passages)
    assert not any("\n" in passage.text for passage in passages)


def test_development_would_hold_a_sample():
    sample = {passage.slug for passage in passages_of(read_chapters()[:3])}
    assert len(sample) == 3
