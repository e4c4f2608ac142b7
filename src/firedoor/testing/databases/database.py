"""One database of a test worker, and what every kind of them does."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from firedoor import resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.testing.databases.place import Place
    from firedoor.worker_names import Names

# the family of an address to the module that creates databases of it
_FAMILIES = {"postgresql": "postgresql", "mysql": "mysql", "sqlite": "sqlite"}


@dataclass(frozen=True)
class Database:
    """A worker's own database. ``url`` is its address as the variable's was spelled, ``name`` what it is called."""

    variable: str
    name: str
    url: str = field(repr=False)


class Keeper(Protocol):
    """Creates the databases of one server. Made by the ``open`` of a kind's module; closed at the end of a session."""

    def create(self, migrate: Callable[[Database], None]) -> Database:
        """A new database with what ``migrate`` puts into it. Raises Refused."""

    def close(self) -> None:
        """Drop what was created and let go of the server."""


class Refused(Exception):  # noqa: N818 - an outcome on its way to the frame that may raise
    """Why no database was created: a sentence of ours, and what an administrator may do about it."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def keeper(place: Place, names: Names) -> Keeper | None:
    """Who creates databases where the variable leads to; None for a kind that has none. Raises Refused."""
    name = _FAMILIES.get(resources.family(place.kind, place.text))
    if name is None:
        return None
    if name != "sqlite" and not place.is_plain:
        raise Refused("its address is no URL that names the database by its path", "write it as one")
    made: Keeper = import_module(f"firedoor.testing.databases.{name}").open_at(place, names)
    return made
