"""Stand-ins for servers: they listen on loopback addresses, and remember whether anybody came."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE = 2.0  # seconds that a silent caller is waited for
_SIZE = 65536
_TRIES = 20  # a port that is free for TCP may be taken for UDP


class StandIn:
    """One server on a free port of a loopback address, by TCP and by UDP.

    ``port`` 0 is any that is free. ``answer`` makes what is sent back of what came in, empty to close; without it the
    stand-in closes in silence. ``behind`` is a real server that everything is passed on to instead.
    """

    def __init__(
        self,
        host: str,
        answer: Callable[[bytes], bytes] | None = None,
        *,
        greeting: bytes = b"",
        port: int = 0,
        behind: tuple[str, int] | None = None,
    ) -> None:
        self.host = host
        self._behind = behind
        self.answer = answer
        self._greeting = greeting
        self._came = 0
        self._ours: set[object] = set()
        self._met = threading.Semaphore(0)
        self.heard = bytearray()
        self._is_closing = False
        self._stream, self._packets = _bound(host, port)
        self.port: int = self._stream.getsockname()[1]
        self._serving = [
            threading.Thread(target=serve, daemon=True) for serve in (self._accept, self._receive)
        ]
        for one in self._serving:
            one.start()

    @property
    def was_reached(self) -> bool:
        """Whether anybody connected or sent something, up to now: those before are all met before we are."""
        self._knock()
        return self._came > 0

    def _meet(self, kind: int, port: int) -> bool:
        """Count a caller, unless it is ourselves."""
        if (kind, port) in self._ours:
            self._met.release()
            return False
        self._came += 1
        return True

    def close(self) -> None:
        """Stop listening. Behind it the port is free."""
        self._is_closing = True
        with suppress(OSError):
            self._knock()
        for one in self._serving:
            one.join(_PATIENCE)
        self._stream.close()
        self._packets.close()

    def _knock(self) -> None:
        """Come as somebody who is not counted, once by each way."""
        with socket.socket() as stream, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as packets:
            for one in (stream, packets):
                one.bind((self.host, 0))
                self._ours.add((one.type, one.getsockname()[1]))
                one.connect((self.host, self.port))
            packets.send(b"are you there")
            self._met.acquire(timeout=_PATIENCE)
            self._met.acquire(timeout=_PATIENCE)

    def _accept(self) -> None:
        with suppress(OSError):
            while not self._is_closing:
                caller, (_, port) = self._stream.accept()
                if not self._meet(socket.SOCK_STREAM, port):
                    caller.close()
                    continue
                threading.Thread(target=self._talk, args=(caller,), daemon=True).start()

    def _receive(self) -> None:
        with suppress(OSError):
            while not self._is_closing:
                _, sender = self._packets.recvfrom(_SIZE)
                self._meet(socket.SOCK_DGRAM, sender[1])

    def _talk(self, caller: socket.socket) -> None:
        with suppress(OSError), caller:
            if self._behind is not None:
                self._relay(caller, self._behind)
                return
            caller.settimeout(_PATIENCE)
            caller.sendall(self._greeting)
            while data := caller.recv(_SIZE):
                self.heard += data
                reply = b"" if self.answer is None else self.answer(data)
                if not reply:
                    return
                caller.sendall(reply)

    def _relay(self, caller: socket.socket, address: tuple[str, int]) -> None:
        """What a real server says, as it says it."""
        with socket.create_connection(address, _PATIENCE) as server:
            server.settimeout(None)

            def back() -> None:
                with suppress(OSError):
                    while reply := server.recv(_SIZE):
                        caller.sendall(reply)
                    caller.shutdown(socket.SHUT_RDWR)

            answering = threading.Thread(target=back, daemon=True)
            answering.start()
            with suppress(OSError):
                while data := caller.recv(_SIZE):
                    self.heard += data
                    server.sendall(data)
            with suppress(OSError):
                server.shutdown(socket.SHUT_WR)
            answering.join(_PATIENCE)


def _bound(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    """A listener and a receiver at one port; ``port`` 0 is one that is free for both. Raises OSError."""
    for left in range(_TRIES if port == 0 else 1, 0, -1):
        stream = socket.create_server((host, port))
        packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            packets.bind((host, stream.getsockname()[1]))
        except OSError:
            stream.close()
            packets.close()
            if left == 1:
                raise
        else:
            return stream, packets
    raise AssertionError


def http(body: bytes = b"ok", *, status: str = "200 OK", header: str = "") -> Callable[[bytes], bytes]:
    """What a web server answers to every request."""
    lines = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{header}\r\n"
    return lambda _: lines.encode() + body


def forwarding(host: str, port: int) -> Callable[[bytes], bytes]:
    """A proxy's answer: what the other server says to the same bytes."""

    def forward(data: bytes) -> bytes:
        with socket.create_connection((host, port), _PATIENCE) as other:
            other.settimeout(_PATIENCE)
            other.sendall(data)
            received = b""
            with suppress(OSError):
                while more := other.recv(_SIZE):
                    received += more
            return received

    return forward


def smtp(data: bytes) -> bytes:
    """What a mail server answers to one command."""
    verb = data[:4].upper()
    if verb == b"QUIT":
        return b"221 bye\r\n"
    return b"354 go on\r\n" if verb == b"DATA" else b"250 ok\r\n"
