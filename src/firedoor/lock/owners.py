"""Whose a resource is by the lock, once it has said who it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from firedoor import reading
from firedoor.lock import FILE_NAME, comparison, marks
from firedoor.lock.document import Lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.resources import Identity
    from firedoor.stamps.observation import Observation


def identities(observation: Observation) -> tuple[Identity, ...]:
    """What the lock remembers of a resource that answered: what it says it is, and the stamp in it."""
    if observation.stamp is None:
        return (observation.identity,)
    return (observation.identity, ("stamp", observation.stamp.id))


class Owners:
    """The environments of the lock, to be asked for the owner of what answered.

    A fingerprint takes its time, so what was asked once is remembered as long as the process lives.
    """

    def __init__(self, project: Project, lock: Lock) -> None:
        self._project = project
        self._lock = lock
        self._made: dict[Identity, str] = {}

    def foreign_to(self, environment: Environment, variable: Variable) -> Callable[[Observation], str | None]:
        """A function from what answered to the name of another environment that owns it, None where none does."""
        claimed = comparison.Claimed(self._project, self._lock, environment)

        def owner(observation: Observation) -> str | None:
            return self._owner(claimed, variable, identities(observation))

        return owner

    def owner_of(self, environment: Environment, variable: Variable, named: Iterable[Identity]) -> str | None:
        """The name of another environment that owns one of the identities that the variable's text names."""
        claimed = comparison.Claimed(self._project, self._lock, environment)
        return self._owner(claimed, variable, named)

    def _owner(
        self, claimed: comparison.Claimed, variable: Variable, named: Iterable[Identity]
    ) -> str | None:
        for identity in named:
            found = claimed.owner(self._mark(identity), variable)
            if found is not None:
                return found
        return None

    def is_repointed(self, environment: Environment, variable: Variable, observation: Observation) -> bool:
        """Whether the lock knows what answered for the variable, and this is not it.

        A Redis server has another name after a restart: it is known by its stamp alone.
        """
        taken = self._lock.environments.get(environment.name)
        locked = None if taken is None else taken.variables.get(variable.name)
        if locked is None or not locked.observed:
            return False
        if observation.identity[0] == "redis" and observation.stamp is None:
            return False
        return not any(self._mark(identity) in locked.observed for identity in identities(observation))

    def _mark(self, identity: Identity) -> str:
        made = self._made.get(identity)
        if made is None:
            made = self._made[identity] = marks.mark(identity, self._lock.salt, self._lock.cost)
        return made


def load(project: Project) -> Owners | None:
    """The owners by the project's lock; None without one. What is wrong with the lock is the boundary's to say."""
    data = reading.read_bytes(os.path.join(project.root, FILE_NAME))
    if isinstance(data, reading.Failure):
        return None
    lock = comparison.read(project, data)
    return Owners(project, lock) if isinstance(lock, Lock) else None
