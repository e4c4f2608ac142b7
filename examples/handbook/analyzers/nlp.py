"""analyzer-nlp, the passages that fit a question: ``uvicorn analyzers.nlp:app``."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, HTTPException
from pydantic import SecretStr

from analyzers.corpus import corpus
from analyzers.embedding import Embedder, load_embedder
from analyzers.service import create_service
from analyzers.vectors import Collection
from src.certificates import trust
from src.config import ServiceSettings
from src.passages import Passages, Retrieve

log = logging.getLogger(__name__)

RELEVANT = 0.2  # below, a passage has nothing to do with the question
SECONDS = 10.0


class NlpSettings(ServiceSettings):
    """What analyzer-nlp reads beside."""

    vector_url: SecretStr


def create_app(
    settings: NlpSettings | None = None,
    load: Callable[[], Embedder] = load_embedder,
    transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The application: at its start the collection gets this environment's passages."""
    settings = settings or NlpSettings()
    url = settings.vector_url.get_secret_value()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if not url:
            raise RuntimeError("VECTOR_URL is not set here, and without a vector store nothing can be found.")
        embed = load()
        reached = {"timeout": SECONDS, "verify": trust(), "trust_env": False, "transport": transport}
        async with httpx.AsyncClient(**reached) as client:
            collection = Collection(client, url)
            added = await collection.fill(corpus(), embed)
            log.info("the collection is filled: %d passages were new", added)
            app.state.embed, app.state.collection = embed, collection
            yield

    app = create_service("analyzer-nlp", settings, lifespan)

    @app.post("/retrieve")
    async def retrieve(asked: Retrieve) -> Passages:
        """The passages that fit the question, best first."""
        vector = app.state.embed([asked.question])[0]
        try:
            found = await app.state.collection.nearest(vector, asked.limit)
        except (httpx.HTTPError, LookupError, TypeError, ValueError) as error:
            # The name alone: the error's own words quote the address.
            raise HTTPException(502, f"The vector store doesn't answer ({type(error).__name__}).") from None
        return Passages(passages=[passage for passage in found if passage.score >= RELEVANT])

    return app


app = create_app()
