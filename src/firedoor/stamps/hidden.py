"""Secrets on their way to a client library: a mapping that shows its names and none of its values."""

from __future__ import annotations

from collections import UserDict
from typing import Any


class Hidden(UserDict[str, Any]):
    """A dict for arguments of a connection. A traceback that shows locals shows only what they are called."""

    def __repr__(self) -> str:
        return f"Hidden({sorted(self)})"
