"""Whether it is alive, and which environment this is."""

import logging
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from src.routes.depends import BehaviourHere, DatabaseHere, EnvironmentHere, SettingsHere

log = logging.getLogger(__name__)
router = APIRouter(tags=["status"])


class Health(BaseModel):
    """Liveness of the process (it answered) and of its database."""

    status: Literal["ok", "degraded"]
    database: Literal["ok", "unreachable"]


class EnvironmentFacts(BaseModel):
    """What may be known about the environment. No value of a secret or a resource is among it."""

    name: str
    protected: bool
    debug: bool
    log_level: str
    api_docs: bool
    rate_limit: str | None


@router.get("/health")
async def health(database: DatabaseHere, response: Response) -> Health:
    """200 while the database answers, 503 while it doesn't."""
    try:
        await database.ping()
    except (SQLAlchemyError, OSError) as error:
        # The name alone: a driver's own words may quote the address.
        log.error("the database doesn't answer (%s)", type(error).__name__)  # noqa: TRY400 - a traceback may quote the address
        response.status_code = 503
        return Health(status="degraded", database="unreachable")
    return Health(status="ok", database="ok")


@router.get("/environment")
async def environment(
    here: EnvironmentHere, settings: SettingsHere, behaviour: BehaviourHere
) -> EnvironmentFacts:
    """Which environment answers, and how it behaves: as of its start, whatever has been edited since."""
    return EnvironmentFacts(
        name=here.name,
        protected=here.protected,
        debug=settings.debug,
        log_level=settings.log_level,
        api_docs=behaviour.api_docs,
        rate_limit=behaviour.rate_limit,
    )
