"""The guard's refusal out of what a client library made of it: whoever reads the error is to see why, and at once.

To a library the refusal is an address that could not be reached. It wraps it, tries again, and says in the end that
there were too many retries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError

if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST = 8


class Escape(Exception):  # noqa: N818 - no error: it never reaches anybody
    """Carries a refusal past a library that would take any OSError for a reason to try again."""

    def __init__(self, refusal: GuardError) -> None:
        super().__init__()
        self.refusal = refusal


def refusal_in(error: BaseException | None, depth: int = _DEEPEST) -> GuardError | None:
    """The refusal that the error is, or was made from; None when it has nothing to do with one."""
    if error is None or isinstance(error, GuardError) or not depth:
        return error if isinstance(error, GuardError) else None
    held = (error.__cause__, error.__context__, getattr(error, "reason", None), *error.args)
    for one in held:
        if isinstance(one, BaseException):
            found = refusal_in(one, depth - 1)
            if found is not None:
                return found
    return None


def bare(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, whose errors are the refusal that they were made from, if they were."""

    def unwrapped(*arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            return function(*arguments, **named)
        except GuardError as refused:
            refusal = refused
        except Exception as error:
            found = refusal_in(error)
            if found is None:
                raise
            refusal = found
        problems = refusal.problems
        del arguments, named, refusal  # a traceback that shows locals must not show these
        raise GuardError(problems)

    return unwrapped


def bare_later(function: Callable[..., Any]) -> Callable[..., Any]:
    """``bare`` for a coroutine function."""

    async def unwrapped(*arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            return await function(*arguments, **named)
        except GuardError as refused:
            refusal = refused
        except Exception as error:
            found = refusal_in(error)
            if found is None:
                raise
            refusal = found
        problems = refusal.problems
        del arguments, named, refusal  # a traceback that shows locals must not show these
        raise GuardError(problems)

    return unwrapped


def escaping(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, out of which a refusal comes as an Escape."""

    def escapes(*arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            return function(*arguments, **named)
        except Exception as error:
            refusal = refusal_in(error)
            if refusal is None:
                raise
        del arguments, named
        raise Escape(refusal)

    return escapes


def caught(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, out of which an Escape comes as the refusal that it carries."""

    def catches(*arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            return function(*arguments, **named)
        except Escape as escape:
            problems = escape.refusal.problems
        del arguments, named
        raise GuardError(problems)

    return catches
