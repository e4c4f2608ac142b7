"""redis-py: every command that a connection sends, alone or in a pipeline, sync or async."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.destruction.redis import NAMES
from firedoor.guard.destructive import places, watch
from firedoor.guard.patching import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.resources import Identity

LIBRARY = "redis.connection"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """A pipeline is refused as a whole, before any of it is sent."""
    watching, patches = watch.of(guard), Patches()

    def make_one(original: Callable[..., Any]) -> Callable[..., Any]:
        def send(connection: Any, /, *arguments: Any, **options: Any) -> Any:
            __tracebackhide__ = True
            _look(watching, connection, arguments)
            return original(connection, *arguments, **options)

        return send

    def make_many(original: Callable[..., Any]) -> Callable[..., Any]:
        def pack(connection: Any, commands: Any) -> Any:
            __tracebackhide__ = True
            commands = [*commands]
            for arguments in commands:
                _look(watching, connection, arguments)
            return original(connection, commands)

        return pack

    patches.wrap(module.AbstractConnection, "send_command", make_one)
    patches.wrap(module.AbstractConnection, "pack_command", make_one)
    patches.wrap(module.AbstractConnection, "pack_commands", make_many)
    return patches.undo


def _look(watching: watch.Watch, connection: Any, arguments: Any) -> None:
    """By the command's name alone at first: cheap, since every command comes by."""
    __tracebackhide__ = True
    name = _word(arguments[0]).partition(" ")[0] if arguments else ""
    if name == "SELECT":
        connection._firedoor_database = _word(arguments[-1]).rpartition(" ")[2]  # noqa: SLF001 - our own note
    elif name in NAMES:
        watching.command(arguments, lambda _: _place(connection))


def _word(argument: object) -> str:
    return (argument.decode("utf-8", "replace") if isinstance(argument, bytes) else str(argument)).upper()


def _place(connection: Any) -> Iterable[Identity]:
    """The connection's own database, or the one that it was told to SELECT since."""
    path = getattr(connection, "path", "") or ""
    host, port = getattr(connection, "host", ""), getattr(connection, "port", 0)
    database = getattr(connection, "_firedoor_database", connection.db)
    return places.redis(str(host), port, str(path), database)
