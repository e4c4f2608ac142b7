"""Who is asked, by what is set."""

from contextlib import AsyncExitStack

import pytest

from src.answers import LanguageModel
from src.asking import SearchRetriever, answerer, retriever
from src.config import HandbookSettings
from src.remote import RemoteAnswerer, RemoteRetriever

pytestmark = pytest.mark.unit

ALONE = {"analyzer_nlp_url": "", "analyzer_llm_url": ""}
ANALYZERS = {"analyzer_nlp_url": "http://nlp.example:8000", "analyzer_llm_url": "http://llm.example:8000"}


@pytest.mark.parametrize(
    ("values", "finds", "words"),
    [
        (ALONE, SearchRetriever, LanguageModel),
        (ANALYZERS, RemoteRetriever, RemoteAnswerer),
        ({"openai_api_key": ""} | ALONE, SearchRetriever, type(None)),
        ({"openai_api_key": ""} | ANALYZERS, RemoteRetriever, RemoteAnswerer),
    ],
)
async def test_analyzers_are_asked_where_their_addresses_are_set(values, finds, words):
    settings = HandbookSettings(**values)
    async with AsyncExitStack() as stack:
        assert type(await retriever(settings, None, stack)) is finds
        assert type(await answerer(settings, stack)) is words
