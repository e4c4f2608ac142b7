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
            if _may_destroy(arguments):
                watching.command(arguments, lambda _: _place(connection))
            return original(connection, *arguments, **options)

        return send

    def make_many(original: Callable[..., Any]) -> Callable[..., Any]:
        def pack(connection: Any, commands: Any) -> Any:
            __tracebackhide__ = True
            commands = [*commands]
            for arguments in commands:
                if _may_destroy(arguments):
                    watching.command(arguments, lambda _: _place(connection))
            return original(connection, commands)

        return pack

    patches.wrap(module.AbstractConnection, "send_command", make_one)
    patches.wrap(module.AbstractConnection, "pack_command", make_one)
    patches.wrap(module.AbstractConnection, "pack_commands", make_many)
    return patches.undo


def _may_destroy(arguments: Any) -> bool:
    """By the command's name alone: cheap, since every command comes by."""
    name = arguments[0] if arguments else ""
    if isinstance(name, bytes):
        name = name.decode("utf-8", "replace")
    return isinstance(name, str) and name.upper().partition(" ")[0] in NAMES


def _place(connection: Any) -> Iterable[Identity]:
    path = getattr(connection, "path", "") or ""
    host, port = getattr(connection, "host", ""), getattr(connection, "port", 0)
    return places.redis(str(host), port, str(path), connection.db)
