"""The end of a consent is said, too: whoever reads the log of a long process knows from when on it refuses again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from firedoor.problem import NOTE
from firedoor.report import text

if TYPE_CHECKING:
    from threading import Timer

    from firedoor.consent import Consent
    from firedoor.guard.core import Guard


class Endings:
    """Timers of the consents that this process has made use of. They keep no process alive."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._timers: dict[str, Timer] = {}

    def expect(self, given: Consent) -> None:
        """Say on stderr when the consent ends, once."""
        from threading import Timer  # only where something passes

        if given.id not in self._timers:
            timer = Timer(max(given.seconds_left, 0), self.say, [given])
            timer.daemon = True
            self._timers[given.id] = timer
            timer.start()

    def say(self, given: Consent) -> None:
        """The consent has ended."""
        if self._guard.active:
            problem = self._guard.problem(
                "FD619", given.variable, severity=NOTE, by=given.by, until=given.until
            )
            print(text.render([problem]), file=sys.stderr)  # noqa: T201 - as warnings are

    def forget(self) -> None:
        """Nobody is waited for any more."""
        while self._timers:
            self._timers.popitem()[1].cancel()
