"""uvloop under the guard: what it does by a library of C, each beside its control."""

from __future__ import annotations

import asyncio
import socket
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.errors import GuardError
from support.guarding import armed, configuration, declare, refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

uvloop = pytest.importorskip("uvloop")
TRUE = "/bin/true"


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def guard(project: ProjectFolder, server: socket.socket) -> Iterator[Guard]:
    declare(project, testing=f'reach = ["127.0.0.1:{server.getsockname()[1]}"]')
    with armed(configuration(project)) as standing:
        yield standing


async def connected(loop: Any, host: str, port: int) -> None:
    transport, _ = await loop.create_connection(asyncio.Protocol, host, port)
    transport.close()


async def connected_by_name(loop: Any, host: str, port: int) -> None:
    transport, _ = await loop.create_connection(asyncio.Protocol, host=host, port=str(port))
    transport.close()


async def endpoint(loop: Any, host: str, port: int) -> None:
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(host, port))
    transport.sendto(b"x")
    transport.close()


async def sent(loop: Any, host: str, port: int) -> None:
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    try:
        transport.sendto(b"x", (host, port))
    finally:
        transport.close()


async def by_socket(loop: Any, host: str, port: int) -> None:
    with socket.socket() as sock:
        sock.setblocking(False)
        await loop.sock_connect(sock, (host, port))


async def by_streams(_: Any, host: str, port: int) -> None:
    _, writer = await asyncio.open_connection(host, port)
    writer.close()


async def looked_up(loop: Any, host: str, port: int) -> None:
    name = "localhost" if host == "127.0.0.1" else "api.example.com"
    await loop.getaddrinfo(name, port)


async def started(_: Any, host: str, port: int) -> None:
    made = await asyncio.create_subprocess_exec(TRUE, host)
    assert await made.wait() == 0


async def started_by_shell(_: Any, host: str, port: int) -> None:
    made = await asyncio.create_subprocess_shell(f"{TRUE} {host}")
    assert await made.wait() == 0


async def started_with_variables(_: Any, host: str, port: int) -> None:
    made = await asyncio.create_subprocess_exec(TRUE, env={"PGHOST": host})
    assert await made.wait() == 0


WAYS = [
    connected,
    connected_by_name,
    endpoint,
    sent,
    by_socket,
    by_streams,
    looked_up,
    started,
    started_by_shell,
    started_with_variables,
]


def run(way: Callable[[Any, str, int], Awaitable[None]], host: str, port: int) -> None:
    async def main() -> None:
        await way(asyncio.get_running_loop(), host, port)

    uvloop.run(main())


@pytest.mark.parametrize("way", WAYS)
def test_every_way(guard: Guard, server: socket.socket, way: Any) -> None:
    code = "FD604" if "start" in way.__name__ else "FD601"
    assert [one.code for one in refused(lambda: run(way, "127.0.0.2", 5432))] == [code]
    run(way, *server.getsockname())


def test_unix_sockets(guard: Guard, tmp_path: Path) -> None:
    async def connect(loop: Any, path: str, _: int) -> None:
        transport, _unused = await loop.create_unix_connection(asyncio.Protocol, path)
        transport.close()

    async def endpoint_of(loop: Any, path: str, _: int) -> None:
        await loop.create_datagram_endpoint(asyncio.DatagramProtocol, None, path, family=socket.AF_UNIX)

    for way in (connect, endpoint_of):
        assert [one.subject for one in refused(lambda way=way: run(way, "/run/live.sock", 0))] == ["CACHE"]  # type: ignore[misc]  # a default binds the loop's own value
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "own.sock"))
        listener.listen()
        run(connect, str(tmp_path / "own.sock"), 0)


def test_what_is_no_address(guard: Guard) -> None:
    """A socket that is handed over was looked at when it connected; what listens connects to nobody."""

    async def handed(loop: Any, host: str, port: int) -> None:
        one, other = socket.socketpair()
        with one, other:
            one.setblocking(False)
            transport, _ = await loop.create_connection(asyncio.Protocol, sock=one)
            transport.close()
            other.setblocking(False)
            transport, _ = await loop.create_unix_connection(asyncio.Protocol, sock=other)
            transport.close()
            transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))
            transport.close()
            assert await loop.getaddrinfo(None, 80)

    run(handed, "", 0)


def test_an_open_environment_is_not_asked(project: ProjectFolder, server: socket.socket) -> None:
    before = uvloop.loop.Loop.__dict__["create_connection"]
    with armed(configuration(declare(project), "production")):
        assert uvloop.loop.Loop.__dict__["create_connection"] is before
    assert uvloop.loop.Loop.__dict__["create_connection"] is before


@pytest.mark.parametrize("way", WAYS)
def test_no_frame_of_ours_holds_the_value(guard: Guard, way: Any) -> None:
    with pytest.raises(GuardError) as caught:
        run(way, "127.0.0.2", 5432)
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    own = [frame for frame in frames.stack if "/firedoor/" in frame.filename.replace("\\", "/")]
    assert own
    assert [frame for frame in own if "127.0.0.2" in str(frame.locals)] == []
