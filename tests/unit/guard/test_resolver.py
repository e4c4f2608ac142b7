"""What names lead to, asked once in a while and not by the guard's own leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import resolution
from firedoor.guard import quiet, resolver
from firedoor.guard.resolver import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class World:
    """Names with their addresses, a clock, and what was asked."""

    def __init__(self) -> None:
        self.names = {"db.test": frozenset({"192.0.2.1"})}
        self.now = 0.0
        self.asked: list[list[str]] = []

    def resolve(
        self, names: Iterable[str], seconds: float, asking: Callable[[str], frozenset[str] | None]
    ) -> dict[str, frozenset[str] | None]:
        assert seconds == 2.0
        assert asking is resolver._ask
        self.asked.append(list(names))
        return {name: self.names.get(name) for name in self.asked[-1]}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(resolution, "resolve", made.resolve)
    monkeypatch.setattr("time.monotonic", lambda: made.now)
    return made


def test_a_name_is_asked_for_once_and_after_a_while_again(world: World) -> None:
    asking = Resolver()
    both = ["db.test", "nowhere.test"]
    known = {"db.test": frozenset({"192.0.2.1"}), "nowhere.test": frozenset()}
    assert asking.addresses(both) == known
    world.now = 30.0
    assert asking.addresses(iter(both)) == known
    assert world.asked == [both]
    world.now = 30.5
    world.names["db.test"] = frozenset({"192.0.2.2"})
    assert asking.addresses(["db.test"]) == {"db.test": frozenset({"192.0.2.2"})}
    assert world.asked == [both, ["db.test"]]


def test_a_name_that_leads_nowhere_is_not_asked_for_again_soon(world: World) -> None:
    """A resolver that hangs would hold the process up each time."""
    asking = Resolver()
    for world.now in (0.0, 31.0, 299.0):
        assert asking.addresses(["nowhere.test"]) == {"nowhere.test": frozenset()}
    assert world.asked == [["nowhere.test"]]
    world.now = 301.0
    asking.addresses(["nowhere.test"])
    assert len(world.asked) == 2


def test_nobody_is_asked_for_nothing(world: World) -> None:
    assert Resolver().addresses([]) == {}
    assert world.asked == []


def test_what_the_process_was_told_counts_too(world: World) -> None:
    asking = Resolver()
    asking.tell("db.test", ["192.0.2.9", "::ffff:192.0.2.8"], lasting=True)
    assert asking.addresses(["db.test"]) == {"db.test": frozenset({"192.0.2.1", "192.0.2.8", "192.0.2.9"})}
    assert not asking.was_looked_up("192.0.2.9")
    asking.tell("cdn.test", ["192.0.2.80"], lasting=False)
    assert asking.was_looked_up("192.0.2.80")
    assert asking.addresses(["cdn.test"]) == {"cdn.test": frozenset()}


def test_it_does_not_grow_for_ever(world: World) -> None:
    asking = Resolver()
    asking.addresses([f"{number}.test" for number in range(1025)])
    assert len(asking._known) == 1025
    asking.addresses(["db.test"])
    assert [*asking._known] == ["db.test"]
    asking.tell(
        "cdn.test", [f"192.0.{number // 250}.{number % 250}" for number in range(1025)], lasting=False
    )
    asking.tell("cdn.test", ["192.0.2.80"], lasting=False)
    assert asking._seen == {"192.0.2.80"}


def test_the_guard_does_not_guard_its_own_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def ask(name: str) -> frozenset[str]:
        seen.append((name, quiet.is_quiet()))
        return frozenset({"192.0.2.1"})

    monkeypatch.setattr(resolution, "ask", ask)
    assert Resolver().addresses(["db.test"]) == {"db.test": frozenset({"192.0.2.1"})}
    assert seen == [("db.test", True)]
    assert not quiet.is_quiet()
