"""What is done with each connect(2) of the sealed tree.

The kernel never runs one that the tree asked for: the address is copied, judged, and used from the copy, on a socket
that is held here. So nothing that the tree changes meanwhile, address or descriptor, changes where it leads.
"""

import _socket
import errno
import os
import select
import signal
import stat
import struct
import time
from contextlib import closing

from firedoor.seal import addresses, handover, listeners, numbers, system
from firedoor.seal.caller import Caller
from firedoor.seal.policy import OUTSIDE, REFUSED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.seal.addresses import Address
    from firedoor.seal.caller import Identity
    from firedoor.seal.notices import Notices
    from firedoor.seal.notification import Listener, Question
    from firedoor.seal.policy import Policy

    Finish = Callable[[int], None]

_GOING_ON = (0, errno.EINPROGRESS)
_NAMES = 53  # where name servers listen


class Wait:
    """A connection that is not there yet. ``finish`` is called with an error's number or 0, at last."""

    __slots__ = ("deadline", "error", "finish", "question")

    def __init__(
        self, question: "Question", error: "Callable[[], int]", finish: "Finish", patience: "float | None"
    ) -> None:
        self.question = question
        self.error = error
        self.finish = finish
        self.deadline = None if patience is None else time.monotonic() + patience


class Connections:
    """All connections that are being made. ``waits`` are those that are not there yet, by descriptor."""

    def __init__(
        self,
        policy: "Policy",
        listener: "Listener",
        own_listeners: listeners.Listeners,
        notices: "Notices",
    ) -> None:
        self.waits: dict[int, Wait] = {}
        self.policy = policy
        self.listener = listener
        self.own_listeners = own_listeners
        self.other_listeners = listeners.here()
        self.notices = notices
        with closing(_socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)) as here:
            self.outside = handover.network(here)

    def begin(self, question: "Question") -> None:
        """Answer the question, or have it waited for."""
        caller = Caller(question.thread)
        try:
            data = caller.address(question.pointer, question.length)
            descriptor = caller.descriptor(question.descriptor)
        except OSError as reason:
            self.listener.answer(question, errno.EFAULT if reason.errno == errno.EIO else _number(reason))
            return
        try:
            socket = _socket.socket(fileno=descriptor)
        except OSError as reason:
            os.close(descriptor)
            self.listener.answer(question, _number(reason))
            return
        try:
            # after this nobody else can have got the thread's number before what was read of it
            if self.listener.is_open(question):
                _Connecting(self, question, caller, socket, data).decide()
            else:
                socket.close()
        except OSError as reason:  # the caller ended, or this process has no descriptor left
            self.listener.answer(question, _number(reason))
            socket.close()

    def go_on(self, descriptor: int) -> None:
        """What was waited for has come."""
        wait = self.waits.pop(descriptor)
        wait.finish(wait.error())

    def give_up(self) -> None:
        """End what takes longer than its caller wants, or whose caller is gone."""
        now = time.monotonic()
        for descriptor, wait in list(self.waits.items()):
            is_late = wait.deadline is not None and now > wait.deadline
            if is_late or not self.listener.is_open(wait.question):
                del self.waits[descriptor]
                wait.finish(errno.EINPROGRESS)

    def close(self) -> None:
        """End what is still being made."""
        for wait in self.waits.values():
            wait.finish(errno.ECONNABORTED)
        self.waits.clear()
        self.own_listeners.close()
        self.other_listeners.close()


