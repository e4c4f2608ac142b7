"""Full-text search over the chapters, by whichever engine the database brings."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncSession

from src.models import Chapter
from src.search import postgresql, sqlite

ENGINES = {"postgresql": postgresql.ENGINE, "sqlite": sqlite.ENGINE}


@dataclass(frozen=True, slots=True)
class Hit:
    """A chapter that matches. ``excerpt`` is markdown with the matching words inside <mark>."""

    slug: str
    title: str
    excerpt: str


async def search(session: AsyncSession, words: str, *, limit: int = 10, every: bool = True) -> list[Hit]:
    """The chapters that hold every word (or any of them), best first. Punctuation is ignored."""
    terms = [f'"{term}"' for term in re.findall(r"\w+", words)]
    if not terms:
        return []
    engine = ENGINES[session.get_bind().dialect.name]
    parameters = {"expression": (" " if every else " OR ").join(terms), "limit": limit}
    rows = await session.execute(text(engine.query), parameters)
    return [Hit(row.slug, row.title, row.excerpt) for row in rows]


def _attach_indexes() -> None:
    """Let create_all and drop_all carry each engine's index along with the chapters table."""
    for name, engine in ENGINES.items():
        event.listen(Chapter.__table__, "after_create", _run(name, engine.create))
        event.listen(Chapter.__table__, "before_drop", _run(name, engine.drop))


def _run(dialect: str, statements: tuple[str, ...]) -> Callable[..., None]:
    def run(_table: object, connection: Connection, **_options: object) -> None:
        if connection.dialect.name == dialect:
            for statement in statements:
                connection.exec_driver_sql(statement)

    return run


_attach_indexes()
