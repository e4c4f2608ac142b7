"""The chapters."""

from collections.abc import Sequence

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from src.models import Chapter
from src.routes.depends import SessionHere

router = APIRouter(prefix="/chapters", tags=["chapters"])


class ChapterSummary(BaseModel):
    """A line of the table of contents."""

    model_config = ConfigDict(from_attributes=True)

    slug: str
    position: int
    title: str
    summary: str


class ChapterText(ChapterSummary):
    """A whole chapter; ``body`` is markdown."""

    body: str


@router.get("", response_model=list[ChapterSummary])
async def contents(session: SessionHere) -> Sequence[Chapter]:
    """The table of contents."""
    return (await session.scalars(select(Chapter).order_by(Chapter.position))).all()


@router.get("/{slug}", response_model=ChapterText)
async def chapter(slug: str, session: SessionHere) -> Chapter:
    """One chapter, by its slug."""
    found = await session.scalar(select(Chapter).where(Chapter.slug == slug))
    if found is None:
        raise HTTPException(404, "No such chapter. GET /chapters lists them.")
    return found
