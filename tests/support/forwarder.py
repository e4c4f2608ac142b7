"""A TCP forwarder: what hides a server behind another address. It also counts what goes to and fro."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Heard = Callable[[bytes], None]


class Forwarder:
    """Listens on a loopback port of its own and passes everything on to another.

    ``asked`` are the pieces that clients sent, in order: a client that waits for answers sends one for each round
    trip. ``before_answer`` is called with each piece before it is passed on.
    """

    def __init__(self, target: int, before_answer: Heard | None = None) -> None:
        self.asked: list[bytes] = []
        self._target = target
        self._before_answer = before_answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)

    def cut(self) -> None:
        """Break off every connection."""
        for one in self._open:
            _end(one)

    def close(self) -> None:
        """Stop listening, and break off every connection."""
        _end(self._listener)
        self.cut()

    def _start(self, act: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=act, args=arguments, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open += [client, server]
            self._start(self._pass, client, server, self._heard)
            self._start(self._pass, server, client, None)

    def _heard(self, piece: bytes) -> None:
        self.asked.append(piece)
        if self._before_answer is not None:
            self._before_answer(piece)

    def _pass(self, source: socket.socket, sink: socket.socket, heard: Heard | None) -> None:
        try:
            while piece := source.recv(65536):
                if heard is not None:
                    heard(piece)
                sink.sendall(piece)
        except OSError:
            pass
        _end(sink)
        _end(source)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def forwarding(target: int, before_answer: Heard | None = None) -> Iterator[Forwarder]:
    """A forwarder to a loopback port, as long as the block runs."""
    forwarder = Forwarder(target, before_answer)
    try:
        yield forwarder
    finally:
        forwarder.close()
