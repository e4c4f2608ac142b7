"""The application: ``uvicorn src.main:app``."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from firedoor import environment_of, guard
from firedoor.web import AsgiHandshake
from src.asking import answerer, retriever
from src.chapters import read_chapters
from src.config import HandbookSettings, behaviour
from src.database import Database
from src.errors import install_error_answers
from src.logs import start_logging
from src.mail import Mailer
from src.ratelimit import RateLimit, counter
from src.routes import ROUTERS
from src.timing import ServerTiming

log = logging.getLogger(__name__)


def create_app(settings: HandbookSettings | None = None) -> FastAPI:
    """The application of the current environment. Raises firedoor's ConfigurationError when that isn't sound."""
    settings = settings or HandbookSettings()
    environment = environment_of(settings)
    here = behaviour()
    start_logging(settings, sql=settings.db_echo)
    if here.guarded:
        guard.arm(settings)
    app = FastAPI(
        title="Working beside machines",
        summary="A small handbook of physical AI",
        lifespan=_lifespan,
        docs_url="/docs" if here.api_docs else None,
        redoc_url="/redoc" if here.api_docs else None,
        openapi_url="/openapi.json" if here.api_docs else None,
    )
    app.state.settings = settings
    app.state.environment = environment
    app.state.behaviour = here
    app.state.mailer = Mailer(settings.smtp_url.get_secret_value()) if settings.smtp_url else None
    install_error_answers(app, verbose=here.verbose_errors and settings.debug)
    app.add_middleware(AsgiHandshake, settings=settings, announce=False)
    if settings.debug:
        app.add_middleware(ServerTiming)
    if here.rate_limit is not None:
        storage = counter(settings.redis_url.get_secret_value() if settings.redis_url else "")
        app.add_middleware(RateLimit, limit=here.rate_limit, storage=storage, strict=environment.protected)
    for router in ROUTERS:
        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: HandbookSettings = app.state.settings
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url.get_secret_value(), show_parameters=settings.debug)
        stack.push_async_callback(database.close)
        changed = await database.prepare(read_chapters())
        log.debug("chapters published: %d changed", changed)
        app.state.database = database
        app.state.retriever = await retriever(settings, database, stack)
        app.state.answerer = await answerer(settings, stack)
        log.info("the handbook is open in %s", app.state.environment)
        yield


app = create_app()
