"""What a kind's module may say beside identities: that it cannot say where a text leads, and why."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity

_UNKNOWN = "?"


def unknown(reason: str) -> "Identity":
    """Stands among the identities for those that nobody can name. ``reason`` is a sentence without any value."""
    return _UNKNOWN, reason


def parted(found: "frozenset[Identity]") -> "tuple[frozenset[Identity], str]":
    """The identities, and the reason why there may be more; empty for none."""
    if not any(identity[0] == _UNKNOWN for identity in found):
        return found, ""
    reasons = sorted(identity[1] for identity in found if identity[0] == _UNKNOWN)
    return frozenset(identity for identity in found if identity[0] != _UNKNOWN), reasons[0]
