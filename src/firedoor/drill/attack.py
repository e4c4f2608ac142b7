"""One attack: what somebody would try, and the legitimate twin that must go through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.scene import Scene

BREACHES = {
    "C1": "ambient production credential",
    "C2": "wrong environment name",
    "C3": "alias or wrong target",
    "C4": "shared resource",
    "C5": "over-scoped credential",
    "C6": "destructive verb",
    "C7": "production data downhill",
    "C8": "side effects reach people",
    "C9": "key or trust reuse",
    "C10": "development posture in production",
    "C11": "secret spill",
    "C12": "unverified promotion",
}


@dataclass(frozen=True)
class Tried:
    """What came of one try: whether it went ``through``, and what was printed."""

    through: bool
    output: str = field(default="", repr=False)


@dataclass(frozen=True)
class Attack:
    """One attack.

    ``attempt`` and ``control`` arrange a scene, do it and tell whether it went through; ``unmet`` gives the reason why
    it cannot be tried in a scene, empty when it can. ``short`` are those that stand for the rest in a short drill.
    """

    name: str
    title: str
    breach: str
    attempt: Callable[[Scene], Tried]
    control: Callable[[Scene], Tried]
    unmet: Callable[[Scene], str] = lambda _: ""
    short: bool = False


def not_yet(name: str, title: str, breach: str, reason: str) -> Attack:
    """An attack that is known and cannot be tried, with the reason."""

    def never(_: Scene) -> Tried:
        raise AssertionError(name)

    return Attack(name, title, breach, never, never, lambda _: reason)
