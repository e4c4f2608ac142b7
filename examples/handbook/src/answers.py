"""Answers from a language model that is given nothing but the handbook's own passages."""

from collections.abc import Sequence
from typing import Any

from openai import APIConnectionError, APIStatusError, AsyncOpenAI, DefaultAsyncHttpxClient, OpenAIError

from src.certificates import trust
from src.passages import AnswerError, Passage

TASK = (
    "You answer questions about a handbook, in at most three sentences, from the passages that you are given and "
    "nothing else. If they don't answer a question, say so."
)
SECONDS = 30.0
LONGEST = 200  # tokens of an answer


class LanguageModel:
    """A model behind an OpenAI-compatible address."""

    def __init__(self, client: AsyncOpenAI, name: str) -> None:
        self.client = client
        self.name = name

    async def answer(self, question: str, passages: Sequence[Passage]) -> str:
        """The model's answer. Raises AnswerError when it can't be reached, refuses, or answers nonsense."""
        quoted = "\n\n".join(f"{passage.title}: {passage.text}" for passage in passages)
        try:
            answered = await self.client.chat.completions.create(
                model=self.name,
                messages=[
                    {"role": "system", "content": TASK},
                    {"role": "user", "content": f"{quoted}\n\nFrom these passages: {question}"},
                ],
                max_completion_tokens=LONGEST,
            )
            return str(answered.choices[0].message.content)
        except APIStatusError as error:
            raise AnswerError(f"the language model answered {error.status_code}") from None
        except APIConnectionError as error:
            cause = type(error.__cause__ or error).__name__
            raise AnswerError(f"the language model can't be reached ({cause})") from None
        except (OpenAIError, AttributeError, IndexError, TypeError, ValueError):
            raise AnswerError("the language model's answer has an unknown form") from None


def model_client(base_url: str, key: str, **options: Any) -> AsyncOpenAI:
    """A client for the model. Redirects aren't followed: the key must not travel to another host."""
    http = DefaultAsyncHttpxClient(verify=trust(), timeout=SECONDS, follow_redirects=False, **options)
    return AsyncOpenAI(base_url=base_url, api_key=key, max_retries=1, http_client=http)
