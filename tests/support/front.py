"""A web server in front of another one: it passes requests on, or answers some of them itself."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Answer = tuple[int, dict[str, str], bytes]
    Decide = Callable[[BaseHTTPRequestHandler], Answer | None]

SECONDS = 30


@contextmanager
def fronting(target: int, decide: Decide) -> Iterator[int]:
    """A port that leads to the port ``target``, unless ``decide`` gives an answer of its own to a request."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            own = decide(self) or self.passed_on()
            self.send_response(own[0])
            for name, text in own[1].items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(own[2])))
            self.end_headers()
            self.wfile.write(own[2])

        do_PUT = do_GET  # noqa: N815 - as the class above names them

        def passed_on(self) -> Answer:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            url = f"http://127.0.0.1:{target}{self.path}"
            headers = {"Content-Type": "application/json"}
            answer = httpx.request(
                self.command, url, content=body, headers=headers, timeout=SECONDS, trust_env=False
            )
            return answer.status_code, {}, answer.content

        def log_message(self, *_: object) -> None:
            """Nothing: a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(SECONDS)
