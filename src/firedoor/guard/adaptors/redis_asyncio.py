"""redis-py's asynchronous connections: as ``redis``, and awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.adaptors import redis_addresses
from firedoor.guard.patching import Patches
from firedoor.stamps import redis_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.stamps.observation import Observation

LIBRARY = "redis.asyncio.connection"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Ask before each connection is made, and of the server before anybody gets it."""
    patches = Patches()
    base = module.AbstractConnection
    name = "connect_check_health" if hasattr(base, "connect_check_health") else "connect"
    patches.wrap(base, name, lambda original: _connected(guard, original))
    return patches.undo


def _connected(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    async def connect(self: Any, *rest: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        if self.is_connected:
            return await original(self, *rest, **named)
        try:
            variable = guard.check_resource("cache", redis_addresses.url(self))
        except GuardError:
            del self, rest, named  # a traceback that shows locals must not show these
            raise

        async def observe(connection: Any) -> None:
            __tracebackhide__ = True
            await guard.observe_async(lambda: _asked(connection), variable=variable, kind="cache")

        accepted = False
        try:
            with redis_addresses.first_called(self, observe):
                await original(self, *rest, **named)
            accepted = True
        finally:
            if not accepted:
                await self.disconnect()
        return None

    return connect


async def _asked(connection: Any) -> Observation | None:
    await connection.send_packed_command(connection.pack_commands(redis_session.COMMANDS), check_health=False)
    answers = [await _read(connection) for _ in redis_session.COMMANDS]
    return redis_session.observation(redis_addresses.index(connection), *answers)


async def _read(connection: Any) -> object:
    """A server's refusal is an answer, and the next one has to be read all the same."""
    from redis.exceptions import ResponseError

    try:
        return await connection.read_response(disable_decoding=True)
    except ResponseError as error:
        return error
