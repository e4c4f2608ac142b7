"""A stand-in for a MongoDB server: it speaks enough of the wire protocol for a client to greet it and to write to it."""

from __future__ import annotations

import struct
import threading
from contextlib import contextmanager, suppress
from socket import create_server
from typing import TYPE_CHECKING, Any

import bson

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

HEADER = struct.Struct("<iiii")
QUERY, MESSAGE, REPLY = 2004, 2013, 1
GREETINGS = ("hello", "isMaster", "ismaster")


class MongodbStandIn:
    """``port`` answers; ``commands`` are (command, database) of everything but greetings, in order."""

    def __init__(self) -> None:
        self._listener = create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.commands: list[tuple[str, str]] = []
        self._clients: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for one in (self._listener, *self._clients):
            with suppress(OSError):
                one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._clients.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError, struct.error), client, client.makefile("rb") as stream:
            while True:
                length, number, _, kind = HEADER.unpack(stream.read(HEADER.size))
                body = stream.read(length - HEADER.size)
                client.sendall(self._answered(number, kind, body))

    def _answered(self, number: int, kind: int, body: bytes) -> bytes:
        if kind == QUERY:  # the first greeting: flags, the collection's name, two numbers, a document
            document = body[body.index(b"\0", 4) + 9 :]
            answer = bson.encode(self._said(bson.decode(document)))
            return _framed(number, REPLY, struct.pack("<iqii", 8, 0, 0, 1) + answer)
        # flags, a section's kind, its document; other sections hold what is written
        size = struct.unpack_from("<i", body, 5)[0]
        answer = bson.encode(self._said(bson.decode(body[5 : 5 + size])))
        return _framed(number, MESSAGE, struct.pack("<ib", 0, 0) + answer)

    def _said(self, command: dict[str, Any]) -> dict[str, Any]:
        name = next(iter(command))
        if name not in GREETINGS:
            self.commands.append((name, command["$db"]))
            return {"ok": 1.0, "n": 1}
        return {
            "ok": 1.0,
            "helloOk": True,
            "isWritablePrimary": True,
            "ismaster": True,
            "maxBsonObjectSize": 16 << 20,
            "maxMessageSizeBytes": 48 << 20,
            "maxWriteBatchSize": 100_000,
            "minWireVersion": 0,
            "maxWireVersion": 21,
        }


def _framed(number: int, kind: int, body: bytes) -> bytes:
    return HEADER.pack(HEADER.size + len(body), 1, number, kind) + body


@contextmanager
def serving() -> Iterator[MongodbStandIn]:
    """A running stand-in."""
    server = MongodbStandIn()
    try:
        yield server
    finally:
        server.close()
