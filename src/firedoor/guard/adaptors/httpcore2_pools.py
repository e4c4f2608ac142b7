"""httpcore2, below httpx2: what ``httpcore_pools`` does, in the library that goes on from httpcore."""

from __future__ import annotations

from firedoor.guard.adaptors.httpcore_pools import arm

__all__ = ["LIBRARY", "arm"]

LIBRARY = "httpcore2"
