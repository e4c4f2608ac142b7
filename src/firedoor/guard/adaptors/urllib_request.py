"""urllib.request: its requests are http.client's; here a refusal is kept from being told as an error of a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.guard.patching import Patches
from firedoor.guard.unwrapping import bare

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "urllib.request"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:  # noqa: ARG001 - the registry's signature
    """Let a refusal out as it is."""
    patches = Patches()
    patches.wrap(module.AbstractHTTPHandler, "do_open", bare)
    return patches.undo
