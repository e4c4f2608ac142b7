"""Each connect(2), as the supervisor sees it: asked by this process itself, answered by a stand-in for the kernel."""

from __future__ import annotations

import ctypes
import errno
import os
import select
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

if sys.platform != "linux":
    pytest.skip("only Linux has what a seal is made of", allow_module_level=True)

from firedoor.endpoints import Endpoint
from firedoor.seal import handover, listeners
from firedoor.seal.caller import Caller, Identity
from firedoor.seal.connections import Connections
from firedoor.seal.notices import Notices
from firedoor.seal.notification import Question
from firedoor.seal.policy import Policy
from support.sealing import FORKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings(FORKS)


class Kernel:
    """Takes the answers. What is put in a descriptor's place, is put in this process's own."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, int]] = []
        self.replaced: list[tuple[int, bool]] = []
        self.is_there = True
        self.has_room = True

    def is_open(self, _question: Question) -> bool:
        return self.is_there

    def answer(self, question: Question, error: int) -> None:
        self.answers.append((question.key, error))

    def replace(self, question: Question, descriptor: int, *, close_on_exec: bool) -> bool:
        if self.has_room:
            os.dup2(descriptor, question.descriptor)
            self.replaced.append((question.descriptor, close_on_exec))
        return self.has_room


class Tree:
    """Stands for the sealed tree: its sockets count as inner ones unless ``as_outside``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kernel = Kernel()
        self.said: list[str] = []
        self.declared = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.declared.getsockname()[1]
        self.policy = Policy(
            [
                self._endpoint(host="localhost", port=self.port),
                self._endpoint(path=f"{folder}/declared.sock"),
                self._endpoint(path="@firedoor-declared"),
                self._endpoint(host="192.0.2.1", port=9),
            ],
            [
                Endpoint(
                    environment="production",
                    family="http",
                    host="192.0.2.7",
                    port=9,
                    variable="API",
                    protected=True,
                )
            ],
        )
        self.connections = self._connections()
        self.connections.own_listeners.at = lambda address: False  # type: ignore[method-assign] # nobody listens inside
        self.connections.outside = b"another network"
        self._memory: list[Any] = []

    @staticmethod
    def _endpoint(**given: Any) -> Endpoint:
        return Endpoint(environment="testing", family="reach", **given)

    def _connections(self) -> Connections:
        return Connections(
            self.policy,
            self.kernel,  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
            listeners.here(),
            Notices("testing", self.said.append),
        )

    def as_outside(self) -> None:
        """From here on sockets count as made outside before."""
        with socket.socket() as one:
            self.connections.outside = handover.network(one)

    def asks(self, descriptor: int, data: bytes, *, pointer: int | None = None) -> int:
        """Connect a descriptor; the answer's number once it is there."""
        buffer = ctypes.create_string_buffer(data, len(data))
        self._memory.append(buffer)
        address = ctypes.addressof(buffer) if pointer is None else pointer
        key = len(self.kernel.answers)
        self.connections.begin(Question(key, os.getpid(), descriptor, address, len(data)))
        while len(self.kernel.answers) == key and self.connections.waits:
            (descriptor,) = self.connections.waits
            poll = select.poll()
            poll.register(descriptor, select.POLLIN | select.POLLOUT)
            assert poll.poll(10_000)
            self.connections.go_on(descriptor)
        return self.kernel.answers[key][1]

    def close(self) -> None:
        self.declared.close()
        self.connections.close()


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    made = Tree(tmp_path)
    yield made
    made.close()


def inet(host: str, port: int) -> bytes:
    return b"\2\0" + port.to_bytes(2) + socket.inet_aton(host) + bytes(8)


def unix(path: str) -> bytes:
    return b"\1\0" + path.encode()


@pytest.mark.parametrize("timeout", [None, 5])
def test_the_declared_is_connected_outside_and_handed_over(tree: Tree, timeout: int | None) -> None:
    with socket.socket() as one:
        one.settimeout(timeout)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 50_000)
        answer = tree.asks(one.fileno(), inet("127.0.0.1", tree.port))
        assert answer in ({0} if timeout is None else {0, errno.EINPROGRESS})
        assert tree.kernel.replaced == [(one.fileno(), True)]
        peer, _ = tree.declared.accept()
        with peer:
            peer.sendall(b"reached")
            assert one.recv(9) == b"reached"
        assert one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
        assert one.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) == 100_000
        assert os.get_blocking(one.fileno()) == (timeout is None)
    assert not tree.said


def test_a_descriptor_that_children_keep_stays_one(tree: Tree) -> None:
    with socket.socket() as one:
        one.set_inheritable(True)
        assert tree.asks(one.fileno(), inet("127.0.0.1", tree.port)) == 0
        assert tree.kernel.replaced == [(one.fileno(), False)]


def test_without_room_for_it_the_connection_is_none(tree: Tree) -> None:
    tree.kernel.has_room = False
    with socket.socket() as one:
        assert tree.asks(one.fileno(), inet("127.0.0.1", tree.port)) == errno.EMFILE


