"""The vector store: one collection of Chroma's, over plain HTTP."""

import hashlib
from collections.abc import Sequence
from typing import Any

import httpx

from analyzers.embedding import Embedder
from src.passages import Passage


class Collection:
    """The collection that VECTOR_URL names: ``.../api/v2/tenants/T/databases/D/collections/NAME``."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self.client = client
        self.place, _, self.name = url.rpartition("/")
        self.id = ""

    async def fill(self, passages: Sequence[Passage], embed: Embedder) -> int:
        """Let it hold exactly these passages; the number that were added. What is there already is left alone."""
        made = {"name": self.name, "get_or_create": True, "configuration": {"hnsw": {"space": "cosine"}}}
        self.id = (await self._post("", made))["id"]
        wanted = {_identity(passage): passage for passage in passages}
        present = set((await self._post("/get", {"include": []}))["ids"])
        if stale := sorted(present - wanted.keys()):
            await self._post("/delete", {"ids": stale})
        new = {key: passage for key, passage in wanted.items() if key not in present}
        if new:
            texts = [passage.text for passage in new.values()]
            about = [{"slug": passage.slug, "title": passage.title} for passage in new.values()]
            vectors = embed([f"{passage.title}. {passage.text}" for passage in new.values()])
            rows = {"ids": list(new), "embeddings": vectors, "documents": texts, "metadatas": about}
            await self._post("/upsert", rows)
        return len(new)

    async def nearest(self, vector: list[float], limit: int) -> list[Passage]:
        """The passages whose vectors are nearest, best first."""
        wanted = {"query_embeddings": [vector], "n_results": limit}
        found = await self._post("/query", {**wanted, "include": ["documents", "metadatas", "distances"]})
        rows = zip(found["metadatas"][0], found["documents"][0], found["distances"][0], strict=True)
        return [Passage(**about, text=text, score=1 - distance) for about, text, distance in rows]

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = await self.client.post(f"{self.place}{f'/{self.id}{path}' if path else ''}", json=body)
        answer.raise_for_status()
        return answer.json()


def _identity(passage: Passage) -> str:
    """The same text of the same chapter is the same passage."""
    return hashlib.sha256(f"{passage.slug}\0{passage.title}\0{passage.text}".encode()).hexdigest()[:32]
