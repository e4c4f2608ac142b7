"""The application on testing's own database, which is empty again afterwards."""

import httpx
import pytest

from src.config import HandbookSettings
from src.main import create_app

# Alone, wherever it runs: containers are given these addresses.
ALONE = dict.fromkeys(("redis_url", "analyzer_nlp_url", "analyzer_llm_url", "smtp_url"), "")


@pytest.fixture
async def app():
    app = create_app(HandbookSettings(**ALONE))
    async with app.router.lifespan_context(app):
        yield app
        await app.state.database.drop_everything()


@pytest.fixture
async def client(app):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://handbook") as client:
        yield client


@pytest.fixture
async def reader(client):
    """The headers of a new reader."""
    return {"X-Reader": (await client.post("/readers")).json()["token"]}
