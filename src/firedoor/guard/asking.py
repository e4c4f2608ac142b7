"""What a connection reached, by its own word: the stamp and the lock judged as ``firedoor.verify`` judges them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from firedoor.guard.quiet import unguarded
from firedoor.problem import has_errors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from firedoor.observation import Judge, Target
    from firedoor.problem import Problem
    from firedoor.resolve import Configuration
    from firedoor.stamps.observation import Observation


class Observed:
    """Judges what connections answer. The same answer is judged once, and a warning said once."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._judge: Judge | None = None
        self._passed: dict[tuple[str, Any], Observation] = {}
        self._said: set[Problem] = set(configuration.problems)

    def problems(self, ask: Callable[[], Observation | None], variable: str, kind: str) -> list[Problem]:
        """What is against using what answered, when some of it is an error; else nothing, and warnings are said."""
        return self.judged(_answer(ask), variable, kind)

    async def answer(self, ask: Callable[[], Awaitable[Observation | None]]) -> Observation | None:
        """What a connection says that has to be awaited."""
        try:
            return await ask()  # guarded: what else this thread does meanwhile is not the guard's
        except Exception:  # noqa: BLE001 - a client library's words may hold the address
            return _unreadable()

    def judged(self, observation: Observation | None, variable: str, kind: str) -> list[Problem]:
        """As ``problems``, of what was answered already."""
        if observation is None:
            return []
        key = (variable, observation.identity)
        if self._passed.get(key) == observation:
            return []
        found = self._judged(observation, variable, kind)
        if has_errors(found):
            return found
        new = [problem for problem in found if problem not in self._said]
        self._said.update(new)
        self._passed[key] = observation
        if new:
            _say(new)
        return []

    def _judged(self, observation: Observation, variable: str, kind: str) -> list[Problem]:
        from firedoor.observation import Answer, Judge, judged

        target = self._target(variable, kind)
        if not observation.identity:
            found = judged(target, observation)
        else:
            if self._judge is None:
                self._judge = Judge(self._configuration.project)
            found = self._judge.problems(Answer(target, observation))
        if variable:
            return found
        # a server that nobody declared need not be stamped, but it may not be somebody else's
        return [problem for problem in found if problem.code == "FD522"]

    def _target(self, variable: str, kind: str) -> Target:
        """What was connected to, without its address: nobody is to be asked at it."""
        from firedoor.declaration import Variable
        from firedoor.observation import Target
        from firedoor.origin import DECLARATION, Origin
        from firedoor.stamps.address import Address

        project = self._configuration.project
        value = self._configuration.values.get(variable)
        origin = Origin(DECLARATION, project.path.rpartition("/")[2]) if value is None else value.origin
        declared = project.variables.get(variable) or Variable(f"an undeclared {kind}", resource=kind)
        address = Address(declared.name, kind, "")
        return Target(project, self._configuration.environment, declared, origin, address)


def _say(problems: list[Problem]) -> None:
    """Where warnings are errors, as many suites have it, it is written instead: a warning refuses no connection."""
    from firedoor.settings import notice

    for problem in problems:
        try:
            notice.say([problem])
        except notice.FiredoorWarning as warning:
            sys.stderr.write(f"{str(warning).strip()}\n")


def _answer(ask: Callable[[], Observation | None]) -> Observation | None:
    with unguarded():
        try:
            return ask()
        except Exception:  # noqa: BLE001 - a client library's words may hold the address
            return _unreadable()


def _unreadable() -> Observation:
    from firedoor.stamps.observation import Observation

    return Observation((), unreadable=True)
