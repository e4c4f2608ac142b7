"""Who finds passages and who words answers: the analyzers where their addresses are set, else this process itself."""

from contextlib import AsyncExitStack

from src.config import HandbookSettings
from src.database import Database
from src.passages import Answerer, Passage, Retriever
from src.remote import RemoteAnswerer, RemoteRetriever, analyzer_client
from src.search import search


class SearchRetriever:
    """The database's full-text search."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def retrieve(self, question: str, limit: int) -> list[Passage]:
        """The chapters that hold any word of the question, best first, each as its best excerpt."""
        async with self.database.sessions() as session:
            hits = await search(session, question, limit=limit, every=False)
        return [Passage(slug=hit.slug, title=hit.title, text=hit.excerpt) for hit in hits]


async def retriever(settings: HandbookSettings, database: Database, stack: AsyncExitStack) -> Retriever:
    """Who finds passages."""
    if not settings.analyzer_nlp_url:
        return SearchRetriever(database)
    client = analyzer_client(settings.analyzer_nlp_url, settings)
    return RemoteRetriever(await stack.enter_async_context(client))


async def answerer(settings: HandbookSettings, stack: AsyncExitStack) -> Answerer | None:
    """Who words answers; None where there is neither an analyzer nor a key."""
    if settings.analyzer_llm_url:
        client = analyzer_client(settings.analyzer_llm_url, settings)
        return RemoteAnswerer(await stack.enter_async_context(client))
    if not settings.openai_api_key:
        return None
    # Half a second, for nothing where an analyzer does it.
    from src.answers import LanguageModel, model_client

    model = model_client(settings.openai_base_url, settings.openai_api_key.get_secret_value())
    return LanguageModel(await stack.enter_async_context(model), settings.model_name)
