"""urllib3: its requests are http.client's; here a refusal is kept from being tried again and wrapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.guard.patching import Patches
from firedoor.guard.unwrapping import caught, escaping

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "urllib3.connectionpool"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:  # noqa: ARG001 - the registry's signature
    """Carry a refusal past the retries."""
    patches = Patches()
    patches.wrap(module.HTTPConnectionPool, "_make_request", escaping)
    patches.wrap(module.HTTPConnectionPool, "_prepare_proxy", escaping)
    patches.wrap(module.HTTPSConnectionPool, "_prepare_proxy", escaping)
    patches.wrap(module.HTTPConnectionPool, "urlopen", caught)
    return patches.undo
