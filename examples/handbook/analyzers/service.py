"""What every analyzer has: settings of its environment, log, handshake, health."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from firedoor import environment_of
from firedoor.web import AsgiHandshake
from src.config import ServiceSettings
from src.logs import start_logging

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
OPEN = ("/health", "/environment")  # who asks these need not say where it comes from


def create_service(title: str, settings: ServiceSettings, lifespan: Lifespan | None = None) -> FastAPI:
    """An application that answers its own environment's calls and nobody else's."""
    environment = environment_of(settings)
    start_logging(settings)
    app = FastAPI(title=title, lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(AsgiHandshake, settings=settings, require=True, exempt=OPEN)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/environment")
    async def which() -> dict[str, object]:
        return {"name": environment.name, "protected": environment.protected, "service": title}

    return app
