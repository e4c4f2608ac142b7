from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from firedoor.stamps import settling
from firedoor.stamps.observation import TIMED_OUT, Overtaken, Unreachable
from firedoor.stamps.settling import settle
from support.stamping import stamp

if TYPE_CHECKING:
    from firedoor.stamps.stamp import Stamp

MINE, OLD, RIVAL = stamp("production"), stamp("staging"), stamp("test")


class Clock:
    """A clock that only a pause moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.pauses: list[float] = []
        monkeypatch.setattr(settling, "time", self)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def settled(
    *answers: Stamp | None, before: Stamp | None = OLD, since: float = 99.9, seconds: float = 5.0
) -> int:
    """How many of the answers were asked for."""
    asked = list(answers)
    settle(lambda: asked.pop(0), MINE, before=before, since=since, seconds=seconds)
    return len(answers) - len(asked)


@pytest.mark.parametrize(
    ("took", "pause"),
    [(0.0, 0.05), (0.01, 0.05), (0.02, 0.06), (0.1, 0.3), (0.3, 0.9), (0.4, 1.0), (9.0, 1.0)],
)
def test_it_waits_for_who_is_some_times_slower(clock: Clock, took: float, pause: float) -> None:
    assert settled(MINE, RIVAL, since=100 - took) == 1
    assert clock.pauses == [pytest.approx(pause)]


def test_a_rival_is_told(clock: Clock) -> None:
    with pytest.raises(Overtaken) as caught:
        settled(RIVAL)
    assert caught.value.found == RIVAL


def test_a_stamp_that_is_gone_is_told(clock: Clock) -> None:
    with pytest.raises(Overtaken) as caught:
        settled(None)
    assert caught.value.found is None


@pytest.mark.parametrize("before", [None, OLD])
def test_what_shows_late_is_waited_for(clock: Clock, before: Stamp | None) -> None:
    assert settled(before, before, MINE, before=before) == 3
    assert len(clock.pauses) == 3


def test_a_rival_after_a_while_is_told(clock: Clock) -> None:
    with pytest.raises(Overtaken) as caught:
        settled(OLD, RIVAL)
    assert caught.value.found == RIVAL


@pytest.mark.parametrize(("seconds", "pauses"), [(0.9, 4), (0.7, 3), (0.1, 1)])
def test_what_never_shows_is_given_up(clock: Clock, seconds: float, pauses: int) -> None:
    with pytest.raises(Unreachable) as caught:
        settled(*[OLD] * 10, seconds=seconds)
    assert caught.value.reason == TIMED_OUT
    assert len(clock.pauses) == pauses


def test_time_passes() -> None:
    start = time.monotonic()
    settled(MINE, since=start)
    assert time.monotonic() - start >= 0.05


def test_the_last_moment_is_not_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    clock.sleep = lambda seconds: clock.pauses.append(seconds)  # type: ignore[method-assign]  # stands in for it
    assert settled(OLD, MINE, seconds=0.0) == 2
