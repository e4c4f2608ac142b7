"""What the gateway and the analyzers say to each other."""

from collections.abc import Sequence
from typing import Annotated, Protocol

from pydantic import BaseModel, Field

QuestionText = Annotated[str, Field(min_length=3, max_length=500)]


class Passage(BaseModel):
    """A piece of a chapter. ``score`` tells how well it fits a question, 1 at best."""

    slug: str
    title: str
    text: str
    score: float = 1.0


class Retrieve(BaseModel):
    """POST /retrieve of analyzer-nlp: find passages for a question."""

    question: QuestionText
    limit: Annotated[int, Field(ge=1, le=20)] = 3


class Passages(BaseModel):
    """Its answer, best first."""

    passages: list[Passage]


class Word(BaseModel):
    """POST /answer of analyzer-llm: answer a question from these passages."""

    question: QuestionText
    passages: Annotated[list[Passage], Field(min_length=1, max_length=20)]


class Worded(BaseModel):
    """Its answer."""

    answer: str


class AnswerError(Exception):
    """There is no usable answer. The text names the reason, never an address, a key or what was asked."""


class Retriever(Protocol):
    """Finds passages. Raises AnswerError."""

    async def retrieve(self, question: str, limit: int) -> list[Passage]:
        """The passages that fit, best first."""
        ...


class Answerer(Protocol):
    """Words an answer. Raises AnswerError."""

    async def answer(self, question: str, passages: Sequence[Passage]) -> str:
        """An answer from the passages and nothing else."""
        ...
