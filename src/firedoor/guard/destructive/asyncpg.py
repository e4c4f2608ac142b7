"""asyncpg: what its protocol sends, for connections, prepared statements and cursors, on any loop."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any
from weakref import ref

from firedoor.guard.destructive import places, watch
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "asyncpg.protocol"
# The method and the place of the statement among its arguments.
_METHODS = {"query": 0, "prepare": 1, "copy_in": 0, "copy_out": 0}


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Refused when it is called, which is before it is awaited."""
    watching, patches = watch.of(guard), Patches()
    owner = next(one for one in module.Protocol.__mro__ if one.__name__ == "BaseProtocol")

    def maker(position: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def make(original: Callable[..., Any]) -> Callable[..., Any]:
            def send(protocol: Any, /, *given: Any, **named: Any) -> Any:
                __tracebackhide__ = True
                text = given[position] if len(given) > position else named.get(_NAMES[position])
                watching.statement(text, "postgres", lambda name: _place(protocol, name))
                return original(protocol, *given, **named)

            return send

        return make

    for name, position in _METHODS.items():
        patches.c_method(owner, name, maker(position))
    return patches.undo


_NAMES = ("query", "query")


def _place(protocol: Any, name: str) -> Iterable[Identity]:
    """The protocol holds its connection weakly, in C, and that knows where it went."""
    held = [one() for one in gc.get_referents(protocol) if isinstance(one, ref)]
    connection: Any = next(one for one in held if hasattr(one, "_addr"))
    address, database = connection._addr, connection._params.database  # noqa: SLF001 - there is no other way to know
    if isinstance(address, str):  # the socket itself: FOLDER/.s.PGSQL.PORT
        folder, _, port = address.rpartition("/.s.PGSQL.")
        return places.postgresql(folder, port, name or database)
    return places.postgresql(str(address[0]), address[1], name or database)
