"""The registry: every file's attacks and other packages', in one order, each name once."""

from __future__ import annotations

import re
from collections import Counter
from importlib.metadata import EntryPoint
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from firedoor.drill import registry
from firedoor.drill.attack import BREACHES, Attack, Tried, not_yet

if TYPE_CHECKING:
    from collections.abc import Sequence

THEIRS = (Attack("theirs", "somebody else's", "C3", lambda _: Tried(False), lambda _: Tried(True)),)
DOUBLED = (Attack("ambient-PGHOST", "again", "C3", lambda _: Tried(False), lambda _: Tried(True)),)


def bring(monkeypatch: pytest.MonkeyPatch, attacks: str) -> None:
    point = EntryPoint("theirs", f"{__name__}:{attacks}", registry.GROUP)
    brought = SimpleNamespace(load=lambda: globals()[attacks])

    def points(*, group: str) -> Sequence[object]:
        assert group == point.group == "firedoor.drill"
        return [brought]

    monkeypatch.setattr(registry, "entry_points", points)


def test_every_breach_class_is_attacked_in_its_order() -> None:
    found = [one.breach for one in registry.attacks_in_order()]
    assert list(dict.fromkeys(found)) == list(BREACHES)
    assert found == sorted(found, key=list(BREACHES).index)


def test_there_are_as_many_attacks_as_a_drill_is_worth() -> None:
    found = registry.attacks_in_order()
    assert len(found) >= 100
    assert Counter(one.breach for one in found)["C3"] >= 25


def test_names_and_titles_are_plain_and_each_stands_once() -> None:
    found = registry.attacks_in_order()
    assert all(re.fullmatch(r"[A-Za-z_0-9-]+", one.name) for one in found)
    assert max(Counter(one.name for one in found).values()) == 1
    assert max(Counter(one.title for one in found).values()) == 1
    assert all(one.title.isprintable() and len(one.title) <= 72 for one in found)


def test_a_short_drill_stands_for_most_classes() -> None:
    short = [one for one in registry.attacks_in_order() if one.short]
    assert 8 <= len(short) <= 20
    assert {"C1", "C2", "C3", "C6", "C7", "C9", "C10"} <= {one.breach for one in short}


def test_other_packages_bring_attacks(monkeypatch: pytest.MonkeyPatch) -> None:
    before = registry.attacks_in_order()
    bring(monkeypatch, "THEIRS")
    found = registry.attacks_in_order()
    assert [one for one in found if one not in before] == [*THEIRS]
    last = max(index for index, one in enumerate(found) if one.breach == "C3")
    assert found[last] is THEIRS[0]


def test_a_name_that_two_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bring(monkeypatch, "DOUBLED")
    with pytest.raises(ValueError, match=r"^two attacks are called ambient-PGHOST$"):
        registry.attacks_in_order()


def test_what_cannot_be_tried_yet_is_never_tried() -> None:
    attack = not_yet("later", "later on", "C12", "nobody promotes anything")
    assert attack.unmet(None) == "nobody promotes anything"  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
    for tried in (attack.attempt, attack.control):
        with pytest.raises(AssertionError, match="later"):
            tried(None)  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
