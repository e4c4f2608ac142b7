"""What runs, told with what the files say today: one report for people and one for programs."""

from __future__ import annotations

import time

from firedoor import boundary, selection, sources
from firedoor.errors import FiredoorError, SelectionError, ServiceError
from firedoor.problem import has_errors
from firedoor.services import labels, waiting
from firedoor.services.memory import Memory
from firedoor.services.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.problem import Problem
    from firedoor.services.container import Container
    from firedoor.services.drift import Drift


class Group:
    """The containers of one environment, how each differs from today's files, and why that could not be told.

    ``drifts`` are by container; ``missing`` are services of today's files without a container.
    """

    def __init__(self, environment: Environment, containers: list[Container]) -> None:
        self.environment = environment
        self.containers = containers
        self.drifts: dict[str, Drift] = {}
        self.missing: list[str] = []
        self.problems: tuple[Problem, ...] = ()

    @property
    def profiles(self) -> list[str]:
        """The Compose profiles that they were started with."""
        told = {one.labels.get(labels.PROFILES, "") for one in self.containers}
        return sorted({profile for text in told for profile in text.split(",") if profile})

    @property
    def since(self) -> float | None:
        """When the first of those that run was started, in seconds since the epoch; None when none does."""
        return min(
            (one.started_at for one in self.containers if one.running and one.started_at), default=None
        )

    @property
    def drifted(self) -> bool:
        """Whether anything is not as today's files say, or nobody can tell."""
        return bool(self.drifts or self.missing or self.problems)

    @property
    def failing(self) -> list[str]:
        """The services of which a container ended with an error, is unhealthy, was never started or does nothing."""
        return sorted(
            {
                one.service
                for one in self.containers
                if waiting.verdict(one) == waiting.FAILED or one.state in ("created", "paused")
            }
        )


class Status:
    """The environments whose containers are here, and the containers that are not firedoor's."""

    def __init__(
        self, groups: Sequence[Group], strangers: Sequence[Container], only: Environment | None = None
    ) -> None:
        self.groups = list(groups)
        self.strangers = list(strangers)
        self.only = only

    @property
    def drifted(self) -> bool:
        """Whether any environment has drifted."""
        return any(group.drifted for group in self.groups)

    @property
    def holds(self) -> bool:
        """Whether all that is here is as today's files say, nothing has failed, and what was asked for is here."""
        there = self.only is None or bool(self.groups)
        return there and not any(group.drifted or group.failing for group in self.groups)


def look(project: Project, only: Environment | None = None) -> Status:
    """Ask the engine, and Compose what today's files make of each environment that is there.

    Raises ServiceError when one of them does not answer.
    """
    likely = only or _chosen(project)
    plans = {} if likely is None else {likely.name: _planned(project, likely)}
    from firedoor.services import running  # while Compose works, not before it

    found = running.look(project)
    there = [one for one in project.environments if one.name in found.environments and only in (None, one)]
    plans.update({one.name: _planned(project, one) for one in there if one.name not in plans})
    groups = [_group(one, found.environments[one.name], plans[one.name]) for one in there]
    return Status(groups, found.strangers, only)


def _chosen(project: Project) -> Environment | None:
    """The environment that would be started now: mostly the one that runs. None where nothing chooses one."""
    try:
        return selection.choose(project, None, sources.process_environment()).environment
    except SelectionError:
        return None


def _planned(project: Project, environment: Environment) -> Plan | tuple[Problem, ...]:
    """Today's plan, or why there is none. It is named: what the shell chooses does not matter.

    Compose is asked at once, unless it is likely that nobody needs its answer.
    """
    try:
        configuration = boundary.configure(project, environment.name, asked_by="what runs")
        if has_errors(configuration.problems):
            return configuration.problems
        plan = Plan(configuration)
        return plan.ask() if Memory(plan.compose, plan.selectors).is_empty else plan
    except FiredoorError as error:
        return error.problems


def _group(environment: Environment, containers: list[Container], plan: Plan | tuple[Problem, ...]) -> Group:
    group = Group(environment, containers)
    if isinstance(plan, tuple):
        group.problems = plan
        return group
    memory = Memory(plan.compose, plan.selectors)
    if memory.holds(containers):
        return group
    try:
        plan.settled()
    except ServiceError as error:
        group.problems = error.problems
        return group
    from firedoor.services import drift

    for one in containers:
        found = drift.of(plan, one)
        if found:
            group.drifts[one.name] = found
    there = [one.service for one in containers]
    services = plan.model.services.values()
    group.missing = [one.name for one in services if there.count(one.name) < one.number]
    if not group.drifted:
        memory.keep(containers, plan)
    return group


def utc(moment: float) -> str:
    """The moment as ``2026-11-27T22:10:03Z``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def as_data(project: Project, status: Status) -> dict[str, Any]:
    """The status in plain data, for programs. No value of a variable is in it."""
    return {
        "project": labels.project_name(project),
        "drift": status.drifted,
        "environments": [_group_data(project, group) for group in status.groups],
        "others": [
            {
                "container": one.name,
                "compose_project": one.project,
                "service": one.service,
                "state": one.state,
                "environment": one.environment or None,
                "checkout": one.folder or None,
            }
            for one in status.strangers
        ],
    }


def _group_data(project: Project, group: Group) -> dict[str, Any]:
    return {
        "environment": group.environment.name,
        "compose_project": labels.compose_project(project, group.environment),
        "profiles": group.profiles,
        "since": None if group.since is None else utc(group.since),
        "drift": group.drifted,
        "missing": group.missing,
        "failing": group.failing,
        "problems": [problem.code for problem in group.problems if problem.severity == "error"],
        "services": [_service_data(group, one) for one in group.containers],
    }


def _service_data(group: Group, one: Container) -> dict[str, Any]:
    found = group.drifts.get(one.name)
    return {
        "service": one.service,
        "container": one.name,
        "state": one.state,
        "health": one.health or None,
        "exit_code": None if one.running else one.exit_code,
        "since": one.started or None,
        "image": one.image,
        "ports": list(one.ports),
        "digest": one.labels.get(labels.DIGEST),
        "drift": None
        if found is None
        else {
            "variables": list(found.variables),
            "gone": list(found.gone),
            "parts": list(found.parts),
            "files": list(found.files),
        },
    }
