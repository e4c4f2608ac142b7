"""Programs that ``subprocess`` starts, and ``asyncio`` and ``multiprocessing`` with it: one function of C code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "_posixsubprocess"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Put the guard before the function that forks and becomes the program."""
    patches = Patches()
    if guard.is_open:
        return patches.undo
    patches.everywhere(module, {"fork_exec": lambda original: _started(guard, original)})
    return patches.undo


def _started(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def fork_exec(*given: Any) -> Any:
        """(arguments, executables, close_fds, fds_to_keep, folder, variables, ...)."""
        __tracebackhide__ = True
        try:
            guard.check_program(given[0], given[5], given[4])
        except GuardError:
            del given  # a traceback that shows locals must not show these
            raise
        return original(*given)

    return fork_exec
