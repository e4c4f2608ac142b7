"""The kernel's packet filter in small: runs a filter of system calls on made-up calls."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firedoor.seal.filters import Program


def verdict(program: Program, architecture: int, number: int, *arguments: int) -> int:
    """What the program returns for a call. Raises AssertionError for what the kernel would not take."""
    assert len(program) <= 4096
    given = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", number, architecture, 0, *(one & (1 << 64) - 1 for one in given))
    accumulator, place = 0, 0
    while True:
        code, if_true, if_false, operand = program[place]
        place += 1
        assert code in {0x15, 0x35, 0x45} or if_true == if_false == 0, "only jumps lead elsewhere"
        if code == 0x20:  # load a word
            assert operand % 4 == 0
            (accumulator,) = struct.unpack_from("=I", data, operand)
        elif code == 0x54:  # and
            accumulator &= operand
        elif code == 0x15:  # jump if equal
            place += if_true if accumulator == operand else if_false
        elif code == 0x35:  # jump if not less
            place += if_true if accumulator >= operand else if_false
        elif code == 0x45:  # jump if any bit is set
            place += if_true if accumulator & operand else if_false
        else:
            assert code == 0x06, f"no such instruction: {code:#x}"
            return operand
