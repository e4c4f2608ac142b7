"""The inner side of a seal by addresses: two processes that make the namespaces and then become the command.

The first one enters new namespaces of users, networks, mounts and processes. Its child is process 1 of them: it puts
the seal on itself, starts the command, and ends with it; the kernel then ends whatever the command left behind. Each
of the two is killed when its parent ends, so that nothing is left when firedoor is killed.

Messages to the supervisor, on a socket of packets: ``unshared``, ``sealed`` with descriptors, ``started`` with one,
``ended N`` (a status of waitpid) and ``failed STEP N`` (an error's number). It answers the first two with ``on``.
"""

import _socket
import fcntl
import os
import signal
import struct
from contextlib import closing

from firedoor.seal import datagrams, descriptors, filters, listeners, names, numbers, system
from firedoor.seal.refusal import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Command = Callable[[], int]

# The steps, in order; which of them failed says what the kernel refuses.
NAMESPACES, MOUNTS, HOSTS, PROC, LOOPBACK, FILTER, UNKNOWN = (
    "namespaces",
    "mounts",
    "hosts",
    "proc",
    "loopback",
    "filter",
    "unknown",
)
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1  # linux/sockios.h, linux/if.h
_PROC = "/proc"
_SPACES = numbers.CLONE_NEWUSER | numbers.CLONE_NEWNET | numbers.CLONE_NEWNS | numbers.CLONE_NEWPID


class step:  # noqa: N801 - read as a word: with step(MOUNTS)
    """Names what fails within."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: object, _where: object) -> None:
        if isinstance(error, OSError):
            raise Refusal(self._name, error.errno or 0) from None


class Inside:
    """What the two processes need to know. ``command`` becomes the command, or returns an exit code."""

    def __init__(
        self,
        control: _socket.socket,
        command: "Command",
        hosts_file: bytes,
        places: "Iterable[datagrams.Place]",
        mask: "Iterable[int]",
    ) -> None:
        self.control = control
        self.command = command
        self.hosts_file = hosts_file
        self.places = tuple(places)
        self.mask = frozenset(mask)

    def tell(self, word: str, *handed: int) -> None:
        """Send a message, with descriptors."""
        rights = struct.pack(f"{len(handed)}i", *handed)
        ancillary = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)] if handed else []
        self.control.sendmsg([word.encode()], ancillary)

    def wait(self) -> None:
        """Wait for the supervisor; without it there is nothing to be done."""
        if self.control.recv(16) != b"on":
            os._exit(1)


def enter(
    inside: Inside, supervisor: int
) -> None:  # pragma: no cover - in a child, which coverage does not see
    """Be the first of the two. Does not return."""
    code = 1
    try:
        system.die_with_parent(signal.SIGKILL)
        if os.getppid() != supervisor:
            os._exit(1)
        with step(NAMESPACES):
            system.unshare(_SPACES)
        inside.tell("unshared")
        inside.wait()
        child = os.fork()
        if child == 0:
            _be_first(inside)
        inside.control.close()
        os.waitpid(child, 0)
        code = 0
    except Refusal as failure:
        inside.tell(f"failed {failure.step} {failure.number}")
    except Exception:  # noqa: BLE001 - whatever it was, the supervisor must hear of it
        inside.tell(f"failed {UNKNOWN} 0")
    finally:
        os._exit(code)


def _be_first(inside: Inside) -> None:  # pragma: no cover - as above
    """Be process 1: seal, start, reap, end."""
    try:
        system.die_with_parent(signal.SIGKILL)
        _mount(inside.hosts_file)
        with step(LOOPBACK):
            _raise_loopback()
            diagnosis = _socket.socket(
                numbers.AF_NETLINK, _socket.SOCK_RAW | _socket.SOCK_CLOEXEC, listeners.NETLINK_SOCK_DIAG
            )
            standing = datagrams.stand_at(inside.places)
        with step(FILTER):
            listener = _filter()
        inside.tell("sealed", listener, diagnosis.fileno(), *(socket.fileno() for socket in standing))
        inside.wait()
        os.close(listener)
        for socket in (diagnosis, *standing):
            socket.close()
        inside.tell(f"ended {_run(inside)}")
    except Refusal as failure:
        inside.tell(f"failed {failure.step} {failure.number}")
    except Exception:  # noqa: BLE001 - whatever it was, the supervisor must hear of it
        inside.tell(f"failed {UNKNOWN} 0")
    finally:
        os._exit(0)


def _run(inside: Inside) -> int:  # pragma: no cover - as above
    """Start the command and wait until it ends; whoever loses its parent meanwhile is reaped here."""
    command = os.fork()
    if command == 0:
        code = 1
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, inside.mask)
            descriptors.close_sockets()
            code = inside.command()
        finally:
            os._exit(code)
    process = os.pidfd_open(command)
    inside.tell("started", process)
    os.close(process)
    ended, status = 0, 0
    while ended != command:
        ended, status = os.wait()
    return status


def _mount(hosts_file: bytes) -> None:  # pragma: no cover - as above
    """The hosts file with the declared names, and a /proc that shows the sealed tree alone."""
    with step(MOUNTS):
        system.mount("none", "/", "", numbers.MS_REC | numbers.MS_PRIVATE)
    if hosts_file:
        with step(HOSTS):  # in a place that is covered anyway, so that nothing is left on a disk
            system.mount("tmpfs", _PROC, "tmpfs", numbers.MS_NOSUID | numbers.MS_NODEV, "mode=755")
            place = f"{_PROC}/hosts"
            with open(place, "xb", buffering=0) as file:
                file.write(hosts_file)
            os.chmod(place, 0o644)
            system.mount(place, names.HOSTS_FILE, "", numbers.MS_BIND)
            system.unmount(_PROC)
    with step(PROC):
        kind = "proc"
        system.mount(kind, _PROC, kind, numbers.MS_NOSUID | numbers.MS_NODEV | numbers.MS_NOEXEC)


def _raise_loopback() -> None:  # pragma: no cover - as above
    """struct ifreq: 16 bytes of name, then the flags as a short, 40 bytes in all."""
    with closing(_socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)) as socket:
        request = bytearray(struct.pack("16sh22x", b"lo", 0))
        fcntl.ioctl(socket.fileno(), _SIOCGIFFLAGS, request)
        (flags,) = struct.unpack_from("h", request, 16)
        struct.pack_into("h", request, 16, flags | _IFF_UP)
        fcntl.ioctl(socket.fileno(), _SIOCSIFFLAGS, request)


def _filter() -> int:  # pragma: no cover - as above
    """Put the filter on this process. Kernels before 5.19 may be asked twice for one call that a signal broke."""
    program = filters.by_address(system.machine())
    try:
        return system.filter_calls(program, numbers.FLAG_NEW_LISTENER | numbers.FLAG_WAIT_KILLABLE)
    except OSError:
        return system.filter_calls(program, numbers.FLAG_NEW_LISTENER)
