"""The terminal that a command was started from, and who of its processes reads it."""

import os
import signal
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def given_back() -> "Iterator[None]":
    """Give the terminal back to this group of processes at the end, if it had it: a shell inside takes it for its own.

    The shell cannot give it back itself, since inside the group has no number.
    """
    terminal = next((number for number in range(3) if _reads(number)), None)
    try:
        yield
    finally:
        if terminal is not None and not _reads(terminal):
            before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # or it would stop this process
            try:
                os.tcsetpgrp(terminal, os.getpgrp())
            except OSError:  # the terminal is gone
                pass
            finally:
                signal.signal(signal.SIGTTOU, before)


def _reads(descriptor: int) -> bool:
    """Whether the descriptor is a terminal that this group of processes reads."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False
