"""The interpreter's own audit events: what copies of functions do that were taken before the guard stood.

A hook cannot be removed. It costs some 150 ns on every event of the process, whatever it looks at, so it is there where
it was asked for (docs/explanation/what-a-guard-sees.md).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.c_calls import CHECKED

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.guard.core import Guard

_guard: Guard | None = None
_is_installed = False


def install(guard: Guard) -> Callable[[], None]:
    """Listen for the guard; returns what ends that. The hook itself is added once in a process."""
    global _guard, _is_installed  # noqa: PLW0603 - one hook in a process
    _guard = guard
    if not _is_installed:
        _is_installed = True
        sys.addaudithook(_hook)
    return _end


def _end() -> None:
    global _guard  # noqa: PLW0603 - one hook in a process
    _guard = None


def _to_address(guard: Guard, args: tuple[Any, ...]) -> None:
    sock, address = args
    try:
        is_known = address is None or address in guard.passed
    except TypeError:
        is_known = False
    if not is_known:
        guard.check_address(address, int(sock.family))


def _by_name(guard: Guard, args: tuple[Any, ...]) -> None:
    guard.check_name(args[0], args[1] if len(args) > 1 else None)


def _file(guard: Guard, args: tuple[Any, ...]) -> None:
    guard.check_file(args[0])


def _subprocess(guard: Guard, args: tuple[Any, ...]) -> None:
    """(executable, arguments, folder, variables)."""
    executable, arguments, folder, variables = args
    listed = [arguments] if isinstance(arguments, (str, bytes)) else [*arguments]
    guard.check_program([executable, *listed], variables, folder)


def _line(guard: Guard, args: tuple[Any, ...]) -> None:
    guard.check_program([args[0]])


def _program(guard: Guard, args: tuple[Any, ...]) -> None:
    """(path, arguments, variables)."""
    path, arguments, variables = args
    guard.check_program([path, *arguments], variables if hasattr(variables, "items") else None)


def _symbol(guard: Guard, args: tuple[Any, ...]) -> None:
    """A C function was asked for; the adaptor of ctypes, which looks at its calls, does so unguarded."""
    if args[1] in CHECKED and not guard.is_asleep() and not guard.is_open:
        guard.refuse(guard.problem("FD606", act="connect by a function of C to"))


_HANDLERS: dict[str, Callable[[Guard, tuple[Any, ...]], None]] = {
    "socket.connect": _to_address,
    "socket.sendto": _to_address,
    "socket.sendmsg": _to_address,
    "socket.getaddrinfo": _by_name,
    "socket.gethostbyname": _by_name,
    "sqlite3.connect": _file,
    "subprocess.Popen": _subprocess,
    "os.system": _line,
    "os.exec": _program,
    "os.posix_spawn": _program,
    "ctypes.dlsym": _symbol,
}


def _hook(event: str, args: tuple[Any, ...], find: Any = _HANDLERS.get) -> None:
    handler = find(event)
    if handler is not None and _guard is not None:
        __tracebackhide__ = True
        refusal = _refusal(handler, _guard, args)
        if refusal is not None:
            del args  # a traceback that shows locals must not show these
            raise refusal


def _refusal(
    handler: Callable[[Guard, tuple[Any, ...]], None], guard: Guard, args: tuple[Any, ...]
) -> GuardError | None:
    """The refusal without the frames that saw values."""
    try:
        handler(guard, args)
    except GuardError as error:
        return GuardError(error.problems)
    return None
