"""A forwarder on a loopback port: what is behind it has another address, and is the same thing."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECONDS = 30


class Forwarder:
    """``port`` leads to the target. ``watch`` sees each piece that a client sends, before the target does."""

    def __init__(self, target: int, watch: Callable[[bytes], None] | None = None, *, port: int = 0) -> None:
        self._target = target
        self._watch = watch
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = [self._listener]
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def close(self) -> None:
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(SECONDS)

    def _start(self, run: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=run, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target), SECONDS)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            self._open += [client, server]
            self._start(self._pump, client, server, self._watch)
            self._start(self._pump, server, client, None)

    def _pump(
        self, source: socket.socket, target: socket.socket, watch: Callable[[bytes], None] | None
    ) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if watch is not None:
                    watch(data)
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextmanager
def forwarding(target: int, watch: Callable[[bytes], None] | None = None, *, port: int = 0) -> Iterator[int]:
    """A port that leads to the port ``target``: any, or the one that is asked for."""
    forwarder = Forwarder(target, watch, port=port)
    try:
        yield forwarder.port
    finally:
        forwarder.close()
