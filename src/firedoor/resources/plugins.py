"""Kinds and schemes that other packages bring: entry points of the group ``firedoor.resources``.

The name is a scheme, or a kind of the declaration; the object has ``identities(text, where)``, which gives tuples of
texts. What is broken says so instead of passing for "owns nothing". Nobody asks here who uses only what is built in.
"""

from importlib.metadata import entry_points

from firedoor.resources.unknown import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity
    from firedoor.resources.where import Where

GROUP = "firedoor.resources"
BROKEN = "the package that reads its kind does not work"


_points = {point.name: point for point in entry_points(group=GROUP)}


def names() -> "frozenset[str]":
    """Every kind and scheme that installed packages bring."""
    return frozenset(_points)


def identities(name: str, text: str, where: "Where") -> "frozenset[Identity] | None":
    """What the package that brings this scheme or kind makes of the text; None when none does."""
    point = _points.get(name)
    if point is None:
        return None
    try:
        found = frozenset(tuple(identity) for identity in point.load().identities(text, where))
    except Exception:  # noqa: BLE001 - whatever it is, its words may hold the text
        return frozenset({unknown(BROKEN)})
    if all(identity and all(isinstance(part, str) for part in identity) for identity in found):
        return found
    return frozenset({unknown(BROKEN)})
