"""Asking many servers at once, each in bounded time: one that hangs costs its own answer and no other's."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_AT_ONCE = 16
_GRACE = 1.0  # seconds that an answer may be late before it counts as none

Answer = TypeVar("Answer")


def together(questions: Sequence[Callable[[], Answer]], seconds: float) -> list[Answer | None]:
    """The answer of each, in order; None for one that took longer than ``seconds``. A question must not raise."""
    answers: list[Answer | None] = []
    for first in range(0, len(questions), _AT_ONCE):
        asked = [_Asked(question) for question in questions[first : first + _AT_ONCE]]
        deadline = time.monotonic() + seconds + _GRACE
        answers += [one.until(deadline) for one in asked]
    return answers


class _Asked(Generic[Answer]):
    """One question, in a thread that nobody has to wait for: looking a name up knows no time limit."""

    def __init__(self, question: Callable[[], Answer]) -> None:
        self._question = question
        self._answer: Answer | None = None
        self._thread = threading.Thread(target=self._run, daemon=True, name="firedoor asks")
        self._thread.start()

    def _run(self) -> None:
        self._answer = self._question()

    def until(self, deadline: float) -> Answer | None:
        self._thread.join(max(0.0, deadline - time.monotonic()))
        return self._answer
