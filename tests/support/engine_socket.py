"""A socket that answers as an engine would, for tests of what is said of it: no container is ever started."""

from __future__ import annotations

import json
import shutil
import socketserver
import tempfile
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firedoor.services import labels

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = "/containers/json?all=true"


class EngineSocket:
    """What the socket answers, by path: a status and JSON, or bytes as they are. ``asked`` are the paths so far."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, Any] | bytes] = {LIST: (200, [])}

    @property
    def host(self) -> str:
        """For ``DOCKER_HOST``."""
        return f"unix://{self.path}"

    def has(self, *containers: dict[str, Any]) -> None:
        """Let it have these containers, as ``entry`` makes them."""
        self.answers[LIST] = (200, [one["listed"] for one in containers])
        for one in containers:
            self.answers[f"/containers/{one['listed']['Id']}/json"] = (200, one["inspected"])

    def answer(self, path: str) -> bytes:
        """The whole answer to a question."""
        self.asked.append(path)
        said = self.answers.get(path, (404, {"message": "no such thing"}))
        if isinstance(said, bytes):
            return said
        status, told = said
        return f"HTTP/1.0 {status} OK\r\nContent-Type: application/json\r\n\r\n{json.dumps(told)}".encode()


def entry(
    name: str,
    project: str,
    *,
    environment: str = "",
    folder: str = "/srv/elsewhere",
    service: str = "api",
    state: str = "running",
    marks: dict[str, str] | None = None,
    variables: tuple[str, ...] = (),
    published: tuple[int, ...] = (),
    **told: Any,
) -> dict[str, Any]:
    """A container as both questions tell of it."""
    known = {labels.COMPOSE_PROJECT: project, labels.COMPOSE_SERVICE: service, labels.COMPOSE_FOLDER: folder}
    known |= {labels.ENVIRONMENT: environment} if environment else {}
    known |= marks or {}
    state_told = {"Status": state, "StartedAt": "2026-11-27T10:00:00Z", "ExitCode": 0, **told}
    return {
        "listed": {
            "Id": f"id-{name}",
            "Names": [f"/{name}"],
            "State": state,
            "Labels": known,
            "Ports": [{"IP": "0.0.0.0", "PublicPort": number, "Type": "tcp"} for number in published],
        },
        "inspected": {
            "Id": f"id-{name}",
            "Name": f"/{name}",
            "State": state_told,
            "Config": {"Image": "shop/api:1.4", "Labels": known, "Env": list(variables)},
        },
    }


@contextmanager
def engine_socket() -> Iterator[EngineSocket]:
    """A socket with a short name, served as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="fd-"))
    made = EngineSocket(str(folder / "s"))

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked = self.rfile.readline().decode().split()
            while self.rfile.readline().strip():
                pass
            with suppress(BrokenPipeError):  # whoever has heard enough does not listen
                self.wfile.write(made.answer(asked[1]))

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True
        request_queue_size = 64

    with Server(made.path, Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
            shutil.rmtree(folder)
