"""Arming and disarming: one guard in a process, for one environment."""

from __future__ import annotations

import os
import sys
from _thread import RLock
from typing import TYPE_CHECKING

from firedoor.errors import ConfigurationError, FiredoorError, GuardError
from firedoor.guard import core, registry, tree
from firedoor.guard.core import Guard
from firedoor.guard.late_import import LateImports
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import Problem, has_errors
from firedoor.resolve import Configuration

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from pydantic import BaseModel

    from firedoor.guard.registry import Adaptor

PATCHES, AUDIT = "patches", "audit"
_lock = RLock()
_standing: Standing | None = None


def _after_fork() -> None:
    """A child has one thread only, and must not wait for another to let go of the lock."""
    global _lock  # noqa: PLW0603 - the child's own
    _lock = RLock()


if hasattr(os, "register_at_fork"):  # pragma: no branch - not on Windows
    os.register_at_fork(after_in_child=_after_fork)


def arm(configuration: BaseModel | Configuration | None = None, *, hook: str | None = None) -> None:
    """Guard this process for the environment of the configuration, from now on and in every thread.

    ``configuration`` are settings that firedoor loaded, or a Configuration; without them the environment is selected as
    ever. ``hook`` is "patches" or "audit", the declaration's ``guard`` when None. Armed for the environment already, it
    does nothing but add the audit hook if that is asked for now. Raises DeclarationError, SelectionError or
    ConfigurationError when the configuration does not hold, GuardError when the guard is armed for another environment
    (FD608) or an adaptor could not be (FD607).
    """
    __tracebackhide__ = True
    if hook not in (None, PATCHES, AUDIT):
        raise ValueError(f"hook is {PATCHES!r} or {AUDIT!r}, not {hook!r}")
    with _lock:
        outcome = _arm(configuration, hook)
    del configuration  # a traceback that shows locals must not show these
    if outcome is not None:
        raise outcome


def disarm() -> None:
    """Take the guard away again, for tests. An audit hook stays where it is, and lets everything through."""
    global _standing
    with _lock:
        standing, _standing = _standing, None
        if standing is not None:
            standing.fall()


def armed() -> Guard | None:
    """The guard of this process, None when none is armed."""
    return core.current()


class Standing:
    """A guard with everything that was put in place for it."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._finders = registry.finders(protected=guard.environment.protected)
        self._undo: list[Callable[[], None]] = []
        self._late = LateImports(self._finders, self._imported)
        self._mark: str | None = None

    def rise(self) -> None:
        """Put everything in place. Raises GuardError (FD607) when an adaptor cannot be; then nothing is."""
        __tracebackhide__ = True
        self._mark = os.environ.get(tree.MARK)
        os.environ[tree.MARK] = self.guard.tree.mark
        core.set_current(self.guard)
        self._late.install()
        try:
            if self.guard.environment.protected:
                from firedoor.guard import destructive

                destructive.check_parser(self.guard)
            for name in self._finders:
                module = sys.modules.get(name)
                if module is not None:
                    self._imported(name, module)
        except GuardError:
            self.fall()
            raise

    def hook(self) -> None:
        """Listen to the interpreter's own audit events, too."""
        from firedoor.guard import audit

        self._undo.append(audit.install(self.guard))

    def fall(self) -> None:
        """Take everything away again, in the opposite order."""
        self.guard.active = False
        self._late.remove()
        while self._undo:
            self._undo.pop()()
        if self._mark is None:
            os.environ.pop(tree.MARK, None)
        else:
            os.environ[tree.MARK] = self._mark
        core.set_current(None)

    def _imported(self, name: str, module: ModuleType) -> None:
        __tracebackhide__ = True
        for find in self._finders.get(name, ()):
            failure = self._adapted(find, module)
            if failure:
                self.guard.refuse(self.guard.problem("FD607", name, detail=failure))

    def _adapted(self, find: Callable[[], Adaptor], module: ModuleType) -> str:
        """What went wrong, by its kind alone; empty when the adaptor stands."""
        try:
            self._undo.append(find().arm(self.guard, module))
        except Exception as error:  # noqa: BLE001 - whatever it is: a guard on one leg is none
            return type(error).__name__
        return ""


def _arm(configuration: BaseModel | Configuration | None, hook: str | None) -> Exception | None:
    global _standing  # noqa: PLW0603 - one guard in a process
    found = _configuration(configuration)
    if isinstance(found, Exception):
        return found
    wanted = hook or found.environment.guard
    if _standing is None:
        standing = Standing(Guard(found, tree.plant()))
        try:
            standing.rise()
        except GuardError as error:
            return GuardError(error.problems)
        _standing = standing
    elif not _is_same(_standing.guard.configuration, found):
        return GuardError([_other(_standing.guard, found)])
    if wanted == AUDIT:
        _standing.hook()
    return None


def _is_same(one: Configuration, other: Configuration) -> bool:
    return (one.project.root, one.environment.name) == (other.project.root, other.environment.name)


def _other(guard: Guard, wanted: Configuration) -> Problem:
    origin = Origin(DECLARATION, os.path.basename(wanted.project.path))
    return Problem("FD608", environment=wanted.environment.name, origin=origin, other=guard.environment.name)


def _configuration(given: BaseModel | Configuration | None) -> Configuration | Exception:
    """The configuration to guard, or why there is none, without the frames that saw values."""
    found = _chosen(given)
    if isinstance(found, Configuration) and has_errors(found.problems):
        return ConfigurationError(found.problems)
    if given is None and isinstance(found, Configuration) and found.problems:
        from firedoor.settings import notice

        notice.say(found.problems)
    return found


def _chosen(given: BaseModel | Configuration | None) -> Configuration | FiredoorError | TypeError:
    if isinstance(given, Configuration):
        return given
    from firedoor.settings import attempt

    if given is None:
        return attempt.configure(".", None, None)
    from firedoor.settings.provenance import known_of

    known = known_of(given)
    if known is None or known.configuration is None:
        return TypeError(f"arm() takes what firedoor loaded here, not {type(given).__name__}")
    return known.configuration
