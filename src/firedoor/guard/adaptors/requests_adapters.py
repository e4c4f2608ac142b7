"""requests: its requests are urllib3's; here a refusal is kept from being told as a connection that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.guard.patching import Patches
from firedoor.guard.unwrapping import bare

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "requests.adapters"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:  # noqa: ARG001 - the registry's signature
    """Let a refusal out as it is."""
    patches = Patches()
    patches.wrap(module.HTTPAdapter, "send", bare)
    return patches.undo
