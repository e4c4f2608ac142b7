"""asyncpg, on any event loop: uvloop connects in C, so asyncpg is asked which address it takes, one at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.adaptors import postgresql_sessions
from firedoor.guard.patching import Patches
from firedoor.stamps.postgresql_session import Talk, copied

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.stamps.observation import Observation
    from firedoor.stamps.postgresql_answer import Row

LIBRARY = "asyncpg.connect_utils"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Stand before the function that takes one address; pools and ``connect`` look it up each time."""
    patches = Patches()
    patches.wrap(module, "_connect_addr", lambda original: _connected(guard, original))
    return patches.undo


def _connected(guard: Guard, original: Callable[..., Any]) -> Callable[..., Any]:
    known = postgresql_sessions.Known(Talk)

    async def _connect_addr(*, addr: Any, params: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        try:
            variable = guard.check_resource("database", _url(addr, params))
        except GuardError:
            del addr, params, named  # a traceback that shows locals must not show these
            raise
        connection = await original(addr=addr, params=params, **named)
        if guard.is_asleep():
            return connection
        accepted = False
        try:
            talk = known.of((addr, params.database, params.user)).begin()
            await guard.observe_async(lambda: _asked(connection, talk), variable=variable)
            accepted = True
        finally:
            if not accepted:
                connection.terminate()
                del addr, params, named
        return connection

    return _connect_addr


def _url(addr: Any, params: Any) -> str:
    """asyncpg has a socket's whole path; a database that is not said is the user's."""
    database = params.database or params.user
    if isinstance(addr, str):
        folder, _, port = addr.rpartition("/.s.PGSQL.")
        return postgresql_sessions.url(folder, port, database)
    return postgresql_sessions.url(addr[0], addr[1], database)


async def _asked(connection: Any, talk: Generator[str, list[Row], Observation]) -> Observation:
    step: Callable[[], str] = partial(next, talk)
    while True:
        try:
            statement = step()
        except StopIteration as done:
            observation: Observation = done.value
            return observation
        try:
            step = partial(talk.send, await copied(connection, statement))
        except Exception as error:  # noqa: BLE001 - it is raised again where it matters
            step = partial(talk.throw, error)
