"""Questions, answered from the handbook by a language model."""

from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from src.answers import ModelError
from src.routes.depends import ModelHere, SessionHere
from src.search import search

router = APIRouter(tags=["ask"])


class Question(BaseModel):
    """In the reader's own words."""

    question: Annotated[str, Field(min_length=3, max_length=500)]


class Answer(BaseModel):
    """The answer and the chapters it rests on."""

    answer: str
    chapters: list[str]


@router.post("/ask")
async def ask(asked: Question, session: SessionHere, model: ModelHere) -> Answer:
    """Find the passages that speak of it, and let the model answer from them."""
    passages = await search(session, asked.question, limit=3, every=False)
    if not passages:
        return Answer(answer="The handbook says nothing about this.", chapters=[])
    try:
        answer = await model.answer(asked.question, passages)
    except ModelError as error:
        raise HTTPException(502, f"No answer: {error}.") from None
    return Answer(answer=answer, chapters=[hit.slug for hit in passages])
