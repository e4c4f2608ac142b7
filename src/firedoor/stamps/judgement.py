"""May this environment use what answered? One judgement for ``verify``, ``check --observe`` and new connections.

FD521  -
FD522  cleaned, copy, level, other, other_project
FD523  cleaned
FD524  -
FD525  -

``other`` is the environment whose stamp it is, ``other_project`` its project where that is another one, ``cleaned`` the
environment whose data it was before somebody declared it sanitised, ``copy`` is "copy" when the stamp was made in
another place, ``level`` says who knows: "stamp" or "lock". What does not apply is empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.problem import ERROR, NOTE, WARNING, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.origin import Origin
    from firedoor.stamps.observation import Observation
    from firedoor.stamps.stamp import Stamp

    Foreign = Callable[[Observation], str | None]

STAMP = "stamp"
LOCK = "lock"
COPY = "copy"


def judge(
    observation: Observation,
    *,
    project: Project,
    environment: Environment,
    variable: Variable,
    origin: Origin | None = None,
    foreign: Foreign | None = None,
) -> list[Problem]:
    """Every problem that the environment has with the resource that its variable led to.

    ``origin`` is where the variable's value comes from. ``foreign`` names the environment that owns what was observed
    by what the lock says, None when that is this one or nobody.
    """
    by_stamp = _Judgement(project, environment, variable, origin).problems(observation)
    owner = None if foreign is None else foreign(observation)
    if owner is None or environment.is_(owner) or may_share(variable, environment, owner):
        return by_stamp
    if any(problem.code == "FD522" for problem in by_stamp):
        return by_stamp
    return [_foreign(variable, environment, origin, level=LOCK, other=owner)]


class _Judgement:
    """One environment's view of the stamp in one resource."""

    def __init__(
        self, project: Project, environment: Environment, variable: Variable, origin: Origin | None
    ) -> None:
        self.project = project
        self.environment = environment
        self.variable = variable
        self.origin = origin

    def problems(self, observation: Observation) -> list[Problem]:
        stamp = observation.stamp
        if observation.unreadable:
            return [self._problem("FD525", self._grave())]
        if stamp is None:
            return [self._problem("FD521", self.environment.unstamped)]
        if not self._is_own(stamp):
            return [self._of_another(stamp, observation)]
        if observation.is_copy:
            return [self._problem("FD523", self._grave(), cleaned=stamp.cleaned)]
        if observation.forgeable:
            return [self._problem("FD524", WARNING if self.environment.protected else NOTE)]
        return []

    def _is_own(self, stamp: Stamp) -> bool:
        if stamp.project != self.project.name:
            return False
        known = self.project.environment(stamp.environment)  # a stamp outlives the renaming of an environment
        name = stamp.environment if known is None else known.name
        return self.environment.is_(name) or may_share(self.variable, self.environment, name)

    def _of_another(self, stamp: Stamp, observation: Observation) -> Problem:
        return _foreign(
            self.variable,
            self.environment,
            self.origin,
            level=STAMP,
            other=stamp.environment,
            other_project="" if stamp.project == self.project.name else stamp.project,
            cleaned=stamp.cleaned,
            copy=COPY if observation.is_copy else "",
        )

    def _grave(self) -> str:
        return ERROR if self.environment.protected else WARNING

    def _problem(self, code: str, severity: str, **facts: str) -> Problem:
        return Problem(
            code,
            subject=self.variable.name,
            environment=self.environment.name,
            origin=self.origin,
            severity=severity,
            **facts,
        )


def may_share(variable: Variable, environment: Environment, other: str) -> bool:
    """Whether the declaration lets both use the same resource, by name.

    ``shared = true`` is said of a name that is another server in each network, and lets nobody into another's data.
    """
    shared = variable.shared
    return not isinstance(shared, bool) and environment.name in shared and other in shared


def _foreign(
    variable: Variable,
    environment: Environment,
    origin: Origin | None,
    *,
    level: str,
    other: str,
    other_project: str = "",
    cleaned: str = "",
    copy: str = "",
) -> Problem:
    return Problem(
        "FD522",
        subject=variable.name,
        environment=environment.name,
        origin=origin,
        level=level,
        other=other,
        other_project=other_project,
        cleaned=cleaned,
        copy=copy,
    )