def test_nobody_there_is_nobody_there(tree: Tree) -> None:
    tree.declared.close()
    with socket.socket() as one:
        assert tree.asks(one.fileno(), inet("127.0.0.1", tree.port)) == errno.ECONNREFUSED
        assert not tree.kernel.replaced


def test_what_is_undeclared_is_refused_and_said(tree: Tree) -> None:
    with socket.socket() as one, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        assert tree.asks(one.fileno(), inet("192.0.2.9", 9)) == errno.EACCES
        assert tree.asks(one.fileno(), inet("192.0.2.7", 9)) == errno.EACCES
        assert tree.asks(datagrams.fileno(), inet("192.0.2.9", 53)) == errno.EACCES
    assert [line.split()[2] for line in tree.said] == ["FD623", "FD622", "FD623"]
    assert "look up a name" in tree.said[2]


def test_loopback_stays_inside_and_it_is_said_when_only_the_outside_listens(tree: Tree) -> None:
    with socket.create_server(("127.0.0.2", 0)) as other, socket.socket() as one:
        # the stand-in has one network: here the connection comes about, under a seal nobody is there
        assert tree.asks(one.fileno(), inet("127.0.0.2", other.getsockname()[1])) == 0
        assert not tree.kernel.replaced
    assert [line.split()[2] for line in tree.said] == ["FD623"]
    with socket.socket() as one:
        assert tree.asks(one.fileno(), inet("127.0.0.3", 1)) == errno.ECONNREFUSED
    assert len(tree.said) == 1


def test_an_own_listener_goes_before_the_declared_address(tree: Tree) -> None:
    tree.connections.own_listeners.at = lambda address: True  # type: ignore[method-assign]  # stands in for it
    with socket.socket() as one:
        assert tree.asks(one.fileno(), inet("127.0.0.1", tree.port)) == 0
        assert not tree.kernel.replaced


def test_datagrams_stay_in_their_own_network(tree: Tree) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        assert tree.asks(one.fileno(), inet("127.0.0.1", tree.port)) == 0
        assert one.getpeername() == ("127.0.0.1", tree.port)
        assert not tree.kernel.replaced
        assert tree.asks(one.fileno(), bytes(16)) == 0  # given up
        with pytest.raises(OSError, match="not connected"):
            one.getpeername()


def test_a_socket_from_outside_leads_nowhere_else(tree: Tree) -> None:
    with socket.socket() as one, socket.socket(socket.AF_UNIX) as local:
        tree.as_outside()
        assert tree.asks(one.fileno(), inet("127.0.0.1", tree.port)) == 0
        assert tree.asks(one.fileno(), inet("127.0.0.1", tree.port)) == errno.EISCONN
        assert tree.asks(one.fileno(), inet("127.0.0.2", tree.port)) == errno.EACCES
        assert tree.asks(one.fileno(), bytes(16)) == errno.EACCES
        assert tree.asks(local.fileno(), unix("\0firedoor-other")) == errno.EACCES
        assert not tree.kernel.replaced


def test_names_of_unix_sockets(tree: Tree) -> None:
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as one:
        listener.bind("\0firedoor-declared")
        listener.listen(1)
        assert tree.asks(one.fileno(), unix("\0firedoor-declared")) == 0
        assert tree.kernel.replaced == [(one.fileno(), True)]
    with socket.socket(socket.AF_UNIX) as one:
        assert tree.asks(one.fileno(), unix("\0firedoor-nobody")) == errno.ECONNREFUSED


def test_paths_of_unix_sockets(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree.folder)
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as other:
        for one, name in ((listener, "declared.sock"), (other, "own.sock")):
            one.bind(name)
            one.listen(2)
        for path in ("declared.sock", f"{tree.folder}/declared.sock", "own.sock"):
            with socket.socket(socket.AF_UNIX) as client:
                assert tree.asks(client.fileno(), unix(path)) == 0
        assert not tree.kernel.replaced
        other.close()
        with socket.socket(socket.AF_UNIX) as client:
            assert tree.asks(client.fileno(), unix("own.sock")) == errno.EACCES  # nobody's any more
            assert tree.asks(client.fileno(), unix("none.sock")) == errno.ENOENT
            assert tree.asks(client.fileno(), unix("/etc/passwd")) == errno.ECONNREFUSED
    assert [line.split()[2] for line in tree.said] == ["FD623"]


def test_a_full_listener_is_waited_for_in_a_process_of_its_own(tree: Tree) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{tree.folder}/declared.sock")
        listener.listen(0)
        with socket.socket(socket.AF_UNIX) as first, socket.socket(socket.AF_UNIX) as second:
            assert tree.asks(first.fileno(), unix(f"{tree.folder}/declared.sock")) == 0
            second.setblocking(False)
            assert tree.asks(second.fileno(), unix(f"{tree.folder}/declared.sock")) == errno.EAGAIN
            second.setblocking(True)
            buffer = ctypes.create_string_buffer(unix(f"{tree.folder}/declared.sock"))
            question = Question(9, os.getpid(), second.fileno(), ctypes.addressof(buffer), len(buffer))
            tree.connections.begin(question)
            (waiting,) = tree.connections.waits
            accepted, _ = listener.accept()
            accepted.close()
            poll = select.poll()
            poll.register(waiting, select.POLLIN)
            assert poll.poll(10_000)
            tree.connections.go_on(waiting)
            assert tree.kernel.answers[-1] == (9, 0)


