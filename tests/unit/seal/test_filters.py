"""The filters as data: what they say about every call that could lead out of the seal."""

from __future__ import annotations

import errno

import pytest

from firedoor.seal import filters, numbers
from firedoor.seal.numbers import RET_ALLOW, RET_USER_NOTIF
from support.packet_filter import verdict

MACHINES = sorted(numbers.CALLS)
DENIED, UNKNOWN, NO_FAMILY, NO_SUCH = (
    0x00050000 | number for number in (errno.EACCES, errno.ENOSYS, errno.EAFNOSUPPORT, errno.EOPNOTSUPP)
)
UNIX, INET, INET6, NETLINK, PACKET, VSOCK = 1, 2, 10, 16, 17, 40
STREAM, DGRAM, RAW, SEQPACKET = 1, 2, 3, 5
FLAGS = 0o2004000  # SOCK_CLOEXEC | SOCK_NONBLOCK
FAST_OPEN, NO_SIGNAL = 0x20000000, 0x4000

BOTH = [
    (("sendto", 3, 0, 9, NO_SIGNAL), RET_ALLOW),
    (("sendto", 3, 0, 9, NO_SIGNAL | FAST_OPEN), NO_SUCH),
    (("sendto", FAST_OPEN, FAST_OPEN, FAST_OPEN, 0, FAST_OPEN), RET_ALLOW),  # not where the flags are
    (("sendmsg", 3, 0, NO_SIGNAL), RET_ALLOW),
    (("sendmsg", 3, 0, FAST_OPEN), NO_SUCH),
    (("sendmsg", 3, 0, FAST_OPEN | 1 << 40), NO_SUCH),
    (("sendmmsg", 3, 0, 2, 0), RET_ALLOW),
    (("sendmmsg", 3, 0, 2, FAST_OPEN), NO_SUCH),
    (("io_uring_setup", 8), UNKNOWN),
    (("io_uring_enter", 8), UNKNOWN),
    (("io_uring_register", 8), UNKNOWN),
    (("socketpair", UNIX, STREAM | FLAGS), RET_ALLOW),
    (("socketpair", UNIX, SEQPACKET), RET_ALLOW),
    (("socketpair", UNIX, DGRAM), DENIED),
    (("socketpair", UNIX, RAW), DENIED),
    (("socket", UNIX, DGRAM), DENIED),
    (("socket", UNIX, DGRAM | FLAGS), DENIED),
    (("socket", UNIX, RAW), DENIED),
    (("socket", NETLINK, RAW), RET_ALLOW),
    (("socket", PACKET, RAW), NO_FAMILY),
    (("socket", VSOCK, STREAM), NO_FAMILY),
    (("socket", 0, STREAM), NO_FAMILY),
    (("pidfd_getfd", 3), RET_ALLOW),
    (("ioctl", 0, 0x5401), RET_ALLOW),
    (("ioctl", 0, 0x5412), DENIED),  # keys for the shell outside
    (("ioctl", 0, 0x5412 | 1 << 32), DENIED),
    (("ioctl", 0, 0x541C), DENIED),
]
BY_ADDRESS = [
    (("connect", 3), RET_USER_NOTIF),
    (("socket", UNIX, STREAM), RET_ALLOW),
    (("socket", UNIX, SEQPACKET | FLAGS), RET_ALLOW),
    (("socket", UNIX | 1 << 32, DGRAM), DENIED),  # the kernel reads the lower half
    *(
        (("socket", family, kind, protocol), RET_ALLOW)
        for family in (INET, INET6)
        for kind, protocol in ((STREAM, 0), (STREAM, 262), (DGRAM, 0), (RAW, 1))
    ),
]
BY_PORT = [
    (("connect", 3), RET_ALLOW),  # Landlock's
    *(
        (("socket", family, kind | FLAGS, protocol), expected)
        for family in (INET, INET6)
        for kind, protocol, expected in (
            (STREAM, 0, RET_ALLOW),
            (STREAM, 6, RET_ALLOW),
            (STREAM, 262, DENIED),
            (STREAM, 132, DENIED),
            (DGRAM, 0, DENIED),
            (DGRAM, 17, DENIED),
            (RAW, 6, DENIED),
            (SEQPACKET, 0, DENIED),
        )
    ),
]


def run(program: filters.Program, machine: str, call: tuple[str | int, ...]) -> int:
    name, *arguments = call
    number = numbers.CALLS[machine][str(name)]
    return verdict(program, numbers.ARCHITECTURES[machine], number, *map(int, arguments))


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(("call", "expected"), [*BOTH, *BY_ADDRESS])
def test_by_address(machine: str, call: tuple[str | int, ...], expected: int) -> None:
    assert run(filters.by_address(machine), machine, call) == expected


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("unix", [True, False])
@pytest.mark.parametrize(("call", "expected"), [*BOTH, *BY_PORT])
def test_by_port(machine: str, call: tuple[str | int, ...], expected: int, *, unix: bool) -> None:
    assert run(filters.by_port(machine, unix=unix), machine, call) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_by_port_paths_are_let_through_only_where_one_is_declared(machine: str) -> None:
    for unix, expected in ((True, RET_ALLOW), (False, DENIED)):
        assert run(filters.by_port(machine, unix=unix), machine, ("socket", UNIX, STREAM)) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_calls_by_another_table_of_numbers_are_unknown(machine: str) -> None:
    """32-bit programs and x32 have other numbers for the same calls, which would pass unseen."""
    for program in (filters.by_address(machine), filters.by_port(machine, unix=True)):
        for foreign in (0x40000003, 0xC0000028, numbers.ARCHITECTURES[MACHINES[machine == MACHINES[0]]]):
            assert verdict(program, foreign, 3) == UNKNOWN
        own = numbers.ARCHITECTURES[machine]
        assert verdict(program, own, numbers.X32_BIT) == UNKNOWN
        assert verdict(program, own, numbers.X32_BIT | numbers.CALLS[machine]["connect"]) == UNKNOWN
        assert verdict(program, own, 0xFFFFFFFF) == UNKNOWN
        assert verdict(program, own, numbers.X32_BIT - 1) == RET_ALLOW


def test_machines_without_a_table_have_no_filter() -> None:
    with pytest.raises(KeyError):
        filters.by_address("riscv64")
    with pytest.raises(KeyError):
        filters.by_port("riscv64", unix=True)
