"""Questions, answered from the handbook."""

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from src.passages import AnswerError, QuestionText
from src.routes.depends import AnswererHere, RetrieverHere

router = APIRouter(tags=["ask"])

PASSAGES = 3


class Question(BaseModel):
    """In the reader's own words."""

    question: QuestionText


class Answer(BaseModel):
    """The answer and the chapters it rests on."""

    answer: str
    chapters: list[str]


@router.post("/ask")
async def ask(asked: Question, retriever: RetrieverHere, answerer: AnswererHere) -> Answer:
    """Find the passages that speak of it, and have an answer worded from them."""
    try:
        passages = await retriever.retrieve(asked.question, PASSAGES)
        if not passages:
            return Answer(answer="The handbook says nothing about this.", chapters=[])
        answer = await answerer.answer(asked.question, passages)
    except AnswerError as error:
        raise HTTPException(502, f"No answer: {error}.") from None
    return Answer(answer=answer, chapters=list(dict.fromkeys(passage.slug for passage in passages)))
