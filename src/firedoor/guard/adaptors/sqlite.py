"""SQLite of Python: the file that is opened, and those that are attached to it later.

Statements are looked at when they are compiled, not each time they run: a connection keeps what it compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard import attaching, callers
from firedoor.guard.patching import NotPatchedError, Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.problem import Problem

LIBRARY = "_sqlite3"
_FACTORY = 5  # its place among the arguments of connect


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Put the guard before opening files, and before attaching them where other environments have databases in some."""
    patches = Patches()
    if not guard.watches_files:
        return patches.undo
    watching = _Watching(guard, module)
    patches.everywhere(module, {"connect": watching.connect})
    if not guard.knows_files:
        return patches.undo
    try:
        patches.c_method(module.Cursor, "executescript", watching.script)
        patches.c_method(module.Connection, "executescript", watching.script)
    except NotPatchedError:
        return patches.undo  # scripts that attach are not seen then
    return patches.undo


class _Watching:
    """Looks at what connections of SQLite open."""

    def __init__(self, guard: Guard, module: ModuleType) -> None:
        self._guard = guard
        self._plain = module.Connection
        self._classes: dict[type, type] = {}

    def connect(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """``sqlite3.connect``; the connection that it makes is of a class that looks at statements."""

        def connect(database: Any, /, *rest: Any, **named: Any) -> Any:
            __tracebackhide__ = True
            if self._guard.is_asleep():
                return original(database, *rest, **named)
            try:
                self._guard.check_file(database)
            except GuardError:
                del database, rest, named  # a traceback that shows locals must not show these
                raise
            given = list(rest)
            if len(given) > _FACTORY - 1:
                given[_FACTORY - 1] = self._watched(given[_FACTORY - 1])
            else:
                named["factory"] = self._watched(named.get("factory", self._plain))
            return original(database, *given, **named)

        def by_name(*given: Any, **named: Any) -> Any:
            __tracebackhide__ = True
            try:
                if not given and "database" in named:
                    return connect(named.pop("database"), **named)
                return connect(*given, **named)
            except GuardError:
                del given, named
                raise

        return by_name

    def script(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """``executescript``, which compiles each statement by itself."""

        def executescript(connection: Any, script: Any, /) -> Any:
            __tracebackhide__ = True
            try:
                self.look_at(script)
            except GuardError:
                del connection, script
                raise
            return original(connection, script)

        return executescript

    def look_at(self, statement: object) -> None:
        """Refuse a statement that attaches another environment's file, or one whose name it does not say."""
        __tracebackhide__ = True
        if not isinstance(statement, str) or self._guard.is_asleep():
            return
        problem = self._problem(statement)
        del statement
        if problem is not None:
            self._guard.refuse(problem)

    def _problem(self, statement: str) -> Problem | None:
        for name in attaching.names(statement):
            if name is None:
                if callers.is_measuring():
                    continue  # coverage puts together what its processes saw
                return self._guard.problem("FD606", act=attaching.ACT)
            found = self._guard.problem_of_file("FD605", name)
            if found is not None:
                return found
        return None

    def _watched(self, base: Any) -> Any:
        """The class of connections with the look at statements; what is no class makes connections of its own."""
        if not isinstance(base, type) or not self._guard.knows_files:
            return base
        if base not in self._classes:
            self._classes[base] = self._derived(base)
        return self._classes[base]

    def _derived(self, base: Any) -> type:
        look_at = self.look_at

        def __call__(connection: Any, statement: Any, /) -> Any:  # noqa: N807 - what compiles a statement
            __tracebackhide__ = True
            try:
                look_at(statement)
            except GuardError:
                del connection, statement
                raise
            return base.__call__(connection, statement)

        names = {
            "__call__": __call__,
            "__slots__": (),
            "__module__": base.__module__,
            "__qualname__": base.__qualname__,
        }
        derived: type = type(base)(base.__name__, (base,), names)
        return derived
