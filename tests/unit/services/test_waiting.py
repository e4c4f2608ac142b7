"""When a start has come to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.services import labels, waiting
from firedoor.services.container import Container

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def made(state: str, health: str = "", *, code: int = 0, restarts: int = 0, one_off: str = "") -> Container:
    marks = {labels.COMPOSE_ONE_OFF: one_off} if one_off else {}
    return Container(
        id="1",
        name=f"{state}-{health}",
        project="shop-development",
        service="api",
        state=state,
        health=health,
        exit_code=code,
        restarts=restarts,
        labels=marks,
        variables={},
    )


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (made("running"), waiting.READY),
        (made("running", "healthy"), waiting.READY),
        (made("running", "starting"), waiting.WAITING),
        (made("running", "unhealthy"), waiting.FAILED),
        (made("created"), waiting.WAITING),
        (made("paused"), waiting.WAITING),
        (made("paused", "unhealthy"), waiting.FAILED),
        (made("removing"), waiting.WAITING),
        (made("restarting"), waiting.WAITING),
        (made("restarting", restarts=2, code=1), waiting.WAITING),
        (made("restarting", restarts=3, code=1), waiting.FAILED),
        (made("exited"), waiting.READY),
        (made("exited", code=1), waiting.FAILED),
        (made("exited", "unhealthy"), waiting.READY),
        (made("dead"), waiting.FAILED),
        (made(""), waiting.WAITING),
    ],
)
def test_verdict(one: Container, verdict: str) -> None:
    assert waiting.verdict(one) == verdict


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moments at which somebody slept; the clock goes on by sleeping alone."""
    slept: list[float] = []
    monkeypatch.setattr("time.monotonic", lambda: sum(slept))
    monkeypatch.setattr("time.sleep", slept.append)
    return slept


def looks(*seen: Sequence[Container]) -> Callable[[], Sequence[Container]]:
    """What the engine says, one after the other; the last again and again."""
    left = list(seen)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def test_until_all_are_ready(clock: list[float]) -> None:
    shown: list[list[str]] = []
    ready, starting = made("running", "healthy"), made("running", "starting")
    found = waiting.until_ready(
        looks([made("created")], [starting, made("exited")], [ready, made("exited")]),
        60,
        lambda seen: shown.append([one.name for one in seen]),
    )
    assert [one.name for one in found[0]] == ["running-healthy", "exited-"]
    assert found[1] == []
    assert shown == [["created-"], ["running-starting", "exited-"], ["running-healthy", "exited-"]]
    assert len(clock) == 2


def test_until_one_has_failed(clock: list[float]) -> None:
    broken = made("exited", code=3)
    seen, failed = waiting.until_ready(looks([made("running", "starting"), broken]), 60, lambda _: None)
    assert (len(seen), failed, clock) == (2, [broken], [])


def test_until_the_time_is_over(clock: list[float]) -> None:
    late = made("running", "starting")
    _, failed = waiting.until_ready(looks([made("running"), late]), 2, lambda _: None)
    assert failed == [late]
    assert sum(clock) == pytest.approx(2, abs=0.2)


@pytest.mark.usefixtures("clock")
def test_without_time_it_is_looked_at_once() -> None:
    late = made("created")
    assert waiting.until_ready(looks([late]), 0, lambda _: None) == ([late], [late])
    assert waiting.until_ready(looks([]), 0, lambda _: None) == ([], [])


@pytest.mark.parametrize(
    ("one", "started", "waits"),
    [
        (made("running", restarts=1), "2027-01-15T07:59:59.5Z", True),
        (made("running", restarts=1), "2027-01-15T07:59:58.5Z", True),
        (made("running", restarts=1), "2027-01-15T07:59:57.5Z", False),
        (made("running", "healthy", restarts=1), "2027-01-15T07:59:59.5Z", False),
        (made("running"), "2027-01-15T07:59:59.5Z", False),
    ],
)
def test_one_that_has_died_may_die_again(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, one: Container, started: str, waits: bool
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0 + sum(clock))
    one.started = started
    assert waiting.until_ready(lambda: [one], 60, lambda _: None) == ([one], [])
    assert bool(clock) is waits
    assert sum(clock) < 3


@pytest.mark.usefixtures("clock")
def test_one_off_containers_are_not_waited_for() -> None:
    run = made("exited", code=1, one_off="True")
    ordinary = made("running", one_off="False")
    assert waiting.until_ready(looks([run, ordinary]), 60, lambda _: None) == ([ordinary], [])
