"""Readers and their bookmarks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from src.mail import MailError
from src.models import Bookmark, Chapter
from src.readers import issue_token
from src.routes.depends import MailerHere, ReaderHere, SessionHere, SettingsHere

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


class MailAddress(BaseModel):
    """Where the list is to go."""

    address: Annotated[str, Field(max_length=200, pattern=r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$")]


class Sent(BaseModel):
    """How many bookmarks the mail lists."""

    bookmarks: int


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


@router.post("/bookmarks/mail", status_code=202)
async def mail(to: MailAddress, reader: ReaderHere, session: SessionHere, mailer: MailerHere) -> Sent:
    """Mail the reader a list of their bookmarks: titles alone, so that nobody sends texts of their own from here."""
    own = select(Chapter.title).join(Bookmark, Bookmark.slug == Chapter.slug).where(Bookmark.reader == reader)
    titles = (await session.scalars(own.order_by(Bookmark.id))).all()
    try:
        await mailer.send(to.address, "Your bookmarks", "\n".join(f"- {title}" for title in titles))
    except MailError as error:
        raise HTTPException(502, f"Not sent: {error}.") from None
    return Sent(bookmarks=len(titles))


@router.delete("/bookmarks/{number}", status_code=204)
async def remove(number: int, reader: ReaderHere, session: SessionHere) -> None:
    """Remove one of the reader's own bookmarks."""
    own = delete(Bookmark).where(Bookmark.id == number, Bookmark.reader == reader).returning(Bookmark.id)
    removed = await session.scalar(own)
    await session.commit()
    if removed is None:
        raise HTTPException(404, "You have no such bookmark.")
