"""Programs that ``subprocess`` starts, and ``asyncio`` and ``multiprocessing`` with it: one function of C code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "_posixsubprocess"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Put the guard before the function that forks and becomes the program."""
    patches = Patches()
    patches.everywhere(module, {"fork_exec": lambda original: _started(guard, original)})
    return patches.undo


def _started(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def fork_exec(*given: Any) -> Any:
        """(arguments, executables, close_fds, fds_to_keep, folder, variables, ...)."""
        __tracebackhide__ = True
        arguments, folder, variables = given[0], given[4], given[5]
        guard.check_program(arguments, variables, folder)
        return original(*given)

    return fork_exec
