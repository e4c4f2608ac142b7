"""Who listens, as the kernel tells it; datagrams that are sent on; what the kernel asks and is answered."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import struct
import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("only Linux has what a seal is made of", allow_module_level=True)

import _socket

from firedoor.seal import addresses, datagrams, listeners, numbers, terminal
from firedoor.seal.addresses import Address
from firedoor.seal.datagrams import Datagrams
from firedoor.seal.notification import Listener, Question
from support.sealing import FORKS

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.filterwarnings(FORKS)


@pytest.mark.parametrize(("listening", "asked"), [("127.0.0.2", "127.0.0.3"), ("::1", "127.0.0.2")])
def test_who_listens_is_found(listening: str, asked: str) -> None:
    known = listeners.here()
    family = socket.AF_INET6 if ":" in listening else socket.AF_INET
    with socket.create_server((listening, 0), family=family) as one:
        port = one.getsockname()[1]
        host = addresses.host_of(socket.inet_pton(family, listening))
        assert known.at(Address(family, host=host, port=port))
        assert not known.at(Address(family, host=host, port=port ^ 1))
        # whoever listens at the machine's own address may listen at all of them
        assert known.at(Address(socket.AF_INET, host=asked, port=port)) == (host == "localhost")
    assert not known.at(Address(family, host=host, port=port))
    known.close()


def test_unix_listeners_are_known_by_their_files(tmp_path: Path) -> None:
    known = listeners.here()
    with (
        socket.socket(socket.AF_UNIX) as one,
        socket.socket(socket.AF_UNIX) as bound,
        socket.socket(socket.AF_UNIX) as name,
    ):
        for each, path in ((one, tmp_path / "a"), (bound, tmp_path / "b")):
            each.bind(str(path))
        name.bind(f"\0firedoor-{os.getpid()}")
        one.listen(1)
        name.listen(1)
        assert known.have((tmp_path / "a").stat())
        assert not known.have((tmp_path / "b").stat())
        (tmp_path / "c").symlink_to(tmp_path / "a")
        assert known.have((tmp_path / "c").stat())
    assert not known.have((tmp_path / "a").stat())
    known.close()


def test_messages_of_the_kernel_are_read_to_their_end() -> None:
    def message(kind: int, body: bytes) -> bytes:
        return struct.pack("=IHHII", 16 + len(body), kind, 0, 1, 0) + body

    def attribute(number: int, value: bytes) -> bytes:
        return struct.pack("=HH", 4 + len(value), number) + value + bytes(-len(value) % 4)

    found: set[tuple[int, int]] = set()
    files = attribute(0, b"/name") + attribute(1, struct.pack("=II", 7, 8))
    assert not listeners.read_files(message(20, bytes(16) + files), found)
    assert not listeners.read_files(
        message(20, bytes(16)) + message(20, bytes(16) + attribute(1, bytes(8))), found
    )
    assert found == {(7, 8), (0, 0)}
    assert listeners.read_files(message(20, bytes(16)) + message(3, bytes(4)), found)
    assert listeners.read_files(message(2, bytes(4)), found)


def test_datagrams_are_sent_on_and_answered() -> None:
    """The one inside and the one outside stand at the same address in two networks; here they are told apart by hand."""
    inside = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    inside.bind(("127.0.0.1", 0))
    relay = Datagrams([inside])
    with socket.socket(type=socket.SOCK_DGRAM) as server, socket.socket(type=socket.SOCK_DGRAM) as client:
        server.bind(("127.0.0.1", 0))
        client.bind(("127.0.0.1", 0))
        client.settimeout(5)
        server.settimeout(5)
        sender = relay._sender(inside.fileno(), client.getsockname())
        sender.connect(server.getsockname())
        assert relay.descriptors == [inside.fileno(), sender.fileno()]
        client.sendto(b"asked", inside.getsockname())
        relay.pass_on(inside.fileno())
        assert server.recvfrom(9) == (b"asked", sender.getsockname())
        server.sendto(b"answered", sender.getsockname())
        select_readable(sender)
        relay.pass_on(sender.fileno())
        assert client.recvfrom(9) == (b"answered", inside.getsockname())
        relay.pass_on(inside.fileno())  # nothing is there
        relay.pass_on(-1)
    relay.close()


def select_readable(one: _socket.socket) -> None:
    import select

    assert select.select([one.fileno()], [], [], 5)[0]


def test_the_first_of_many_senders_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datagrams, "MOST_SENDERS", 2)
    inside = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    inside.bind(("127.0.0.1", 0))
    relay = Datagrams([inside])
    made = [relay._sender(inside.fileno(), ("127.0.0.1", port)) for port in (1, 2, 1, 3)]
    assert made[0] is made[2]
    assert made[0].fileno() == -1
    assert len(relay.descriptors) == 3
    relay.close()
    assert made[3].fileno() == -1


def test_places_are_stood_at() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = datagrams.stand_at([("127.0.0.1", port), ("::1", port), ("2001:db8::1", port)])
    assert [one.getsockname()[:2] for one in made if one.family == _socket.AF_INET] == [("127.0.0.1", port)]
    assert len(made) in (1, 2)  # nobody has the last address, and some machines have no IPv6
    for one in made:
        one.close()
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match="in use"):
            datagrams.stand_at([("127.0.0.1", taken.getsockname()[1])])


def test_questions_are_read_and_answers_written(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, bytes]] = []
    gone = False

    def ioctl(descriptor: int, request: int, data: bytearray | bytes) -> int:
        assert descriptor == 9
        if gone:
            raise OSError(errno.ENOENT, "")
        if request == numbers.NOTIF_RECV and isinstance(data, bytearray):
            data[:] = struct.pack("=QIIiIQ6Q", 5, 77, 0, 42, 1, 2, 3, 4096, 16, 0, 0, 0)
        told.append((request, bytes(data)))
        return 0

    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    listener = Listener(9)
    question = listener.receive()
    assert question is not None
    assert [getattr(question, name) for name in Question.__slots__] == [3, 5, 16, 4096, 77]
    assert listener.is_open(question)
    listener.answer(question, errno.EACCES)
    assert listener.replace(question, 8, close_on_exec=True)
    assert listener.replace(question, 8, close_on_exec=False)
    assert told[1:] == [
        (numbers.NOTIF_ID_VALID, struct.pack("=Q", 5)),
        (numbers.NOTIF_SEND, struct.pack("=QqiI", 5, 0, -errno.EACCES, 0)),
        (numbers.NOTIF_ADDFD, struct.pack("=QIIII", 5, 1, 8, 3, os.O_CLOEXEC)),
        (numbers.NOTIF_ADDFD, struct.pack("=QIIII", 5, 1, 8, 3, 0)),
    ]
    gone = True
    assert listener.receive() is None
    assert not listener.is_open(question)
    assert not listener.replace(question, 8, close_on_exec=True)


def test_a_terminal_is_given_back() -> None:
    """In a session of its own: whose terminal it is, is taken away as an interactive shell does, and is given back."""
    leader, follower = os.openpty()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setsid()
            fcntl.ioctl(follower, 0x540E, 0)  # TIOCSCTTY
            os.dup2(follower, 0)
            with terminal.given_back():
                other = os.fork()
                if other == 0:
                    os.setpgid(0, 0)
                    os.read(leader, 1)
                    os._exit(0)
                os.setpgid(other, other)
                os.tcsetpgrp(0, other)
                os.kill(other, 9)
                os.waitpid(other, 0)
            code = 0 if os.tcgetpgrp(0) == os.getpgrp() else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    os.close(leader)
    os.close(follower)
    assert os.waitstatus_to_exitcode(status) == 0


def test_without_a_terminal_there_is_nothing_to_give_back() -> None:
    with terminal.given_back():
        pass
