"""Functions of C that are called by ctypes: ``connect(2)`` and the others that lead a socket somewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard import c_calls
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "ctypes"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Put the guard before the functions that a library of C is asked for by name."""
    patches = Patches()
    calls = _Calls(guard, module)
    patches.wrap(module.CDLL, "__getitem__", calls.item)
    return patches.undo


class _Calls:
    """Makes functions whose calls are looked at."""

    def __init__(self, guard: Guard, module: Any) -> None:
        self._guard = guard
        self._ctypes = module
        self._machine = os.uname().machine if hasattr(os, "uname") else ""
        self._classes: dict[type, Any] = {}

    def item(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """``CDLL.__getitem__``, by which attributes are found, too."""

        def __getitem__(library: Any, name: Any) -> Any:  # noqa: N807 - stands for it
            if name not in c_calls.CHECKED or not self._guard.active:
                return original(library, name)
            with self._guard.unguarded():
                found = self._checked(library._FuncPtr)((name, library))  # noqa: SLF001 - what ctypes does itself
            found.__name__ = name
            return found

        return __getitem__

    def _checked(self, base: Any) -> Any:
        if base not in self._classes:
            look_at = self.look_at

            def __call__(function: Any, *arguments: Any) -> Any:  # noqa: N807 - a function that is called
                __tracebackhide__ = True
                try:
                    look_at(function.__name__, arguments)
                except GuardError:
                    del arguments  # a traceback that shows locals must not show these
                    raise
                return base.__call__(function, *arguments)

            names = {"__call__": __call__, "_flags_": base._flags_, "_restype_": base._restype_}
            self._classes[base] = type(base)(base.__name__, (base,), names)
        return self._classes[base]

    def look_at(self, name: str, arguments: tuple[Any, ...]) -> None:
        """Refuse a call that leads where the environment may not, or of which that cannot be told."""
        __tracebackhide__ = True
        guard = self._guard
        if guard.is_asleep() or guard.is_open:
            return
        found = self._addresses(name, arguments)
        del arguments
        if found is None:
            guard.refuse(guard.problem("FD606", act="connect by a function of C to"))
        while found:
            guard.check_address(*found.pop(0))

    def _addresses(self, name: str, arguments: tuple[Any, ...]) -> list[tuple[object, int]] | None:
        """(address, family) of each; None where that cannot be told."""
        try:
            called, numbers = c_calls.function(name, tuple(map(self._number, arguments)), self._machine)
            return c_calls.addresses(called, numbers, self._ctypes.string_at)
        except c_calls.Unreadable:
            return None

    def _number(self, argument: Any) -> int:
        """What the function is given: a number as it is, anything else by where it stands in memory."""
        if isinstance(argument, int):
            return argument
        if argument is None:
            return 0
        value = getattr(argument, "value", None)
        if isinstance(value, int):
            return value
        try:
            return self._ctypes.cast(argument, self._ctypes.c_void_p).value or 0
        except self._ctypes.ArgumentError:
            raise c_calls.Unreadable from None
