"""What the drivers of PostgreSQL have in common: the address that they were told, and what servers said before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import quote

from firedoor.stamps.observation import Observation

if TYPE_CHECKING:
    from collections.abc import Callable

Kept = TypeVar("Kept")
_MOST = 256


class Known(Generic[Kept]):
    """Something for every login to every database, so that the next connection is asked less. repr shows no value."""

    def __init__(self, make: Callable[[], Kept]) -> None:
        self._make = make
        self._kept: dict[object, Kept] = {}

    def of(self, place: object) -> Kept:
        """``place`` is whatever tells servers, databases and logins apart."""
        if len(self._kept) >= _MOST and place not in self._kept:
            self._kept.clear()
        if place not in self._kept:
            self._kept[place] = self._make()
        return self._kept[place]


def url(host: object, port: object, database: object) -> str:
    """The address as a declaration would have it. A host that is a path is the folder of a socket."""
    place, name = str(host), quote(str(database), safe="")
    if place.startswith("/"):
        return f"postgresql:///{name}?host={quote(place, safe='')}&port={port}"
    return f"postgresql://{f'[{place}]' if ':' in place else quote(place, safe='')}:{port}/{name}"


def unreadable() -> Observation:
    """What a server says that cannot be asked."""
    return Observation((), unreadable=True)
