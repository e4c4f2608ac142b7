"""Running the drill: some attacks at a time, each in a scene of its own, the outcomes in the order of the registry."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from firedoor.drill import outcome
from firedoor.drill.outcome import NOT_APPLICABLE, Outcome
from firedoor.drill.scene import Scene
from firedoor.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firedoor.declaration import Project
    from firedoor.drill.attack import Attack
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
) -> list[Outcome]:
    """The outcome of every attack, in order; ``done`` hears of each as it is ready."""

    def one(attack: Attack) -> Outcome:
        found = _one(project, attacker, target, attack, sealed=sealed)
        done(found)
        return found

    workers = min(_MOST_AT_ONCE, 2 * (os.cpu_count() or 1), max(1, len(attacks)))
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, attacks))


def _one(
    project: Project, attacker: Environment, target: Environment, attack: Attack, *, sealed: bool
) -> Outcome:
    """Both tries, each in a scene that nobody else has touched."""
    with Scene(project, attacker.name, target.name, sealed=sealed) as scene:
        reason = attack.unmet(scene)
        if reason:
            return Outcome(attack, NOT_APPLICABLE, reason=reason)
        attempt = attack.attempt(scene)
    with Scene(project, attacker.name, target.name, sealed=sealed) as scene:
        control = attack.control(scene)
    return outcome.judged(attack, attempt, control, is_sealed=sealed)
