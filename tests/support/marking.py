"""A made-up kind of resource for tests of what asks and stamps: each address answers what the test wants."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from firedoor import stamps
from firedoor.stamps.observation import NotAllowed, Observation, Overtaken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

    from firedoor.stamps.address import Address
    from firedoor.stamps.stamp import Stamp


class Marks:
    """Stands in for every marker. ``answers`` leads from an address's text to what is observed, or to what is raised.

    ``asked`` and ``wrote`` list the addresses in order; ``before`` is called before each write.
    """

    EXTRA = "made-up"

    def __init__(self) -> None:
        self.answers: dict[str, Observation | Exception] = {}
        self.refusals: dict[str, Exception] = {}
        self.asked: list[Address] = []
        self.wrote: list[tuple[str, Stamp, Stamp | None]] = []
        self.before: Callable[[], None] = lambda: None

    def observe(self, address: Address) -> Observation:
        self.asked.append(address)
        answer = self.answers[address.text]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def write(self, address: Address, stamp: Stamp, *, replacing: Stamp | None) -> Observation:
        self.before()
        self.wrote.append((address.text, stamp, replacing))
        if address.text in self.refusals:
            raise self.refusals[address.text]
        there = self.answers[address.text]
        assert isinstance(there, Observation)
        if there.stamp != replacing:
            raise Overtaken(there.stamp)
        after = replace(there, stamp=stamp.bound_to(there.bound))
        for text, answer in self.answers.items():
            if isinstance(answer, Observation) and answer.identity == there.identity:
                self.answers[text] = replace(answer, stamp=after.stamp)
        return after

    def grants(self, address: Address) -> Sequence[str]:
        return ["GRANT READ TO <application role>"]


def marking(patch: pytest.MonkeyPatch, *, unasked: Sequence[str] = ()) -> Marks:
    """Answer for every address but the ``unasked``, which no marker can ask."""
    marks = Marks()
    patch.setattr(stamps, "marker", lambda address: None if address.text in unasked else marks)
    return marks


def seen(name: str, stamp: Stamp | None = None, **more: object) -> Observation:
    """What a resource of this name answers. Its stamp is original when bound to ``at NAME``."""
    known = {"identity": ("made-up", name), "bound": f"at {name}", "stamp": stamp}
    return Observation(**{**known, **more})  # type: ignore[arg-type]  # what a test gives


NOT_ALLOWED = NotAllowed()
