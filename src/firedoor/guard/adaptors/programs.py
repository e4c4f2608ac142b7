"""Programs that are started, or become this process, by the functions of ``os``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "os"
_NAMES = ("path", "argv", "env")


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Put the guard before the functions by which all others of ``os`` start programs."""
    patches = Patches()
    if guard.is_open:
        return patches.undo
    patches.everywhere(
        module,
        {
            "system": lambda original: _line(guard, original),
            "execv": lambda original: _program(guard, original),
            "execve": lambda original: _program(guard, original),
            "posix_spawn": lambda original: _program(guard, original),
            "posix_spawnp": lambda original: _program(guard, original),
        },
    )
    return patches.undo


def _line(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def system(command: Any) -> Any:
        __tracebackhide__ = True
        try:
            guard.check_program([command])
        except GuardError:
            del command  # a traceback that shows locals must not show this
            raise
        return original(command)

    return system


def _program(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    """(path, arguments), and variables where the function takes them."""

    def start(*given: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            _check(guard, {**dict(zip(_NAMES, given, strict=False)), **named})
        except GuardError:
            del given, named
            raise
        return original(*given, **named)

    return start


def _check(guard: Guard, told: dict[str, Any]) -> None:
    __tracebackhide__ = True
    arguments, variables = told.get("argv"), told.get("env")
    path = told.get("path")
    del told
    listed = [*arguments] if isinstance(arguments, (list, tuple)) else []
    mapping = variables if hasattr(variables, "items") else None
    try:
        guard.check_program([path, *listed], mapping)
    except GuardError:
        del arguments, variables, path, listed, mapping
        raise
