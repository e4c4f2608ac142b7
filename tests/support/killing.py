"""Power cuts at every step: a fork whose nth call of the system kills it."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

from firedoor import storage

if TYPE_CHECKING:
    from collections.abc import Callable


class DyingOs:
    """Stands for ``os`` and kills the process at the nth call; midway through the bytes when that is a write."""

    def __init__(self, fatal_call: int) -> None:
        self._left = fatal_call

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if not callable(real) or isinstance(real, type) or name == "fspath":
            return real

        def dying(*arguments: Any, **options: Any) -> Any:
            self._left -= 1
            if self._left == 0:
                if name == "write":
                    os.write(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return dying


def killed_at(call: int, write: Callable[[], object]) -> bool:
    """Run ``write`` in a fork that is killed at the nth call of the system by storage; whether it was killed."""
    child = os.fork()
    if child == 0:  # pragma: no cover - the fork
        vars(storage)["os"] = DyingOs(call)
        try:
            write()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)
