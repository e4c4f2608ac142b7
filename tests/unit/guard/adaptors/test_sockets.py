"""Sockets of Python under the guard: every method, every way to have got hold of one, and controls beside them."""

from __future__ import annotations

import _socket
import asyncio
import errno
import os
import socket
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.errors import GuardError
from firedoor.guard import patching
from firedoor.guard.adaptors import sockets
from support.guarding import armed, configuration, declare, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

LIVE = ("127.0.0.2", 5432)
Captured = socket.socket


class Derived(Captured):
    """A class that was made before the guard stood."""


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """A listener that this process bound before the guard stood."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def guard(project: ProjectFolder, server: socket.socket) -> Iterator[Guard]:
    port = server.getsockname()[1]
    declare(project, testing=f'reach = ["127.0.0.1:{port}"]')
    with armed(configuration(project)) as standing:
        yield standing


CLASSES = (Captured, _socket.socket, Derived)


def using(cls: Any, kind: int, use: Callable[[Any], object]) -> Callable[[], object]:
    def attempt() -> object:
        made = cls(socket.AF_INET, kind)
        try:
            return use(made)
        finally:
            made.close()

    return attempt


STREAM, DATAGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM
WAYS: dict[str, tuple[int, Callable[[Any, Any], object]]] = {
    "connect": (STREAM, lambda sock, address: sock.connect(address)),
    "connect_ex": (STREAM, lambda sock, address: sock.connect_ex(address)),
    "UDP connect": (DATAGRAM, lambda sock, address: sock.connect(address)),
    "sendto": (DATAGRAM, lambda sock, address: sock.sendto(b"x", address)),
    "sendto with flags": (DATAGRAM, lambda sock, address: sock.sendto(b"x", 0, address)),
    "sendmsg": (DATAGRAM, lambda sock, address: sock.sendmsg([b"x"], [], 0, address)),
}


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_from_every_class(guard: Guard, server: socket.socket, cls: Any, way: str) -> None:
    kind, use = WAYS[way]
    for _ in range(2):
        found = refused(using(cls, kind, lambda sock: use(sock, LIVE)))
        assert [(one.code, one.subject) for one in found] == [("FD601", "DATABASE_URL")]
        assert refused(using(cls, kind, lambda sock: use(sock, server.getsockname()))) == ()


def test_what_is_allowed_arrives(guard: Guard, server: socket.socket) -> None:
    with socket.create_connection(server.getsockname()) as client:
        accepted, _ = server.accept()
        with accepted:
            client.sendmsg([b"a", b"b"])
            client.send(b"c")
            assert accepted.recv(3, socket.MSG_WAITALL) == b"abc"
    with Captured(type=DATAGRAM) as one, Captured(type=DATAGRAM) as other:
        other.bind(("127.0.0.1", 0))
        assert one.sendto(b"x", other.getsockname()) == 1
        assert other.recv(1) == b"x"
        one.connect(other.getsockname())
        assert one.sendmsg([b"y"], [], 0, None) == 1
        assert other.recv(1) == b"y"


def test_what_the_guard_binds_itself_is_nobodys(guard: Guard) -> None:
    with guard.unguarded(), Captured() as sock:
        sock.bind(("127.0.0.1", 0))
    assert guard.machine.listeners._bound == {}


def test_what_this_process_binds_meanwhile_is_its_own(guard: Guard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        place = other.getsockname()
        socket.create_connection(place).close()
    with pytest.raises(ConnectionRefusedError):  # nobody is there any more
        socket.create_connection(place)


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        (lambda sock: sock.connect("127.0.0.2"), TypeError),
        (lambda sock: sock.connect(["127.0.0.2", 5432]), TypeError),
        (lambda sock: sock.connect(), TypeError),
        (lambda sock: sock.sendto(b"x"), TypeError),
        (lambda sock: sock.sendto(b"x", ["127.0.0.2", 1]), TypeError),
        (lambda sock: sock.connect(("127.0.0.1", "5432")), TypeError),
    ],
)
def test_what_the_module_refuses_itself(guard: Guard, attempt: Callable[[Any], object], error: type) -> None:
    with pytest.raises(error):
        using(Captured, DATAGRAM, attempt)()


def test_addresses_that_cannot_be_remembered(guard: Guard, server: socket.socket) -> None:
    own = (bytearray(b"127.0.0.1"), server.getsockname()[1])
    live = (bytearray(b"127.0.0.2"), 5432)
    for way in ("connect", "sendto", "sendmsg"):
        kind, use = WAYS[way]
        assert refused(using(Captured, kind, lambda sock, use=use: use(sock, own))) == ()  # type: ignore[misc]  # a default binds the loop's own value
        found = refused(using(Captured, kind, lambda sock, use=use: use(sock, live)))  # type: ignore[misc]  # a default binds the loop's own value
        assert [one.code for one in found] == ["FD601"]


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no unix sockets")
def test_unix_sockets(guard: Guard, tmp_path: Path) -> None:
    def connect(path: Any) -> Callable[[], object]:
        def attempt() -> None:
            with Captured(socket.AF_UNIX) as client:
                client.connect(path)

        return attempt

    assert [one.subject for one in refused(connect("/run/live.sock"))] == ["CACHE"]
    assert [one.code for one in refused(connect(str(tmp_path / "other.sock")))] == ["FD602"]
    with Captured(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "own.sock"))
        listener.listen()
        connect(str(tmp_path / "own.sock"))()


# --- look-ups ---

LOOK_UPS: dict[str, Callable[[str], object]] = {
    "getaddrinfo": lambda name: socket.getaddrinfo(name, 443),
    "by name": lambda name: socket.getaddrinfo(host=name, port=443),
    "_socket": lambda name: _socket.getaddrinfo(name, 443),
    "_socket by name": lambda name: _socket.getaddrinfo(host=name, port=443),
    "gethostbyname": lambda name: socket.gethostbyname(name),
    "gethostbyname_ex": lambda name: socket.gethostbyname_ex(name),
    "create_connection": lambda name: socket.create_connection((name, 443)),
    "asyncio": lambda name: asyncio.run(look_up(name)),
    "bytes": lambda name: socket.getaddrinfo(name.encode(), "https"),
}


async def look_up(name: str) -> object:
    return await asyncio.get_running_loop().getaddrinfo(name, 443)


@pytest.mark.parametrize("way", LOOK_UPS)
def test_every_way_of_looking_up(guard: Guard, way: str) -> None:
    for name, code in (("api.example.com", "FD601"), ("elsewhere.test", "FD602")):
        assert [one.code for one in refused(lambda name=name: LOOK_UPS[way](name))] == [code]  # type: ignore[misc]  # a default binds the loop's own value


@pytest.mark.parametrize(
    "way", ["getaddrinfo", "by name", "_socket", "gethostbyname", "gethostbyname_ex", "asyncio"]
)
def test_this_machine_is_looked_up(guard: Guard, way: str) -> None:
    assert LOOK_UPS[way]("localhost")


def test_no_host_at_all(guard: Guard) -> None:
    assert socket.getaddrinfo(None, 80)
    with guard.unguarded():
        assert socket.getaddrinfo("127.0.0.2", 80)


def test_what_is_looked_up_counts_for_a_declared_name(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer of the system's resolver, whatever the guard would be told later."""
    declare(project, testing='reach = ["mail.test"]')
    answers = {
        "getaddrinfo": [(2, 1, 6, "", ("127.0.0.31", 25))],
        "gethostbyname": "127.0.0.32",
        "gethostbyname_ex": ("mail.test", [], ["127.0.0.33"]),
    }
    for name, answer in answers.items():
        monkeypatch.setattr(_socket, name, lambda *_, answer=answer: answer)
    monkeypatch.setattr(socket, "gethostbyname", _socket.gethostbyname)
    monkeypatch.setattr(socket, "gethostbyname_ex", _socket.gethostbyname_ex)
    with armed(configuration(project)) as guard:
        for name in answers:
            getattr(_socket, name)("mail.test", *([25] if name == "getaddrinfo" else []))
        told = guard.machine.addresses(["mail.test"])["mail.test"]
        assert {"127.0.0.31", "127.0.0.32", "127.0.0.33"} <= told


