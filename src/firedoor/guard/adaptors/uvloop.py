"""uvloop, which connects, looks names up and starts programs by a library of C: its loop is asked before it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.patching import Patches
from firedoor.guard.places import INET, UNIX

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

    Look = Callable[[Guard, dict[str, Any]], None]

LIBRARY = "uvloop.loop"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Put the guard before the methods of the loop that lead somewhere, and before datagrams with an address."""
    patches = Patches()
    if guard.is_open:
        return patches.undo
    for name, (names, look) in _METHODS.items():
        patches.c_method(module.Loop, name, _awaited(guard, names, look))
    patches.c_method(module.UDPTransport, "sendto", _sent(guard))
    return patches.undo


def _awaited(guard: Guard, names: tuple[str, ...], look: Look) -> Callable[..., Any]:
    """A method that is looked at when it is awaited; ``names`` are those of its first arguments."""

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        async def method(self: Any, *given: Any, **named: Any) -> Any:
            __tracebackhide__ = True
            told = {**dict(zip(names, given, strict=False)), "rest": given[len(names) :], **named}
            refusal = _refusal(guard, look, told)
            del told
            if refusal is not None:
                del self, given, named  # a traceback that shows locals must not show these
                raise refusal
            return await original(self, *given, **named)

        return method

    return make


def _sent(guard: Guard) -> Callable[..., Any]:
    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def sendto(self: Any, data: Any, addr: Any = None) -> Any:
            __tracebackhide__ = True
            refusal = _refusal(guard, _address, {"address": addr})
            if refusal is not None:
                del self, data, addr
                raise refusal
            return original(self, data, addr)

        return sendto

    return make


def _refusal(guard: Guard, look: Look, told: dict[str, Any]) -> GuardError | None:
    """The refusal without the frames that saw values."""
    try:
        look(guard, told)
    except GuardError as error:
        return GuardError(error.problems)
    return None


def _host(guard: Guard, told: dict[str, Any]) -> None:
    host = told.get("host")
    if host is not None:
        port = told.get("port")
        guard.check_name(host, port)
        guard.check_address((host, port if isinstance(port, int) else int(port or 0)), INET)


def _name(guard: Guard, told: dict[str, Any]) -> None:
    if told.get("host") is not None:
        guard.check_name(told["host"], told.get("port"))


def _path(guard: Guard, told: dict[str, Any]) -> None:
    if told.get("path") is not None:
        guard.check_address(told["path"], UNIX)


def _remote(guard: Guard, told: dict[str, Any]) -> None:
    remote = told.get("remote_addr")
    if isinstance(remote, str):
        guard.check_address(remote, UNIX)
    elif remote is not None:
        _host(guard, {"host": remote[0], "port": remote[1]})


def _address(guard: Guard, told: dict[str, Any]) -> None:
    address = told["address"]
    if address is not None:
        guard.check_address(address, UNIX if isinstance(address, (str, bytes)) else INET)


def _program(guard: Guard, told: dict[str, Any]) -> None:
    guard.check_program([told.get("program"), *told["rest"]], told.get("env"), told.get("cwd"))


_METHODS: dict[str, tuple[tuple[str, ...], Look]] = {
    "create_connection": (("protocol_factory", "host", "port"), _host),
    "create_datagram_endpoint": (("protocol_factory", "local_addr", "remote_addr"), _remote),
    "create_unix_connection": (("protocol_factory", "path"), _path),
    "getaddrinfo": (("host", "port"), _name),
    "subprocess_exec": (("protocol_factory", "program"), _program),
    "subprocess_shell": (("protocol_factory", "program"), _program),
}
