"""The configuration that is being bound right now: whatever asks meanwhile belongs to the same environment."""

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firedoor.resolve import Configuration

binding: "ContextVar[Configuration | None]" = ContextVar("firedoor_binding", default=None)
