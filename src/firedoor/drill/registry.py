"""Which attacks there are: one file for each family of them, and what other packages bring."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from firedoor.drill import attacks
from firedoor.drill.attack import BREACHES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.drill.attack import Attack

GROUP = "firedoor.drill"


def attacks_in_order() -> list[Attack]:
    """Every attack, by breach class and then as its file lists it. A name that two have is an error of ours."""
    found = list(_all())
    names = [one.name for one in found]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise ValueError(f"two attacks are called {', '.join(sorted(doubled))}")
    order = list(BREACHES)
    return sorted(found, key=lambda one: order.index(one.breach))


def _all() -> Iterator[Attack]:
    for module in sorted(found.name for found in iter_modules(attacks.__path__)):
        yield from import_module(f"{attacks.__name__}.{module}").ATTACKS
    for point in entry_points(group=GROUP):
        yield from point.load()
