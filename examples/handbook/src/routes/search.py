"""Full-text search."""

import logging
from typing import Annotated

from fastapi import APIRouter, Query

from src.routes.depends import SessionHere
from src.search import Hit, search

log = logging.getLogger(__name__)
router = APIRouter(tags=["search"])


@router.get("/search")
async def find(
    q: Annotated[str, Query(min_length=1, max_length=200)],
    session: SessionHere,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[Hit]:
    """The chapters that hold every word of ``q``, best first."""
    hits = await search(session, q, limit=limit)
    log.debug("search for %r found %d chapters", q, len(hits))
    return hits
