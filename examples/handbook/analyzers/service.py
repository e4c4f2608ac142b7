"""What every analyzer has: settings of its environment, log, handshake, health."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from firedoor import Settings, environment_of
from firedoor.web import AsgiHandshake
from src.config import behaviour
from src.logs import configure_logging, secret_texts

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
OPEN = ("/health", "/environment")  # who asks these need not say where it comes from


class AnalyzerSettings(Settings):
    """What every analyzer reads. Creating it reads and checks the environment's values, or refuses."""

    log_level: str = "INFO"


def create_service(title: str, settings: AnalyzerSettings, lifespan: Lifespan | None = None) -> FastAPI:
    """An application that answers its own environment's calls and nobody else's."""
    environment = environment_of(settings)
    configure_logging(
        environment.name, settings.log_level, compact=behaviour().compact_log, secrets=secret_texts(settings)
    )
    app = FastAPI(title=title, lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(AsgiHandshake, settings=settings, require=True, exempt=OPEN)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/environment")
    async def which() -> dict[str, object]:
        return {"name": environment.name, "protected": environment.protected, "service": title}

    return app
