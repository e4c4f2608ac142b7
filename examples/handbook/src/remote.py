"""The analyzers, as the gateway sees them. Each call says which environment it comes from, and asks the same back."""

from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ValidationError

from firedoor import Settings
from firedoor.web import HandshakeError, marked
from src.certificates import trust
from src.passages import AnswerError, Passage, Passages, Retrieve, Word, Worded

Answer = TypeVar("Answer", bound=BaseModel)
SECONDS = 60.0  # longer than the analyzer itself waits for the model


def analyzer_client(url: str, settings: Settings, **options: Any) -> httpx.AsyncClient:
    """A client for one analyzer: an answer of another environment's is not read."""
    client = httpx.AsyncClient(base_url=url, timeout=SECONDS, verify=trust(), trust_env=False, **options)
    return marked(client, settings, internal=[urlsplit(url).netloc.rpartition("@")[2]], require=True)


class RemoteRetriever:
    """analyzer-nlp."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def retrieve(self, question: str, limit: int) -> list[Passage]:
        """The passages that fit, best first. Raises AnswerError."""
        found = await _ask(self.client, "retrieve", Retrieve(question=question, limit=limit), Passages)
        return found.passages


class RemoteAnswerer:
    """analyzer-llm."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def answer(self, question: str, passages: Sequence[Passage]) -> str:
        """Words from the passages. Raises AnswerError."""
        asked = Word(question=question, passages=list(passages))
        return (await _ask(self.client, "answer", asked, Worded)).answer


async def _ask(client: httpx.AsyncClient, path: str, asked: BaseModel, form: type[Answer]) -> Answer:
    """What the analyzer answers, in the form it must have. The reasons name it by its role, never by its address."""
    try:
        answer = await client.post(path, json=asked.model_dump())
        answer.raise_for_status()
        return form.model_validate_json(answer.content)
    except HandshakeError:
        raise AnswerError(f"what answers /{path} is not this environment's") from None
    except httpx.HTTPStatusError as error:
        raise AnswerError(f"/{path} answered {error.response.status_code}") from None
    except httpx.HTTPError as error:
        raise AnswerError(f"what answers /{path} can't be reached ({type(error).__name__})") from None
    except ValidationError:
        raise AnswerError(f"the answer of /{path} has an unknown form") from None
