"""The refusal out of what a library made of it."""

from __future__ import annotations

from typing import Any

import pytest

from firedoor.errors import GuardError
from firedoor.guard.unwrapping import Escape, bare, bare_later, caught, escaping, refusal_in
from firedoor.problem import Problem

REFUSAL = GuardError([Problem("FD602", environment="testing")])


def made(how: str) -> Exception:
    wrapped = RuntimeError("could not connect")
    if how == "cause":
        wrapped.__cause__ = REFUSAL
    elif how == "context":
        wrapped.__context__ = REFUSAL
    elif how == "argument":
        wrapped = RuntimeError("could not connect", REFUSAL)
    elif how == "reason":
        wrapped.reason = REFUSAL  # type: ignore[attr-defined]  # put there by the test
    elif how == "deep":
        wrapped.__cause__ = made("argument")
    return wrapped


def test_a_refusal_is_found_wherever_it_is_kept() -> None:
    assert refusal_in(REFUSAL) is REFUSAL
    for how in ("cause", "context", "argument", "reason", "deep"):
        assert refusal_in(made(how)) is REFUSAL, how
    assert refusal_in(made("nothing")) is None
    assert refusal_in(None) is None
    assert refusal_in(made("deep"), 1) is None


def raising(error: Exception) -> Any:
    def function(*_: object, **__: object) -> None:
        raise error

    return function


def raising_later(error: Exception) -> Any:
    async def function(*_: object, **__: object) -> None:
        raise error

    return function


async def test_a_library_tells_of_a_refusal_as_it_is() -> None:
    for error in (REFUSAL, made("cause")):
        with pytest.raises(GuardError) as refused:
            bare(raising(error))(1, a=2)
        assert (refused.value.problems, refused.value.__cause__) == (REFUSAL.problems, None)
        with pytest.raises(GuardError) as refused:
            await bare_later(raising_later(error))(1, a=2)
        assert refused.value.problems == REFUSAL.problems
    for wrapper in (bare, escaping, caught):
        with pytest.raises(ValueError, match="its own"):
            wrapper(raising(ValueError("its own")))()
        assert wrapper(lambda one, *, two: one + two)(1, two=2) == 3
    with pytest.raises(ValueError, match="its own"):
        await bare_later(raising_later(ValueError("its own")))()

    async def answer(one: int) -> int:
        return one

    assert await bare_later(answer)(1) == 1


def test_a_refusal_gets_past_what_would_try_again() -> None:
    tries = []

    def trying(function: Any) -> None:
        for _ in range(3):
            tries.append(1)
            try:
                function()
            except OSError:
                continue

    for error in (REFUSAL, made("reason")):
        tries.clear()
        with pytest.raises(GuardError) as refused:
            caught(trying)(escaping(raising(error)))
        assert (refused.value.problems, len(tries)) == (REFUSAL.problems, 1)
    with pytest.raises(Escape):
        trying(escaping(raising(REFUSAL)))
    tries.clear()
    trying(raising(REFUSAL))
    assert len(tries) == 3
