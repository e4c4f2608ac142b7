"""Sockets of Python: where they connect and send to, what they listen at, and the names that are looked up.

The class of C code below ``socket.socket`` is changed itself, so that ``_socket.socket`` and every class that was
imported or derived before obey, too. Where an interpreter does not allow that, ``socket.socket`` alone is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.guard.patching import NotPatchedError, Patches

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "_socket"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Put the guard before the methods of sockets and the functions that look names up."""
    patches = Patches()
    makes = {
        "connect": lambda original: _addressed_first(guard, original),
        "connect_ex": lambda original: _addressed_first(guard, original),
        "sendto": lambda original: _addressed_last(guard, original),
        "sendmsg": lambda original: _addressed_fourth(guard, original),
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


def _addressed_first(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    passed, check = guard.passed, guard.check_address

    def connect(self: Any, address: Any, /) -> Any:
        __tracebackhide__ = True
        try:
            is_known = address in passed
        except TypeError:
            is_known = False
        if not is_known:
            check(address, int(self.family))
        return original(self, address)

    return connect


def _addressed_last(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    passed, check = guard.passed, guard.check_address

    def sendto(self: Any, data: Any, /, *rest: Any) -> Any:
        __tracebackhide__ = True
        if rest:
            try:
                is_known = rest[-1] in passed
            except TypeError:
                is_known = False
            if not is_known:
                check(rest[-1], int(self.family))
        return original(self, data, *rest)

    return sendto


def _addressed_fourth(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    def sendmsg(self: Any, buffers: Any, /, *rest: Any) -> Any:
        __tracebackhide__ = True
        if len(rest) > 2 and rest[2] is not None:
            guard.check_address(rest[2], int(self.family))
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

    def look_up(host: Any, /, *rest: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        if host is None or guard.is_asleep():
            return original(host, *rest, **named)
        guard.check_name(host, rest[0] if rest else named.get("port"))
        answer = original(host, *rest, **named)
        guard.found(host, addresses(answer))
        return answer

    return look_up


def _of_answers(answers: Any) -> list[str]:
    return [str(answer[4][0]) for answer in answers]


def _of_one(answer: Any) -> list[str]:
    return [answer]


def _of_listed(answer: Any) -> list[str]:
    return [*answer[2]]
