"""Answers from a language model that is given nothing but the handbook's own passages."""

import ssl
from collections.abc import Sequence
from functools import cache

import httpx

from src.search import Hit

TASK = (
    "Answer the reader's question from these passages of the handbook and nothing else. "
    "If they don't answer it, say so.\n\n"
)


class ModelError(Exception):
    """The language model gave no usable answer. The text names the reason, never the request."""


class LanguageModel:
    """A model behind an OpenAI-compatible address."""

    def __init__(self, client: httpx.AsyncClient, name: str) -> None:
        self.client = client
        self.name = name

    async def answer(self, question: str, passages: Sequence[Hit]) -> str:
        """The model's answer. Raises ModelError when it can't be reached, refuses, or answers nonsense."""
        quoted = "\n\n".join(f"{hit.title}: {hit.excerpt}" for hit in passages)
        messages = [
            {"role": "system", "content": TASK + quoted},
            {"role": "user", "content": question},
        ]
        try:
            response = await self.client.post(
                "chat/completions", json={"model": self.name, "messages": messages}
            )
            response.raise_for_status()
            return str(response.json()["choices"][0]["message"]["content"])
        except httpx.HTTPStatusError as error:
            raise ModelError(f"the language model answered {error.response.status_code}") from None
        except httpx.HTTPError as error:
            raise ModelError(f"the language model can't be reached ({type(error).__name__})") from None
        except (KeyError, IndexError, TypeError, ValueError):
            raise ModelError("the language model's answer has an unknown form") from None


def model_client(base_url: str, key: str) -> httpx.AsyncClient:
    """A client for the model. Redirects aren't followed: the key must not travel to another host."""
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.AsyncClient(
        base_url=base_url, headers=headers, verify=_trust(), timeout=30.0, follow_redirects=False
    )


@cache
def _trust() -> ssl.SSLContext:
    """The certificates that this machine trusts, read once: reading them takes longer than a request."""
    return ssl.create_default_context()
