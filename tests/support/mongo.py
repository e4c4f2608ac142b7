"""A stand-in for a MongoDB server, which no package of Debian's holds: it speaks OP_MSG and notes the commands."""

from __future__ import annotations

import socketserver
import struct
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import bson

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = struct.Struct("<iiii")
_OP_MSG, _OP_QUERY, _OP_REPLY = 2013, 2004, 1
HELLO = {
    "ok": 1,
    "isWritablePrimary": True,
    "ismaster": True,
    "helloOk": True,
    "maxWireVersion": 25,
    "minWireVersion": 0,
    "maxBsonObjectSize": 16 * 1024 * 1024,
    "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
    "logicalSessionTimeoutMinutes": 30,
    "setName": "one",
    "secondary": False,
}


class MongoServer:
    """``commands`` are the names of what was asked, without the talk between client and server."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.host, self.port = "127.0.0.1", 0

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    def answer(self, command: dict[str, Any]) -> dict[str, Any]:
        name = next(iter(command))
        if name.lower() in ("hello", "ismaster"):
            return {**HELLO, "me": self.address, "hosts": [self.address], "primary": self.address}
        if name not in ("ping", "endSessions"):
            self.commands.append(name)
        cursor = {"id": 0, "ns": "shop.$cmd", "firstBatch": []}
        return {
            "ok": 1,
            "n": 1,
            "nModified": 1,
            "cursor": cursor,
            "nErrors": 0,
            "nDeleted": 1,
            "nUpserted": 0,
        } | {
            "nInserted": 0,
            "nMatched": 1,
        }


class _Handler(socketserver.BaseRequestHandler):
    server: Any

    def handle(self) -> None:
        while header := self._read(_HEADER.size):
            length, number, _, kind = _HEADER.unpack(header)
            body = self._read(length - _HEADER.size)
            if kind == _OP_QUERY:  # flags, name, skip, return, document
                command = bson.decode(body[body.index(b"\0", 4) + 9 :])
                reply = struct.pack("<iqii", 8, 0, 0, 1) + bson.encode(self.server.mongo.answer(command))
                self._send(_OP_REPLY, number, reply)
            else:
                size = struct.unpack_from("<i", body, 5)[0]
                command = bson.decode(body[5 : 5 + size])
                answer = self.server.mongo.answer(command)
                if not struct.unpack_from("<i", body)[0] & 2:  # more to come: no answer is wanted
                    self._send(_OP_MSG, number, b"\0" * 5 + bson.encode(answer))

    def _send(self, kind: int, number: int, body: bytes) -> None:
        self.request.sendall(_HEADER.pack(_HEADER.size + len(body), 0, number, kind) + body)

    def _read(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            try:
                piece = self.request.recv(length - len(data))
            except OSError:
                piece = b""
            if not piece:
                return b""
            data += piece
        return data


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


@contextmanager
def running_mongo() -> Iterator[MongoServer]:
    """Listen on a free loopback port until the end of the block."""
    mongo = MongoServer()
    with _Server((mongo.host, 0), _Handler) as server:
        server.mongo = mongo  # type: ignore[attr-defined]  # put there by the test
        mongo.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield mongo
        finally:
            server.shutdown()
            thread.join()
