"""What a sealed command inherits: descriptors are rights that no seal sees."""

import fcntl
import os
import stat
from contextlib import closing

_STANDARD = 3
# Devices that lead nowhere: memory (null, zero, random), terminals, consoles, pseudo-terminals.
_HARMLESS_DEVICES = frozenset((1, 4, 5, *range(136, 144)))


def is_harmless(mode: int, device: int) -> bool:
    """Whether an open file, by its st_mode and st_rdev, may be inherited: no socket, no namespace, no ring."""
    if stat.S_ISCHR(mode):
        return os.major(device) in _HARMLESS_DEVICES
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISFIFO(mode) or stat.S_ISBLK(mode)


def close_sockets() -> None:
    """Close what the command would inherit and must not have. For a process that is about to become another."""
    for name in os.listdir("/proc/self/fd"):
        descriptor = int(name)
        if descriptor < _STANDARD:
            continue
        try:
            if fcntl.fcntl(descriptor, fcntl.F_GETFD) & fcntl.FD_CLOEXEC:
                continue
            found = os.fstat(descriptor)
        except OSError:  # the listing's own
            continue
        # files without a place, such as rings and event queues, have no type at all, and namespaces are on a nsfs
        if not is_harmless(found.st_mode, found.st_rdev) or _is_namespace(descriptor):
            os.close(descriptor)


def _is_namespace(descriptor: int) -> bool:
    return os.readlink(f"/proc/self/fd/{descriptor}").partition(":")[0] in {
        "cgroup",
        "ipc",
        "mnt",
        "net",
        "pid",
        "time",
        "user",
        "uts",
    }


def open_sockets() -> "list[int]":
    """Which of stdin, stdout and stderr are sockets by which something outside can be reached, whatever the seal."""
    return [descriptor for descriptor in range(_STANDARD) if _leads_out(descriptor)]


def _leads_out(descriptor: int) -> bool:
    """A socket of the network does; one of the machine's own does if each of its datagrams may name another path."""
    try:
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return False
    except OSError:  # closed
        return False
    import _socket  # the socket module builds enums

    with closing(_socket.socket(fileno=os.dup(descriptor))) as found:
        kinds = (_socket.SOCK_STREAM, _socket.SOCK_SEQPACKET)
        return found.family != _socket.AF_UNIX or found.type not in kinds
