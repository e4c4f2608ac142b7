"""Servers outside a seal: they answer whoever reaches them, and remember what they were told."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DECLARED, FOREIGN = "127.0.0.1", "127.0.0.2"
ANSWER = b"outside"


class Outside:
    """Each listens at the same port: by TCP and UDP at both addresses, and on unix sockets in a folder.

    ``heard`` names those that anything has arrived at.
    """

    def __init__(self, folder: Path) -> None:
        self.heard: list[str] = []
        self.folder = folder
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        first = self._listen("tcp", socket.AF_INET, (DECLARED, 0))
        self.port: int = first.getsockname()[1]
        self._listen("tcp-foreign", socket.AF_INET, (FOREIGN, self.port))
        self._take("udp", (DECLARED, self.port))
        self._take("udp-foreign", (FOREIGN, self.port))
        self._listen("unix", socket.AF_UNIX, str(folder / "declared.sock"))
        self._listen("unix-foreign", socket.AF_UNIX, str(folder / "foreign.sock"))
        self.name = f"firedoor-{self.port}"
        self._listen("abstract", socket.AF_UNIX, f"\0{self.name}-declared")
        self._listen("abstract-foreign", socket.AF_UNIX, f"\0{self.name}")
        datagrams = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        datagrams.bind(str(folder / "datagrams.sock"))
        self._start("unix-datagram", datagrams, self._answer_datagrams)

    def _listen(self, name: str, family: int, address: tuple[str, int] | str) -> socket.socket:
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen(16)
        self._start(name, listener, self._answer_connections)
        return listener

    def _take(self, name: str, address: tuple[str, int]) -> None:
        taker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        taker.bind(address)
        self._start(name, taker, self._answer_datagrams)

    def _start(self, name: str, one: socket.socket, serve: object) -> None:
        one.settimeout(0.05)
        self._sockets.append(one)
        thread = threading.Thread(target=serve, args=(name, one))  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
        thread.start()
        self._threads.append(thread)

    def _answer_connections(self, name: str, listener: socket.socket) -> None:
        while listener.fileno() >= 0:
            with suppress(OSError):
                connection, _ = listener.accept()
                self.heard.append(name)
                with connection:
                    connection.settimeout(5)
                    connection.recv(100)
                    connection.sendall(ANSWER)

    def _answer_datagrams(self, name: str, taker: socket.socket) -> None:
        while taker.fileno() >= 0:
            with suppress(OSError):
                _, sender = taker.recvfrom(100)
                self.heard.append(name)
                if sender:
                    taker.sendto(ANSWER, sender)

    def close(self) -> None:
        """End all of them."""
        for one in self._sockets:
            one.close()
        for thread in self._threads:
            thread.join()


@contextmanager
def running(folder: Path) -> Iterator[Outside]:
    """The servers, for as long as the block lasts."""
    servers = Outside(folder)
    try:
        yield servers
    finally:
        servers.close()
