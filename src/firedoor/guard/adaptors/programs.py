"""Programs that are started, or become this process, by the functions of ``os``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "os"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Put the guard before the functions by which all others of ``os`` start programs."""
    patches = Patches()
    patches.everywhere(
        module,
        {
            "system": lambda original: _line(guard, original),
            "execv": lambda original: _plain(guard, original),
            "execve": lambda original: _plain(guard, original),
            "posix_spawn": lambda original: _plain(guard, original),
            "posix_spawnp": lambda original: _plain(guard, original),
        },
    )
    return patches.undo


def _line(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def system(command: Any) -> Any:
        __tracebackhide__ = True
        guard.check_program([command])
        return original(command)

    return system


def _plain(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    """(path, arguments), and variables where the function takes them."""

    def start(path: Any, argv: Any, env: Any = None, /, *rest: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        variables = named.get("env", env)
        arguments = [*argv] if isinstance(argv, (list, tuple)) else []
        guard.check_program([path, *arguments], variables if hasattr(variables, "items") else None)
        given = () if env is None else (env,)
        return original(path, argv, *given, *rest, **named)

    return start