class _Connecting:
    """One of them."""

    def __init__(
        self, around: Connections, question: "Question", caller: Caller, socket: _socket.socket, data: bytes
    ) -> None:
        self._around = around
        self._question = question
        self._caller = caller
        self._socket = socket
        self._data = data
        self._blocks = os.get_blocking(socket.fileno())
        self._is_outside = handover.network(socket) == around.outside

    def decide(self) -> None:
        address = addresses.read(self._data)
        if address is None:
            self._end(errno.EINVAL)
        elif address.is_internet:
            self._to_internet(address)
        elif address.family != numbers.AF_UNIX:  # to end a connection, or the kernel's own
            self._end(errno.EACCES) if self._is_outside else self._in_place()
        elif address.path.startswith("@"):
            self._to_name(address)
        else:
            self._to_path(address)

    def _to_internet(self, address: "Address") -> None:
        verdict = self._around.policy.verdict(address)
        if self._is_outside:  # made for it before, and asked again whether it is there
            self._in_place() if verdict.kind == OUTSIDE else self._refuse(address, verdict.endpoint)
        elif verdict.kind == REFUSED:
            self._refuse(address, verdict.endpoint)
        elif (
            verdict.kind == OUTSIDE
            and self._is_tcp()
            and not (address.is_loopback and self._around.own_listeners.at(address))
        ):
            self._in_other_place()
        else:
            self._say_if_only_outside(address, verdict.kind == OUTSIDE)
            self._in_place()

    def _is_tcp(self) -> bool:
        socket = self._socket
        return socket.type == _socket.SOCK_STREAM and socket.proto in {
            0,
            numbers.IPPROTO_TCP,
            numbers.IPPROTO_MPTCP,
        }

    def _say_if_only_outside(self, address: "Address", is_declared: bool) -> None:
        """Nobody answers inside; that somebody would outside is worth a word."""
        if is_declared or not self._is_tcp() or self._around.own_listeners.at(address):
            return
        if self._around.other_listeners.at(address):
            self._say(address)

    def _to_name(self, address: "Address") -> None:
        verdict = self._around.policy.verdict_of_path(address.path)
        if verdict.kind == OUTSIDE:
            self._in_other_place()
        elif self._is_outside:
            self._refuse(address, verdict.endpoint)
        else:
            self._in_place()

    def _to_path(self, address: "Address") -> None:
        try:
            place = self._caller.file(address.path)
        except OSError as reason:
            self._end(_number(reason))
            return
        try:
            self._to_file(address, place)
        finally:
            os.close(place)

    def _to_file(self, address: "Address", place: int) -> None:
        file = os.fstat(place)
        real = os.readlink(f"/proc/self/fd/{place}")
        verdict = self._around.policy.verdict_of_path(real)
        is_declared = verdict.kind == OUTSIDE and _is_same(real, file)
        if not stat.S_ISSOCK(file.st_mode):
            self._end(errno.ECONNREFUSED)
        elif not is_declared and not self._around.own_listeners.have(file):
            self._refuse(address, verdict.endpoint)
        else:
            # by the descriptor: what its path leads to may have changed
            self._data = struct.pack("=H", numbers.AF_UNIX) + f"/proc/self/fd/{place}".encode() + b"\0"
            identity = self._caller.identity()
            if identity.is_ours():
                error = self._connect()
                if not (error == errno.EAGAIN and self._blocks):
                    self._end(error)
                    return
            self._in_child(identity)

    def _connect(self) -> int:
        """Connect the caller's own socket, without waiting."""
        descriptor = self._socket.fileno()
        if self._blocks:
            os.set_blocking(descriptor, False)  # the callers', too, but for as long as this call takes
        try:
            return system.connect(descriptor, self._data)
        finally:
            if self._blocks:
                os.set_blocking(descriptor, True)

    def _in_place(self) -> None:
        """In the socket's own network, on the socket itself."""
        error = self._connect()
        if error == errno.EINPROGRESS and self._blocks:
            self._wait(self._socket, self._end)
        else:
            self._end(error)

    def _in_other_place(self) -> None:
        """Outside, on a fresh socket that then is the caller's."""
        fresh = handover.twin(self._socket)
        error = system.connect(fresh.fileno(), self._data)

        def finish(error: int) -> None:
            with closing(fresh):
                if error in _GOING_ON:
                    error = self._hand_over(fresh, error)
            self._end(error)

        if error == errno.EINPROGRESS and self._blocks:
            self._wait(fresh, finish)
        else:
            finish(error)

    def _hand_over(self, fresh: _socket.socket, error: int) -> int:
        question, listener = self._question, self._around.listener
        os.set_blocking(fresh.fileno(), self._blocks)
        try:
            closes = self._caller.closes_on_exec(question.descriptor)
        except OSError:  # closed meanwhile, by another thread
            return errno.EBADF
        return error if listener.replace(question, fresh.fileno(), close_on_exec=closes) else errno.EMFILE

    def _wait(self, socket: _socket.socket, finish: "Finish") -> None:
        def error() -> int:
            found = socket.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR)
            found = found or system.connect(socket.fileno(), self._data)  # so that the socket knows, too
            return 0 if found == errno.EISCONN else found

        patience = handover.patience(self._socket)
        self._around.waits[socket.fileno()] = Wait(self._question, error, finish, patience)

    def _in_child(self, identity: "Identity") -> None:
        """As whom the caller is, and for as long as it takes: who listens asks the kernel who has connected."""
        child = os.fork()
        if child == 0:  # pragma: no cover - in another process
            self._be_child(identity)
        watched = os.pidfd_open(child)

        def error() -> int:
            _, status = os.waitpid(child, 0)
            return os.waitstatus_to_exitcode(status)

        def finish(error: int) -> None:
            os.close(watched)
            self._end(error if error >= 0 else errno.ECONNABORTED)

        self._around.waits[watched] = Wait(self._question, error, finish, None)

    def _be_child(self, identity: "Identity") -> None:  # pragma: no cover - in another process
        error = errno.EPERM
        try:
            system.die_with_parent(signal.SIGKILL)
            if not identity.is_ours():
                identity.become()
            error = system.connect(self._socket.fileno(), self._data)
        finally:
            os._exit(error)

    def _refuse(self, address: "Address", endpoint: object = None) -> None:
        del endpoint
        self._say(address)
        self._end(errno.EACCES)

    def _say(self, address: "Address") -> None:
        policy, notices = self._around.policy, self._around.notices
        if address.path:
            notices.say(self._caller.name(), policy.verdict_of_path(address.path).endpoint, path=address.path)
            return
        looks_up = address.port == _NAMES
        notices.say(self._caller.name(), policy.verdict(address).endpoint, looks_up=looks_up)

    def _end(self, error: int) -> None:
        self._around.listener.answer(self._question, error)
        self._socket.close()


def _is_same(path: str, file: os.stat_result) -> bool:
    """Whether the path leads to the file outside as well: inside, something else may be mounted over it."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return (found.st_dev, found.st_ino) == (file.st_dev, file.st_ino)


def _number(reason: OSError) -> int:
    return reason.errno or errno.EPERM


READY = select.POLLIN | select.POLLOUT if hasattr(select, "poll") else 0
