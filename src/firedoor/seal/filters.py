"""The filters of system calls, as programs of the kernel's packet filter. Pure.

An instruction is (code, jump if true, jump if not, operand), as ``struct sock_filter`` of linux/filter.h. A program
looks at ``struct seccomp_data``: number, architecture, instruction pointer and six arguments of 64 bits, of which the
kernel reads only the lower half where its own parameter is an int, as it is in all that is looked at here.
"""

import errno

from firedoor.seal import numbers
from firedoor.seal.numbers import RET_ALLOW, RET_ERRNO, RET_USER_NOTIF

TYPE_CHECKING = False
if TYPE_CHECKING:
    Instruction = tuple[int, int, int, int]
    Program = list[Instruction]

# linux/bpf_common.h
LOAD, AND, JUMP_EQUAL, JUMP_GREATER_EQUAL, JUMP_SET, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16

REFUSED = RET_ERRNO | errno.EACCES
UNKNOWN_CALL = RET_ERRNO | errno.ENOSYS
UNKNOWN_FAMILY = RET_ERRNO | errno.EAFNOSUPPORT
NO_FAST_OPEN = RET_ERRNO | errno.EOPNOTSUPP


def _load_argument(index: int) -> "Instruction":
    return (LOAD, 0, 0, _ARGUMENTS + 8 * index)


def _return(value: int) -> "Instruction":
    return (RETURN, 0, 0, value)


def _if_equal(value: int, then: "Program") -> "Program":
    return [(JUMP_EQUAL, 0, len(then), value), *then]


def by_address(machine: str) -> "Program":
    """For a tree in a network of its own: every connect(2) is told to the supervisor.

    Internet sockets of any kind may be made, since they are in the tree's own network. Datagrams of unix sockets need
    no connect(2), and a path leads out of any network: there are none. Raises KeyError for an unknown machine.
    """
    unix = _unix_of_streams()
    sockets = [
        _load_argument(0),
        *_if_equal(numbers.AF_INET, [_return(RET_ALLOW)]),
        *_if_equal(numbers.AF_INET6, [_return(RET_ALLOW)]),
        *_if_equal(numbers.AF_NETLINK, [_return(RET_ALLOW)]),
        *_if_equal(numbers.AF_UNIX, unix),
        _return(UNKNOWN_FAMILY),
    ]
    return _program(machine, {"connect": [_return(RET_USER_NOTIF)], "socket": sockets})


def by_port(machine: str, *, unix: bool) -> "Program":
    """For a tree in the common network, where Landlock looks at ports of TCP and at nothing else.

    ``unix``: whether sockets with a path may be made. Raises KeyError for an unknown machine.
    """
    tcp = [
        _load_argument(1),
        (AND, 0, 0, numbers.SOCK_TYPE_MASK),
        *_if_equal(
            numbers.SOCK_STREAM,
            [
                _load_argument(2),
                *_if_equal(0, [_return(RET_ALLOW)]),
                *_if_equal(numbers.IPPROTO_TCP, [_return(RET_ALLOW)]),
            ],
        ),
        _return(REFUSED),
    ]
    sockets = [
        _load_argument(0),
        *_if_equal(numbers.AF_INET, tcp),
        *_if_equal(numbers.AF_INET6, tcp),
        *_if_equal(numbers.AF_NETLINK, [_return(RET_ALLOW)]),
        *_if_equal(numbers.AF_UNIX, _unix_of_streams() if unix else [_return(REFUSED)]),
        _return(UNKNOWN_FAMILY),
    ]
    return _program(machine, {"socket": sockets})


def _unix_of_streams() -> "Program":
    return [
        _load_argument(1),
        (AND, 0, 0, numbers.SOCK_TYPE_MASK),
        *_if_equal(numbers.SOCK_STREAM, [_return(RET_ALLOW)]),
        *_if_equal(numbers.SOCK_SEQPACKET, [_return(RET_ALLOW)]),
        _return(REFUSED),
    ]


def _program(machine: str, rules: "dict[str, Program]") -> "Program":
    """What both filters share, and the rules of one. The rest is allowed."""
    calls = numbers.CALLS[machine]
    common = {
        "ioctl": _without_keys(),
        "socketpair": _unix_of_streams(),
        **{name: _without_fast_open(index) for name, index in _FLAGS.items()},
        **{name: [_return(UNKNOWN_CALL)] for name in calls if name.startswith("io_uring")},
    }
    return [
        (LOAD, 0, 0, _ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, numbers.ARCHITECTURES[machine]),
        _return(UNKNOWN_CALL),
        (LOAD, 0, 0, _NUMBER),
        (JUMP_GREATER_EQUAL, 0, 1, numbers.X32_BIT),
        _return(UNKNOWN_CALL),
        *(step for name, body in (rules | common).items() for step in _if_equal(calls[name], body)),
        _return(RET_ALLOW),
    ]


def _without_keys() -> "Program":
    """A terminal takes keys as if somebody had pressed them: the shell outside would run what they spell."""
    return [
        _load_argument(1),
        *_if_equal(numbers.TIOCSTI, [_return(REFUSED)]),
        *_if_equal(numbers.TIOCLINUX, [_return(REFUSED)]),
        _return(RET_ALLOW),
    ]


# Which argument of the call holds the flags.
_FLAGS = {"sendto": 3, "sendmsg": 2, "sendmmsg": 3}


def _without_fast_open(index: int) -> "Program":
    """A first packet with data connects by itself, past connect(2)."""
    return [
        _load_argument(index),
        (JUMP_SET, 0, 1, numbers.MSG_FASTOPEN),
        _return(NO_FAST_OPEN),
        _return(RET_ALLOW),
    ]
