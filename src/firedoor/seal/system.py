"""The calls to the kernel that Python does not have. Each raises OSError with the kernel's number."""

import ctypes
import os
import struct
import sys

from firedoor.seal import numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.seal.filters import Program

if sys.platform == "linux":  # pragma: no branch - imported elsewhere, it has nothing to call
    _libc = ctypes.CDLL(None, use_errno=True)
    _libc.syscall.restype = ctypes.c_long


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def machine() -> str:
    """The kernel's name of the machine, which system calls have their numbers by."""
    return os.uname().machine


def _call(name: str, *arguments: object) -> int:
    return _checked(_libc.syscall(ctypes.c_long(numbers.CALLS[machine()][name]), *arguments))


def unshare(flags: int) -> None:
    """New namespaces for this process (os.unshare is of 3.12)."""
    _checked(_libc.unshare(ctypes.c_int(flags)))


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount as the system call does, with its arguments."""
    _checked(
        _libc.mount(
            source.encode(), os.fsencode(target), kind.encode(), ctypes.c_ulong(flags), data.encode() or None
        )
    )


def unmount(target: str) -> None:
    """Take a mount away now, though something may still use it."""
    _checked(_libc.umount2(os.fsencode(target), ctypes.c_int(numbers.MNT_DETACH)))


def die_with_parent(signal: int) -> None:
    """Be sent the signal when the thread that started this process ends."""
    _checked(_libc.prctl(numbers.PR_SET_PDEATHSIG, ctypes.c_ulong(signal), 0, 0, 0))


def gain_no_privileges() -> None:
    """From now on no program that is started gains rights by its file's bits."""
    _checked(_libc.prctl(numbers.PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0))


def filter_calls(program: "Program", flags: int) -> int:
    """seccomp(SECCOMP_SET_MODE_FILTER): the listener's descriptor where one is asked for.

    struct sock_fprog: unsigned short len, then a pointer to ``len`` of struct sock_filter (u16, u8, u8, u32).
    """
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    head = struct.pack("@HP", len(program), ctypes.addressof(buffer))
    return _call(
        "seccomp",
        ctypes.c_uint(numbers.SECCOMP_SET_MODE_FILTER),
        ctypes.c_uint(flags),
        ctypes.create_string_buffer(head, len(head)),
    )


def descriptor_of(process: int, descriptor: int) -> int:
    """Another process's descriptor, as one of this process. ``process`` is a pidfd."""
    return _call("pidfd_getfd", ctypes.c_int(process), ctypes.c_int(descriptor), ctypes.c_uint(0))


def connect(descriptor: int, address: bytes) -> int:
    """Connect to an address that is given in bytes: 0, or the error's number."""
    if _libc.connect(ctypes.c_int(descriptor), address, ctypes.c_uint(len(address))) < 0:
        return ctypes.get_errno()
    return 0


def signals_as_descriptor(signals: "list[int]") -> int:
    """A descriptor that blocked signals are read from: signalfd(2), with a sigset_t of 128 bytes as glibc has it."""
    bits = sum(1 << (number - 1) for number in signals)
    mask = ctypes.create_string_buffer(struct.pack("=Q", bits), 128)
    return _checked(
        _libc.signalfd(ctypes.c_int(-1), mask, ctypes.c_int(os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)))
    )


def landlock_version() -> int:
    """Which version of Landlock the kernel speaks; raises OSError where it speaks none."""
    return _call(
        "landlock_create_ruleset",
        None,
        ctypes.c_size_t(0),
        ctypes.c_uint(numbers.LANDLOCK_VERSION),
    )


def landlock(ports: "list[int]", *, scoped: bool) -> None:
    """Let this process and its children connect by TCP to these ports alone, and if ``scoped``, by no abstract name.

    struct landlock_ruleset_attr: u64 handled_access_fs, handled_access_net, scoped. struct landlock_net_port_attr: u64
    allowed_access, port.
    """
    attributes = struct.pack("=QQQ", 0, numbers.ACCESS_NET_CONNECT_TCP, numbers.SCOPE_ABSTRACT_UNIX)
    size = len(attributes) if scoped else len(attributes) - 8
    ruleset = _call("landlock_create_ruleset", attributes, ctypes.c_size_t(size), ctypes.c_uint(0))
    rule = (ctypes.c_uint64 * 2)(numbers.ACCESS_NET_CONNECT_TCP, 0)
    # tens of thousands of rules: with its types declared, a call costs half
    add = ctypes.CFUNCTYPE(
        ctypes.c_long,
        ctypes.c_long,
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_void_p,
        ctypes.c_int,
        use_errno=True,
    )(ctypes.cast(_libc.syscall, ctypes.c_void_p).value or 0)
    number, place = numbers.CALLS[machine()]["landlock_add_rule"], ctypes.addressof(rule)
    for port in ports:
        rule[1] = port
        if add(number, ruleset, numbers.RULE_NET_PORT, place, 0):
            _checked(-1)  # pragma: no cover - out of memory
    _call("landlock_restrict_self", ctypes.c_int(ruleset), ctypes.c_uint(0))
    os.close(ruleset)
