"""Which adaptors there are: the library's module to the adaptor's file, and what other packages bring."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

GROUP = "firedoor.guard"
_FOLDER = "firedoor.guard.adaptors"
# Those of Python itself first: whatever a library connects with in the end.
ADAPTORS: tuple[tuple[str, str], ...] = (
    ("_socket", "sockets"),
    ("os", "programs"),
    ("_posixsubprocess", "forks"),
    ("_sqlite3", "sqlite"),
    ("ctypes", "c_functions"),
)


class Adaptor(Protocol):
    """What an adaptor's module holds (firedoor.guard.adaptors)."""

    LIBRARY: str

    def arm(self, guard: Guard, module: ModuleType) -> Callable[[], None]:
        """Put the guard before what the library connects with; returns what takes it away again."""


def finders() -> dict[str, list[Callable[[], Adaptor]]]:
    """For each library's module what imports its adaptors, of which there may be several."""
    found: dict[str, list[Callable[[], Adaptor]]] = {}
    for library, name in ADAPTORS:
        found.setdefault(library, []).append(lambda name=name: import_module(f"{_FOLDER}.{name}"))  # type: ignore[misc]
    for point in entry_points(group=GROUP):
        found.setdefault(point.name, []).append(point.load)
    return found
