"""analyzer-nlp, the passages that fit a question: ``uvicorn analyzers.nlp:app``."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import wordllama
from fastapi import FastAPI, HTTPException
from pydantic import SecretStr
from wordllama import WordLlama

from analyzers.corpus import corpus
from analyzers.service import AnalyzerSettings, create_service
from analyzers.vectors import Collection, Vectors
from src.certificates import trust
from src.passages import Passages, Retrieve

log = logging.getLogger(__name__)

RELEVANT = 0.2  # below, a passage has nothing to do with the question


class NlpSettings(AnalyzerSettings):
    """What analyzer-nlp reads beside."""

    vector_url: SecretStr


class Embedder:
    """Texts as vectors of 256 numbers, by a small model that comes with its package."""

    def __init__(self) -> None:
        self.model = WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """One vector of length 1 for each text."""
        vectors: Vectors = self.model.embed(list(texts), norm=True).tolist()
        return vectors


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    embed = Embedder()
    async with httpx.AsyncClient(timeout=10, verify=trust(), trust_env=False) as client:
        collection = Collection(client, settings.vector_url.get_secret_value())
        added = await collection.fill(corpus(), embed)
        log.info("%d passages added", added)
        app.state.embed, app.state.collection = embed, collection
        yield


settings = NlpSettings()
app = create_service("analyzer-nlp", settings, _lifespan)


@app.post("/retrieve")
async def retrieve(asked: Retrieve) -> Passages:
    """The passages that fit the question, best first."""
    try:
        found = await app.state.collection.nearest(app.state.embed([asked.question])[0], asked.limit)
    except (httpx.HTTPError, KeyError, ValueError) as error:
        # The name alone: the error's own words quote the address.
        raise HTTPException(502, f"The vector store doesn't answer ({type(error).__name__}).") from None
    return Passages(passages=[passage for passage in found if passage.score >= RELEVANT])
