"""Readers and their bookmarks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from src.models import Bookmark
from src.readers import issue_token
from src.routes.depends import ReaderHere, SessionHere, SettingsHere

router = APIRouter(tags=["bookmarks"])


class ReaderToken(BaseModel):
    """Send it as the header X-Reader."""

    token: str


class NewBookmark(BaseModel):
    """A chapter to mark, and why."""

    slug: str
    note: Annotated[str, Field(max_length=1000)] = ""


class StoredBookmark(NewBookmark):
    """A bookmark as kept."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    created_at: datetime


@router.post("/readers", status_code=201)
async def register(settings: SettingsHere) -> ReaderToken:
    """A token for a new reader."""
    return ReaderToken(token=issue_token(settings.secret_key.get_secret_value()))


@router.post("/bookmarks", status_code=201, response_model=StoredBookmark)
async def add(new: NewBookmark, reader: ReaderHere, session: SessionHere) -> Bookmark:
    """Mark a chapter."""
    bookmark = Bookmark(reader=reader, slug=new.slug, note=new.note)
    session.add(bookmark)
    try:
        await session.commit()
    except IntegrityError:  # the foreign key: cheaper than asking first, and free of races
        raise HTTPException(404, "No such chapter. GET /chapters lists them.") from None
    return bookmark


@router.get("/bookmarks", response_model=list[StoredBookmark])
async def mine(reader: ReaderHere, session: SessionHere) -> Sequence[Bookmark]:
    """The reader's own bookmarks, oldest first."""
    own = select(Bookmark).where(Bookmark.reader == reader).order_by(Bookmark.id)
    return (await session.scalars(own)).all()


@router.delete("/bookmarks/{number}", status_code=204)
async def remove(number: int, reader: ReaderHere, session: SessionHere) -> None:
    """Remove one of the reader's own bookmarks."""
    own = delete(Bookmark).where(Bookmark.id == number, Bookmark.reader == reader).returning(Bookmark.id)
    removed = await session.scalar(own)
    await session.commit()
    if removed is None:
        raise HTTPException(404, "You have no such bookmark.")