# --- threads, loops, children ---


def test_other_threads_are_guarded(guard: Guard) -> None:
    found: list[object] = []

    def work() -> None:
        found.extend(one.code for one in refused(lambda: socket.create_connection(LIVE)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == ["FD601"]


@pytest.mark.parametrize("way", ["sock_connect", "create_connection", "create_datagram_endpoint"])
def test_event_loops(guard: Guard, way: str, server: socket.socket) -> None:
    async def connect(address: Any) -> None:
        loop = asyncio.get_running_loop()
        if way == "sock_connect":
            with Captured() as sock:
                sock.setblocking(False)
                await loop.sock_connect(sock, address)
        elif way == "create_connection":
            transport, _ = await loop.create_connection(asyncio.Protocol, *address)
            transport.close()
        else:
            sent, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=address)
            sent.close()

    assert [one.code for one in refused(lambda: asyncio.run(connect(LIVE)))] == ["FD601"]
    asyncio.run(connect(server.getsockname()))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks")
def test_a_forked_child(guard: Guard, server: socket.socket) -> None:
    child = os.fork()
    if not child:  # pragma: no cover - the child's coverage is not written
        codes = [one.code for one in refused(lambda: socket.create_connection(LIVE))]
        socket.create_connection(server.getsockname()).close()
        os._exit(codes != ["FD601"])
    assert os.waitpid(child, 0)[1] == 0


# --- other interpreters ---


def test_where_c_code_cannot_be_changed_python_s_class_is(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch, server: socket.socket
) -> None:
    real = patching._dictionary

    def no_dictionary(owner: type) -> Any:
        if owner is _socket.socket:
            raise patching.NotPatchedError
        return real(owner)

    declare(project, testing=f'reach = ["127.0.0.1:{server.getsockname()[1]}"]')
    monkeypatch.setattr(patching, "_dictionary", no_dictionary)
    before = {**vars(socket.socket)}
    with armed(configuration(project)):
        for cls in (Captured, Derived):
            for kind, use in WAYS.values():
                assert [
                    one.code
                    for one in refused(using(cls, kind, lambda sock, use=use: use(sock, LIVE)))  # type: ignore[misc]  # a default binds the loop's own value
                ] == ["FD601"]
        socket.create_connection(server.getsockname()).close()
    assert {**vars(socket.socket)} == before


# --- what a refusal shows ---


@pytest.mark.parametrize("way", [*WAYS, *LOOK_UPS])
def test_no_frame_of_ours_holds_the_address(guard: Guard, way: str) -> None:
    if way in WAYS:
        kind, use = WAYS[way]
        attempt = using(Captured, kind, lambda sock: use(sock, LIVE))
    else:
        attempt = lambda: LOOK_UPS[way]("api.example.com")  # noqa: E731 - beside the other
    with pytest.raises(GuardError) as caught:
        attempt()
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    own = [frame for frame in frames.stack if "/firedoor/" in frame.filename.replace("\\", "/")]
    assert own
    assert [
        frame for frame in own if "127.0.0.2" in str(frame.locals) or "api.example" in str(frame.locals)
    ] == []


def test_the_library_is_the_module_of_c_code() -> None:
    assert sockets.LIBRARY in sys.modules


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's tables who listens")
def test_where_nobody_listens_the_systems_own_words_are_said(guard: Guard) -> None:
    """Who waits for a server that is to come up asks for these; and nothing is told of it at the end."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        place = other.getsockname()
    with pytest.raises(ConnectionRefusedError) as found:
        socket.create_connection(place)
    assert found.value.errno == errno.ECONNREFUSED
    with socket.socket() as sock:
        assert sock.connect_ex(place) == errno.ECONNREFUSED
    assert [*guard.refusals] == []
    with socket.socket() as sock:  # where one cannot know, and where production is, it is refused as ever
        assert [one.code for one in refused(lambda: sock.connect_ex(("192.0.2.7", 80)))] == ["FD602"]
        assert [one.code for one in refused(lambda: sock.connect_ex(("127.0.0.2", 5432)))] == ["FD601"]


def test_a_number_is_not_looked_up(guard: Guard) -> None:
    """Whether a text is an address is asked this way; no resolver hears of it."""
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("db.example.org", 80, 0, 0, 0, socket.AI_NUMERICHOST)
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("db.example.org", 80, flags=socket.AI_NUMERICHOST | socket.AI_PASSIVE)
    assert socket.getaddrinfo("192.0.2.7", 80, flags=socket.AI_NUMERICHOST)
    assert [*guard.refusals] == []
    assert [one.code for one in refused(lambda: socket.getaddrinfo("db.example.org", 80, flags=0))] == [
        "FD602"
    ]
