"""What bench/seal.py runs: a server outside, and the client that measures a connection to it, sealed or not.

python sealed.py serve                 prints its port, then serves until it is ended
python sealed.py measure PORT          prints {"round trip": seconds, "throughput": bytes a second, "connect": seconds}
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time

TRIPS = 4_000
CONNECTS = 150
BLOCK = bytes(1 << 18)
BLOCKS = 3_000


def serve() -> None:
    """One connection at a time, each in a process of its own: an echo, or a sink for what begins with a ``t``."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                answer(connection)
                os._exit(0)
            connection.close()
            while sys.platform != "win32" and _reaped():
                pass


def _reaped() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


def answer(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    into = bytearray(1 << 20)
    if connection.recv(1) == b"t":
        while connection.recv_into(into):
            pass
        connection.sendall(b"!")
        return
    while data := connection.recv(64):
        connection.sendall(data)


def connected(port: int, first: bytes) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.sendall(first)
    return made


def measure(port: int) -> dict[str, float]:
    with connected(port, b"r") as line:
        started = time.perf_counter()
        for _ in range(TRIPS):
            line.sendall(b"0123456789abcdef")
            line.recv(64)
        trip = (time.perf_counter() - started) / TRIPS
    with connected(port, b"t") as line:
        started = time.perf_counter()
        for _ in range(BLOCKS):
            line.sendall(BLOCK)
        line.shutdown(socket.SHUT_WR)
        line.recv(1)
        throughput = BLOCKS * len(BLOCK) / (time.perf_counter() - started)
    started = time.perf_counter()
    made = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTS)]
    connect = (time.perf_counter() - started) / CONNECTS
    for line in made:
        line.close()
    return {"round trip": trip, "throughput": throughput, "connect": connect}


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    print(json.dumps(measure(int(sys.argv[2]))))
