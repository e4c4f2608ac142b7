"""Two projects' environments for the tests of the handshake: who calls, and who is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor import boundary, declaration
from support.project import ProjectFolder

if TYPE_CHECKING:
    from pathlib import Path

    from firedoor import Configuration

DECLARATION = """\
[project]
name = "shop"
selector = "APP_ENV"
[environments.development]
aliases = ["dev"]
[environments.testing]
accepts = ["dev", "gateway/testing"]
[environments.staging]
[environments.production]
aliases = ["prod"]
protected = true
[variables.API_URL]
resource = "http"
[variables.CACHE_URL]
resource = "cache"
"""
HOSTS = {
    "development": "api.dev",
    "testing": "localhost:8000",
    "staging": "api.stage",
    "production": "api.live",
}
KEY = "a key of the environment"


def shop(root: Path) -> Path:
    """Write the project; each environment has an API at ``HOSTS``."""
    project = ProjectFolder(root).write("firedoor.toml", DECLARATION)
    (root / ".git").mkdir(exist_ok=True)
    for name, host in HOSTS.items():
        cache = f"redis://cache.{name}:6379"
        project.write(f".env.{name}", f"API_URL=http://{host}/v1\nCACHE_URL={cache}\n", mode=0o600)
        project.write(f".env.{name}.example", "API_URL=\nCACHE_URL=\n")
    return root


def configuration(root: Path, environment: str, **process: str) -> Configuration:
    """The judged configuration of one of the project's environments."""
    return boundary.configure(declaration.load(root), environment, process=process)


class Answer:
    """What a WSGI or ASGI application answered."""

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for one, value in self.headers if one.lower() == name.lower()]


def ask_wsgi(app: Any, **environ: str) -> Answer:
    """One call of a WSGI application."""
    told: list[Any] = []
    body = b"".join(app({"REQUEST_METHOD": "GET", **environ}, lambda *given: told.append(given)))
    ((status, headers, *_),) = told
    return Answer(int(status.partition(" ")[0]), headers, body)


async def ask_asgi(app: Any, headers: Any = (), **scope: Any) -> list[dict[str, Any]]:
    """One call of an ASGI application: the messages that it sent."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": f"{scope.get('type', 'http')}.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app({"type": "http", "method": "GET", "path": "/", "headers": [*headers], **scope}, receive, send)
    return sent
