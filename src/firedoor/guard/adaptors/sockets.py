"""Sockets of Python: where they connect and send to, what they listen at, and the names that are looked up.

The class of C code below ``socket.socket`` is changed itself, so that ``_socket.socket`` and every class that was
imported or derived before obey, too. Where an interpreter does not allow that, ``socket.socket`` alone is changed.
"""

from __future__ import annotations

from _socket import AI_NUMERICHOST
from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.patching import NotPatchedError, Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "_socket"
_FLAGS = 5  # their place among the arguments of getaddrinfo


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Put the guard before the methods of sockets and the functions that look names up."""
    patches = Patches()
    if guard.is_open:
        return patches.undo
    makes = {
        "connect": lambda original: _to_first(guard, original),
        "connect_ex": lambda original: _by_number(_to_first(guard, original)),
        "sendto": lambda original: _to_last(guard, original),
        "sendmsg": lambda original: _to_fourth(guard, original),
        "bind": lambda original: _bound(guard, original),
    }
    try:
        for name, make in makes.items():
            patches.c_method(module.socket, name, make)
    except NotPatchedError:
        patches.undo()
        import socket  # its class can be changed as any of Python's

        for name, make in makes.items():
            patches.wrap(socket.socket, name, make)
    patches.everywhere(
        module,
        {
            "getaddrinfo": lambda original: _asked(guard, original, _of_answers),
            "gethostbyname": lambda original: _asked(guard, original, _of_one),
            "gethostbyname_ex": lambda original: _asked(guard, original, _of_listed),
        },
    )
    return patches.undo


def _to_first(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    passed, check = guard.passed, guard.check_address

    def connect(self: Any, address: Any, /) -> Any:
        try:
            is_known = address in passed
        except TypeError:
            is_known = False
        if not is_known:
            __tracebackhide__ = True
            try:
                check(address, int(self.family), connecting=True)
            except GuardError:
                del self, address  # a traceback that shows locals must not show these
                raise
        return original(self, address)

    return connect


def _by_number(connect: Callable[..., Any]) -> Callable[..., Any]:
    """``connect_ex``, which gives the number of what ``connect`` would raise."""

    def connect_ex(self: Any, address: Any, /) -> Any:
        __tracebackhide__ = True
        try:
            return connect(self, address)
        except ConnectionRefusedError as error:
            return error.errno
        except GuardError:
            del self, address
            raise

    return connect_ex


def _to_last(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    passed, check = guard.passed, guard.check_address

    def sendto(self: Any, data: Any, /, *rest: Any) -> Any:
        try:
            is_known = not rest or rest[-1] in passed
        except TypeError:
            is_known = False
        if not is_known:
            __tracebackhide__ = True
            try:
                check(rest[-1], int(self.family))
            except GuardError:
                del self, data, rest
                raise
        return original(self, data, *rest)

    return sendto


def _to_fourth(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def sendmsg(self: Any, buffers: Any, /, *rest: Any) -> Any:
        if len(rest) > 2 and rest[2] is not None:
            __tracebackhide__ = True
            try:
                guard.check_address(rest[2], int(self.family))
            except GuardError:
                del self, buffers, rest
                raise
        return original(self, buffers, *rest)

    return sendmsg


def _bound(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def bind(self: Any, address: Any, /) -> Any:
        result = original(self, address)
        if not guard.is_asleep():
            guard.machine.listeners.bound(self)
        return result

    return bind


def _asked(
    guard: Guard, original: Callable[..., Any], addresses: Callable[[Any], list[str]]
) -> Callable[..., Any]:
    """A look-up: refused, or remembered with what it gave."""

    def look_up(*given: Any, **named: Any) -> Any:
        host = given[0] if given else named.get("host")
        flags = given[_FLAGS] if len(given) > _FLAGS else named.get("flags", 0)
        if host is None or flags & AI_NUMERICHOST or guard.is_asleep():
            return original(
                *given, **named
            )  # a number is not looked up, and a name by which none is asked for fails
        __tracebackhide__ = True
        try:
            guard.check_name(host, given[1] if len(given) > 1 else named.get("port"))
        except GuardError:
            del given, named, host
            raise
        answer = original(*given, **named)
        guard.found(host, addresses(answer))
        return answer

    return look_up


def _of_answers(answers: Any) -> list[str]:
    return [str(answer[4][0]) for answer in answers]


def _of_one(answer: Any) -> list[str]:
    return [answer]


def _of_listed(answer: Any) -> list[str]:
    return [*answer[2]]
