"""Which line of the project a refusal comes from: that, and not the address, is what somebody has to look for."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

_FOREIGN = ("site-packages", "dist-packages", ".venv", "venv", "node_modules")
_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def line(root: str) -> str:
    """``tests/test_shop.py:12`` of the innermost frame in a file of the project; empty when there is none."""
    frame = sys._getframe(1)  # noqa: SLF001 - what warnings itself does
    while frame is not None:
        name = frame.f_code.co_filename
        path = "" if name.startswith("<") else os.path.abspath(name)  # not <string>, nor <frozen runpy>
        if path.startswith(root + os.sep) and not path.startswith(_HERE + os.sep):
            relative = path[len(root) + 1 :]
            if not any(part in _FOREIGN for part in relative.split(os.sep)):
                return f"{relative}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]  # the loop ends at None
    return ""


def is_measuring() -> bool:
    """Whether coverage itself is about to open a database: the one that it writes down what it saw in."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - as above
    while frame and frame.f_code.co_filename.startswith(_HERE + os.sep):
        frame = frame.f_back
    return frame is not None and frame.f_globals.get("__name__") == "coverage.sqlitedb"
