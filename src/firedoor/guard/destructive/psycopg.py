"""psycopg 3: what is handed to libpq, by cursors of every kind, sync or async, pipelines and by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.guard.destructive import places, watch
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "psycopg.pq"
# The method and the place of the statement among its arguments.
_METHODS = {
    "exec_": 0,
    "exec_params": 0,
    "prepare": 1,
    "send_query": 0,
    "send_query_params": 0,
    "send_prepare": 1,
}


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Statements with values have placeholders there: the values go to the server by themselves."""
    watching, patches = watch.of(guard), Patches()
    owner = module.PGconn
    wrap = patches.wrap if _is_python(owner) else patches.c_method

    def maker(position: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def make(original: Callable[..., Any]) -> Callable[..., Any]:
            def send(connection: Any, /, *given: Any, **named: Any) -> Any:
                __tracebackhide__ = True
                text = given[position] if len(given) > position else named.get("command")
                watching.statement(text, "postgres", lambda name: _place(connection, name))
                return original(connection, *given, **named)

            return send

        return make

    for name, position in _METHODS.items():
        wrap(owner, name, maker(position))
    return patches.undo


def _is_python(owner: type) -> bool:
    """The implementation over ctypes is a class as any other; that in C is not."""
    return bool(owner.__flags__ & _HEAP_TYPE)


_HEAP_TYPE = 1 << 9


def _place(connection: Any, name: str) -> Iterable[Identity]:
    host, port = connection.host.decode(), connection.port.decode()
    return places.postgresql(host, port, name or connection.db.decode())
