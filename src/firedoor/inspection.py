"""Judging several environments together: each by the boundary's rules, then against each other, then their upkeep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor import boundary, dialects, isolation, selection, sources, upkeep
from firedoor.errors import SelectionError
from firedoor.origin import FILE, REQUEST, Origin
from firedoor.problem import WARNING, Problem, in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.resolve import Configuration
    from firedoor.selection import Choice
    from firedoor.sources import Sourced


class Inspection:
    """What was found: ``judged`` configurations, the environments whose files are not here, every problem in order."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.judged: list[Configuration] = []
        self.absent: list[Environment] = []
        self.problems: tuple[Problem, ...] = ()


def inspect_selected(
    project: Project, names: Sequence[str], *, observe: bool = False, opened: str | None = None
) -> Inspection:
    """Judge the named environments, or the selected one when none is named. Raises SelectionError.

    ``observe`` asks their resources who they are. ``opened`` names an environment whose resources their logins are
    tried on.
    """
    process = sources.process_environment()
    duplicates = sources.process_duplicates()
    if not names:
        chosen = selection.choose(project, None, process, duplicates)
        return _inspect(project, [chosen], process, duplicates, asking=_Asking(project, observe, opened))
    unknown = []
    choices: dict[str, Choice] = {}
    for name in names:
        environment = project.environment(name)
        if environment is None:
            unknown.append(selection.unknown(project, name, Origin(REQUEST, "command line")))
        else:
            choices[environment.name] = selection.Choice(environment, Origin(REQUEST, "command line"), name)
    if unknown:
        raise SelectionError(unknown)
    asking = _Asking(project, observe, opened)
    return _inspect(project, list(choices.values()), process, duplicates, asking=asking)


def inspect_all(project: Project, *, observe: bool = False, opened: str | None = None) -> Inspection:
    """Judge every declared environment whose files are here; a problem shared by several is told once.

    Production's files are not on every laptop: an environment without files is a warning (FD220), unless no
    environment at all could be judged.
    """
    choices = [
        selection.Choice(env, Origin(REQUEST, "command line"), env.name) for env in project.environments
    ]
    process, duplicates = sources.process_environment(), sources.process_duplicates()
    asking = _Asking(project, observe, opened)
    return _inspect(project, choices, process, duplicates, every=True, asking=asking)


class _Asking:
    """What only connections can tell, if somebody asked for it. Raises SelectionError for an unknown environment."""

    def __init__(self, project: Project, observe: bool, opened: str | None) -> None:
        self.observe = observe
        self.opened: Environment | None = None
        if opened is not None:
            self.opened = project.environment(opened)
            if self.opened is None:
                raise SelectionError(
                    [selection.unknown(project, opened, Origin(REQUEST, "--try-credentials"))]
                )

    def problems(
        self,
        judged: Sequence[Configuration],
        sourced: Mapping[str, Sourced],
        process: Mapping[str, str],
        told: Sequence[Problem],
    ) -> list[Problem]:
        """What the environments' resources answer, and what of another one their logins open."""
        found: list[Problem] = []
        if self.observe and judged:
            from firedoor import observation

            wanted = [target for configuration in judged for target in observation.targets(configuration)]
            found += observation.resolved(wanted, told)
            found += observation.problems(observation.ask(wanted), [*told, *found])
        if self.opened is not None:
            from firedoor import credentials

            choice = selection.Choice(self.opened, Origin(REQUEST, "--try-credentials"), self.opened.name)
            project = judged[0].project if judged else None
            theirs = sourced[self.opened.name]
            if project is not None and _is_absent(theirs):
                found.append(_not_judged(project, self.opened))
            elif project is not None:
                owner = boundary.judge(project, choice, theirs, process={}, outside=process)
                found += credentials.problems(judged, owner)
        return found


def _inspect(
    project: Project,
    choices: Sequence[Choice],
    process: Mapping[str, str],
    duplicates: Collection[str],
    *,
    every: bool = False,
    asking: _Asking,
) -> Inspection:
    inspection = Inspection(project)
    sourced = {
        environment.name: sources.layers_of(
            project, environment, chosen=_is_chosen(project, environment, choices, process)
        )
        for environment in project.environments
    }
    known = isolation.index(
        claim
        for environment in project.environments
        for claim in boundary.file_claims(project, environment, sourced[environment.name], process)
    )
    here = [choice for choice in choices if not _is_absent(sourced[choice.environment.name])]
    targets = here if every and here else choices
    inspection.absent = [choice.environment for choice in choices if choice not in targets]
    problems = [_not_judged(project, environment) for environment in inspection.absent]
    reported: dict[bytes, set[str]] | None = {} if every else None
    for choice in targets:
        theirs = sourced[choice.environment.name]
        configuration = boundary.judge(project, choice, theirs, process=process, duplicates=duplicates)
        configuration.others = [
            (other, sourced[other.name]) for other in project.environments if other is not choice.environment
        ]
        boundary.judge_against(configuration, known, reported)
        boundary.judge_by_lock(configuration, problems if every else ())
        problems += configuration.problems
        problems += _dialects(choice.environment, theirs)
        inspection.judged.append(configuration)
    problems += _by_declared_class(inspection.judged)
    problems += upkeep.problems(project, [choice.environment for choice in choices])
    problems += upkeep.of_ledger(project)
    problems += asking.problems(inspection.judged, sourced, process, problems)
    inspection.problems = tuple(in_order(problems, project.names))
    return inspection


def _is_chosen(
    project: Project, environment: Environment, choices: Sequence[Choice], process: Mapping[str, str]
) -> bool:
    """Whether secrets that are mounted here are this environment's: it alone is judged, or it is the selected one."""
    judged = [choice.environment for choice in choices]
    return environment in judged and (
        len(judged) == 1 or selection.is_selected(project, environment, process)
    )


def _by_declared_class(configurations: Sequence[Configuration]) -> list[Problem]:
    """What the settings class of the declaration finds; the class is only imported where one is declared."""
    if not configurations or configurations[0].project.settings_class is None:
        return []
    from firedoor.settings import declared_class

    return [
        problem for configuration in configurations for problem in declared_class.problems_of(configuration)
    ]


def _is_absent(sourced: Sourced) -> bool:
    """Whether the environment has no file here and no policy that does without."""
    return sourced.missing and any(problem.code == "FD201" for problem in sourced.problems)


def _not_judged(project: Project, environment: Environment) -> Problem:
    names = sources.candidates(project.files[-1], environment)
    origin = Origin(FILE, names[0])
    return Problem(
        "FD220",
        subject=names[0],
        environment=environment.name,
        origin=origin,
        severity=WARNING,
        files=" or ".join(names),
    )


def _dialects(environment: Environment, sourced: Sourced) -> list[Problem]:
    return [
        problem
        for layer in sourced.layers
        if not layer.secret
        for problem in dialects.problems(layer.entries, layer.name, environment.name)
    ]