def test_another_account_is_connected_as_itself(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Identity, "is_ours", lambda _: False)
    monkeypatch.setattr(Identity, "become", lambda _: None)
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as one:
        listener.bind(f"{tree.folder}/declared.sock")
        listener.listen(1)
        assert tree.asks(one.fileno(), unix(f"{tree.folder}/declared.sock")) == 0
        assert one.getpeername() == f"{tree.folder}/declared.sock"


@pytest.mark.parametrize(
    ("data", "pointer", "expected"),
    [(b"\2\0", None, errno.EINVAL), (b"", None, errno.EINVAL), (bytes(16), 8, errno.EFAULT)],
)
def test_what_is_no_address(tree: Tree, data: bytes, pointer: int | None, expected: int) -> None:
    with socket.socket() as one:
        assert tree.asks(one.fileno(), data, pointer=pointer) == expected


def test_what_is_no_socket(tree: Tree) -> None:
    reading, writing = os.pipe()
    assert tree.asks(reading, inet("127.0.0.1", 1)) == errno.ENOTSOCK
    os.close(reading)
    os.close(writing)
    assert tree.asks(999, inet("127.0.0.1", 1)) == errno.EBADF


def test_who_is_gone_is_not_connected(tree: Tree) -> None:
    tree.kernel.is_there = False
    with socket.socket() as one:
        buffer = ctypes.create_string_buffer(inet("127.0.0.1", tree.port), 16)
        tree.connections.begin(Question(0, os.getpid(), one.fileno(), ctypes.addressof(buffer), 16))
    assert (tree.kernel.answers, tree.kernel.replaced, tree.connections.waits) == ([], [], {})


@pytest.mark.parametrize("reason", ["late", "gone", "end"])
def test_waiting_ends(tree: Tree, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from firedoor.seal import system

    monkeypatch.setattr(system, "connect", lambda *_: errno.EINPROGRESS)  # nobody answers there
    with socket.socket() as one:
        if reason == "late":
            one.setsockopt(
                socket.SOL_SOCKET, socket.SO_SNDTIMEO, (0).to_bytes(8, "little") + (1).to_bytes(8, "little")
            )
        buffer = ctypes.create_string_buffer(inet("192.0.2.1", 9), 16)
        tree.connections.begin(Question(0, os.getpid(), one.fileno(), ctypes.addressof(buffer), 16))
        assert len(tree.connections.waits) == 1
        if reason != "late":
            tree.connections.give_up()
            assert len(tree.connections.waits) == 1
        tree.kernel.is_there = reason != "gone"
        while tree.connections.waits:
            (tree.connections.close if reason == "end" else tree.connections.give_up)()
        assert tree.kernel.answers == [(0, errno.ECONNABORTED if reason == "end" else errno.EINPROGRESS)]


def test_a_caller_is_known_by_its_thread() -> None:
    caller = Caller(os.getpid())
    identity = caller.identity()
    assert (identity.user, identity.group) == (os.geteuid(), os.getegid())
    assert identity.is_ours()
    assert not Identity(identity.user + 1, identity.group, identity.groups).is_ours()
    assert not Identity(identity.user, identity.group, (*identity.groups, 12345)).is_ours()
    assert caller.name()
    assert Caller(2**22 + 1).name() == ""


def test_options_of_another_kind_are_left_alone() -> None:
    with socket.socket(socket.AF_UNIX) as one:
        made = handover.twin(one)
        assert (made.family, made.type, made.proto) == (socket.AF_UNIX, socket.SOCK_STREAM, 0)
        made.close()
        assert handover.patience(one) is None


def test_what_fails_on_the_way_is_answered(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> Any:
        raise OSError(errno.ENFILE, "")

    with socket.socket() as one:
        monkeypatch.setattr(Caller, "closes_on_exec", fails)
        assert tree.asks(one.fileno(), inet("127.0.0.1", tree.port)) == errno.EBADF
        monkeypatch.setattr(handover, "twin", fails)
        assert tree.asks(one.fileno(), inet("127.0.0.1", tree.port)) == errno.ENFILE


def test_a_declared_path_that_is_gone_outside_is_nobody_s(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX) as bound, socket.socket(socket.AF_UNIX) as one:
        bound.bind(f"{tree.folder}/declared.sock")  # bound, and listens to nobody

        def lstat(path: str) -> os.stat_result:
            raise FileNotFoundError(errno.ENOENT, "", path)

        monkeypatch.setattr(os, "lstat", lstat)
        assert tree.asks(one.fileno(), unix(f"{tree.folder}/declared.sock")) == errno.EACCES
