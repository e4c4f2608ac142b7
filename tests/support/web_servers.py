"""Web servers and proxies on loopback addresses, each on a thread: what they were asked is kept."""

from __future__ import annotations

import select
import socket
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 10


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Site(_Quiet):
    """Answers 200, or sends whoever asks on to ``?to=``."""

    def do_GET(self) -> None:
        """Answer, and keep what was asked."""
        self.server.asked.append(self.path)  # type: ignore[attr-defined]  # known at run time only
        target = parse_qs(urlsplit(self.path).query).get("to")
        self.send_response(302 if target else 200)
        if target:
            self.send_header("Location", target[0])
        if self.close_connection:
            self.send_header("Connection", "close")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_POST = do_GET  # noqa: N815 - http.server's word


class _Proxy(_Quiet):
    """Forwards absolute URLs and CONNECT to where they say."""

    def do_GET(self) -> None:
        """Forward one request, and close."""
        self.server.asked.append(self.path)  # type: ignore[attr-defined]  # known at run time only
        parts = urlsplit(self.path)
        assert parts.hostname is not None
        with socket.create_connection((parts.hostname, parts.port or 80), SECONDS) as there:
            rest = self.path.partition("://")[2].partition("/")[2]
            there.sendall(
                f"GET /{rest} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode()
            )
            while piece := there.recv(65536):
                self.wfile.write(piece)
        self.close_connection = True

    def do_CONNECT(self) -> None:
        """Carry bytes to and fro."""
        self.server.asked.append(self.path)  # type: ignore[attr-defined]  # known at run time only
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port)), SECONDS) as there:
            self.send_response(200)
            self.end_headers()
            sides = {self.connection: there, there: self.connection}
            while True:
                ready, _, _ = select.select([*sides], [], [], SECONDS)
                pieces = [(sides[one], one.recv(65536)) for one in ready]
                if not pieces or not all(piece for _, piece in pieces):
                    break
                for other, piece in pieces:
                    other.sendall(piece)
        self.close_connection = True


class Listening:
    """A server's address, and what it was asked so far."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.host, self.port = str(server.server_address[0]), int(server.server_address[1])
        self.url = f"http://{self.host}:{self.port}"

    @property
    def asked(self) -> list[str]:
        """Request targets, in their order."""
        return self._server.asked  # type: ignore[attr-defined,no-any-return]  # known at run time only


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, *arguments: Any) -> None:
        self.asked: list[str] = []
        super().__init__(*arguments)

    def handle_error(self, *_: Any) -> None:
        """Whoever was refused hangs up in the middle."""


class _UnixServer(_Server):
    address_family = socket.AF_UNIX if hasattr(socket, "AF_UNIX") else socket.AF_INET

    def server_bind(self) -> None:
        """Without the names and ports that a path has not."""
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "localhost", 0

    def get_request(self) -> tuple[Any, Any]:
        """A client that has an address to be logged by."""
        request, _ = self.socket.accept()
        return request, ("", 0)


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(SECONDS)


@contextmanager
def site(host: str = "127.0.0.1") -> Iterator[Listening]:
    """A web server that answers everything."""
    with _running(_Server((host, 0), _Site)) as server:
        yield Listening(server)


@contextmanager
def proxy() -> Iterator[Listening]:
    """A forward proxy on 127.0.0.1."""
    with _running(_Server(("127.0.0.1", 0), _Proxy)) as server:
        yield Listening(server)


@contextmanager
def site_at(path: str) -> Iterator[list[str]]:
    """A web server at a unix socket; what it was asked."""
    with suppress(FileNotFoundError), _running(_UnixServer(path, _Site)) as server:
        yield server.asked  # type: ignore[attr-defined]  # known at run time only
