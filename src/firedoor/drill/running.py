"""Running the drill: some attacks at a time, each in a scene of its own, the outcomes in the order of the registry."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from firedoor.drill import outcome, sandbox
from firedoor.drill.outcome import NOT_APPLICABLE, Outcome
from firedoor.drill.scene import Scene
from firedoor.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firedoor.declaration import Project
    from firedoor.drill.attack import Attack
    from firedoor.drill.scene import Real
    from firedoor.environment import Environment

_MOST_AT_ONCE = 8


def parts(project: Project, named: Environment | None) -> tuple[Environment, Environment] | Problem:
    """(attacker, target): who plays the attacker, and the protected environment that is aimed at. FD660 or FD661."""
    protected = [one for one in project.environments if one.protected]
    if not protected:
        return Problem("FD660", subject=project.name)
    target = protected[-1]
    open_ones = [one for one in project.environments if not one.protected]
    for_tests = [one for one in open_ones if one.tests]
    attacker = named or next(iter([*for_tests, *open_ones]), None)
    if attacker is None or attacker is target:
        return Problem("FD661", subject=target.name, environment=target.name)
    return attacker, target


def drill(
    project: Project,
    attacker: Environment,
    target: Environment,
    attacks: Sequence[Attack],
    *,
    sealed: bool = False,
    done: Callable[[Outcome], None] = lambda _: None,
    real: Real | None = None,
) -> list[Outcome]:
    """The outcome of every attack, in order; ``done`` hears of each as it is ready.

    ``real`` are real servers to pass on to what arrives at the stand-ins, for a drill on servers that may be lost.
    """
    with sandbox.folder() as folder:

        def one(attack: Attack) -> Outcome:
            def scene() -> Scene:
                return Scene(project, attacker.name, target.name, sealed=sealed, within=folder, real=real)

            found = _one(attack, scene, sealed=sealed)
            done(found)
            return found

        workers = min(_MOST_AT_ONCE, 2 * (os.cpu_count() or 1), max(1, len(attacks)))
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(one, attacks))


def _one(attack: Attack, new: Callable[[], Scene], *, sealed: bool) -> Outcome:
    """Both tries, each in a scene that nobody else has touched."""
    with new() as scene:
        reason = attack.unmet(scene)
        if reason:
            return Outcome(attack, NOT_APPLICABLE, reason=reason)
        attempt = attack.attempt(scene)
    with new() as scene:
        control = attack.control(scene)
    return outcome.judged(attack, attempt, control, is_sealed=sealed)
