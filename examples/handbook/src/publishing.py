"""Bring the chapters table in step with the chapters as written."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from src.chapters import WrittenChapter
from src.models import Chapter


async def publish(session: AsyncSession, written: Iterable[WrittenChapter]) -> int:
    """Add, change and remove rows until the table says what ``written`` says; the number of rows touched.

    Rows that already agree are left alone, so bookmarks survive and a restart writes nothing.
    """
    published = {chapter.slug: chapter for chapter in await session.scalars(select(Chapter))}
    touched = 0
    for chapter in written:
        fields = asdict(chapter)
        row = published.pop(chapter.slug, None)
        if row is None:
            session.add(Chapter(**fields))
            touched += 1
        elif any(getattr(row, name) != value for name, value in fields.items()):
            for name, value in fields.items():
                setattr(row, name, value)
            touched += 1
    if published:
        await session.execute(delete(Chapter).where(Chapter.slug.in_(published)))
    await session.flush()
    return touched + len(published)
