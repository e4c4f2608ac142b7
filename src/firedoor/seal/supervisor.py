"""The outer side of a seal by addresses: the process that the command was started from, and that outlives it."""

import _socket
import os
import select
import signal
import struct
from functools import partial

from firedoor.seal import connections, datagrams, enclosure, listeners, system, terminal
from firedoor.seal.notification import Listener
from firedoor.seal.refusal import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.seal.enclosure import Command
    from firedoor.seal.notices import Notices
    from firedoor.seal.policy import Policy

_READ = 4096
_HAPPENED = select.POLLIN | select.POLLOUT if hasattr(select, "poll") else 0
_LOOK_AGAIN = 500  # milliseconds: how often it is looked whether somebody still waits
# asm-generic/siginfo.h: sent by the kernel itself, as a terminal does for a key, to the whole group of processes.
_BY_KERNEL = 0x80
# struct signalfd_siginfo: u32 signo, s32 errno, s32 code, 128 bytes in all.
_SIGNAL = struct.Struct("=Iii116x")
FORWARDED = tuple(
    getattr(signal, name)
    for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2")
    if hasattr(signal, name)
)


def run(policy: "Policy", command: "Command", hosts_file: bytes, notices: "Notices") -> int:
    """Run the command sealed by addresses. Its status as of waitpid. Raises Refusal where the kernel refuses."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)
    try:
        with terminal.given_back():
            return _Supervisor(policy, command, hosts_file, notices, before).run()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Supervisor:
    def __init__(
        self,
        policy: "Policy",
        command: "Command",
        hosts_file: bytes,
        notices: "Notices",
        mask: "set[int] | set[signal.Signals]",
    ) -> None:
        self._policy = policy
        self._notices = notices
        self._status: int | None = None
        self._command: int | None = None
        self._goes_on = True
        self._connections: connections.Connections | None = None
        self._datagrams = datagrams.Datagrams(())
        places = policy.places()[: datagrams.MOST_PLACES]
        self._listener: Listener | None = None
        self._control, inner = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
        self._signals = system.signals_as_descriptor(list(FORWARDED))
        self._first = self._start(enclosure.Inside(inner, command, hosts_file, places, mask))
        inner.close()

    def _start(self, inside: enclosure.Inside) -> int:
        own = os.getpid()
        child = os.fork()
        if child == 0:  # pragma: no cover - in another process
            self._control.close()
            enclosure.enter(inside, own)
        return child

    def run(self) -> int:
        """Serve until the command has ended, and nothing of it is left."""
        try:
            while self._status is None and self._turn():
                pass
        finally:
            self._end()
        if self._status is None:
            return signal.SIGKILL  # somebody killed the seal, and the command with it
        return self._status

    def _turn(self) -> bool:
        """Wait for what happens next, and see to it; False when nothing will."""
        watched = self._watched()
        poll = select.poll()
        for descriptor, (events, _) in watched.items():
            poll.register(descriptor, events)
        waits = self._connections is not None and bool(self._connections.waits)
        for descriptor, events in poll.poll(_LOOK_AGAIN if waits else None):
            watched[descriptor][1](events)
        if self._connections is not None:
            self._connections.give_up()
        return self._goes_on

    def _watched(self) -> "dict[int, tuple[int, Callable[[int], None]]]":
        """What may happen, by descriptor: what it is waited for, and who sees to it."""
        watched: dict[int, tuple[int, Callable[[int], None]]] = {
            self._control.fileno(): (select.POLLIN, self._listen),
            self._signals: (select.POLLIN, self._pass_on),
        }
        for descriptor in self._datagrams.descriptors:
            watched[descriptor] = (select.POLLIN, partial(self._send_on, descriptor))
        if self._connections is not None and self._listener is not None:
            watched[self._listener.descriptor] = (select.POLLIN, self._ask)
            for descriptor in self._connections.waits:
                watched[descriptor] = (_HAPPENED, partial(self._go_on, descriptor))
        return watched

    def _send_on(self, descriptor: int, _events: int) -> None:
        self._datagrams.pass_on(descriptor)

    def _go_on(self, descriptor: int, _events: int) -> None:
        if self._connections is not None:  # pragma: no branch - for the type checker: only it is waited for
            self._connections.go_on(descriptor)

    def _ask(self, events: int) -> None:
        question = self._listener.receive() if self._listener and events & select.POLLIN else None
        if question is not None and self._connections is not None:
            self._connections.begin(question)

    def _listen(self, _events: int) -> None:
        """Read one message of the inner side, and do what it asks for. Without one it is gone."""
        space = _socket.CMSG_SPACE(4 * (2 + datagrams.MOST_PLACES))
        try:
            data, ancillary, _, _ = self._control.recvmsg(_READ, space, _socket.MSG_CMSG_CLOEXEC)
            handed = [
                number
                for level, kind, rights in ancillary
                if (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_RIGHTS)
                for (number,) in struct.iter_unpack("i", rights)
            ]
            word, *rest = data.decode().split() or [""]
            self._answers[word](*rest, *handed)
        except ConnectionError:  # killed before it had read what was sent to it
            self._goes_on = False

    @property
    def _answers(self) -> "dict[str, Callable[..., None]]":
        """What is done at each word of the inner side."""
        return {
            "unshared": self._map,
            "sealed": self._oversee,
            "started": self._started,
            "ended": self._ended,
            "failed": self._failed,
            "": self._gone,
        }

    def _map(self) -> None:
        map_identities(self._first)
        self._control.send(b"on")

    def _started(self, command: int) -> None:
        self._command = command

    def _ended(self, status: str) -> None:
        self._status = int(status)

    def _failed(self, step: str, number: str) -> None:
        raise Refusal(step, int(number))

    def _gone(self) -> None:
        self._goes_on = False

    def _oversee(self, listener: int, diagnosis: int, *standing: int) -> None:
        self._datagrams = datagrams.Datagrams(_socket.socket(fileno=number) for number in standing)
        self._listener = Listener(listener)
        # kernels before 5.14 do not say which network a socket belongs to
        with enclosure.step(enclosure.FILTER):
            self._connections = connections.Connections(
                self._policy,
                self._listener,
                listeners.Listeners(_socket.socket(fileno=diagnosis)),
                self._notices,
            )
        self._control.send(b"on")

    def _pass_on(self, _events: int) -> None:
        """Send on what was sent to this process alone: what a terminal sends, the command has got, too."""
        for number, _, code in _SIGNAL.iter_unpack(os.read(self._signals, _SIGNAL.size * len(FORWARDED))):
            if code != _BY_KERNEL and self._command is not None:
                try:
                    signal.pidfd_send_signal(self._command, number)
                except OSError:  # it has just ended
                    continue

    def _end(self) -> None:
        """Whatever happened: nothing is left of the inner side when this returns."""
        if self._status is None:
            os.kill(self._first, signal.SIGKILL)
        os.waitpid(self._first, 0)
        self._control.close()
        self._datagrams.close()
        if self._connections is not None:
            self._connections.close()
        listener = None if self._listener is None else self._listener.descriptor
        for descriptor in (self._signals, self._command, listener):
            if descriptor is not None:
                os.close(descriptor)


def map_identities(process: int) -> None:
    """Let the process and its children be whom they are outside: all who may be mapped, or the own user alone."""
    with enclosure.step(enclosure.NAMESPACES):
        try:
            for table in ("uid_map", "gid_map"):
                _write(process, table, identity_map(_read(table)))
        except PermissionError:
            _write(process, "uid_map", f"{os.geteuid()} {os.geteuid()} 1")
            _write(process, "setgroups", "deny")
            _write(process, "gid_map", f"{os.getegid()} {os.getegid()} 1")


def identity_map(outer: str) -> str:
    """A map that gives everybody of the outer one its own number."""
    rows = (line.split() for line in outer.splitlines())
    return "\n".join(f"{first} {first} {count}" for first, _, count in rows)


def _read(table: str) -> str:
    with open(f"/proc/self/{table}", encoding="ascii") as file:
        return file.read()


def _write(process: int, table: str, text: str) -> None:
    descriptor = os.open(f"/proc/{process}/{table}", os.O_WRONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
