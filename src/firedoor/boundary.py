"""One environment's configuration, judged: selection, files, precedence and every rule of the boundary together.

This is what ``run``, ``load`` and ``check`` share, so that they cannot disagree.
"""

import os

from firedoor import resolve, selection, sources
from firedoor.declaration import ADDRESSES, TOKENS
from firedoor.errors import ConfigurationError
from firedoor.problem import has_errors, in_order
from firedoor.rules import ambient, files, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.isolation import Claim, Index
    from firedoor.problem import Problem
    from firedoor.resolve import Configuration, Value
    from firedoor.selection import Choice
    from firedoor.sources import Sourced


def configure(
    project: "Project",
    environment: str | None = None,
    *,
    overrides: "Mapping[str, str] | None" = None,
    process: "Mapping[str, str] | None" = None,
    asked_by: str = "the call",
    with_lock: bool = True,
    in_process: bool = False,
    alone: bool = True,
) -> "Configuration":
    """The configuration of the environment that is asked for or selected, with every problem found.

    ``process`` stands in for the process's variables, ``asked_by`` says in messages where the environment was asked
    for, ``with_lock`` False leaves the lock unasked; ``in_process`` says that this very process will connect, with
    client libraries that obey what its shell exports. ``alone`` False says that others are configured beside it: what
    is mounted here is then the selected one's. Raises SelectionError when no single environment is chosen; every other
    problem is in ``problems``, and the caller decides: see ``require``.
    """
    duplicates: Collection[str] = sources.process_duplicates() if process is None else ()
    variables = sources.process_environment() if process is None else process
    choice = selection.choose(project, environment, variables, duplicates, asked_by=asked_by)
    sourced = sources.layers_of(
        project,
        choice.environment,
        chosen=alone or selection.is_selected(project, choice.environment, variables),
    )
    configuration = judge(
        project, choice, sourced, process=variables, overrides=overrides, duplicates=duplicates
    )
    others = [
        (other, sources.layers_of(project, other))
        for other in project.environments
        if other is not choice.environment
    ]
    configuration.others = others
    if _is_comparable(configuration, others) or in_process:
        from firedoor import isolation  # not free, and mostly there is nothing to compare

        known = isolation.index(
            claim for other, theirs in others for claim in file_claims(project, other, theirs, variables)
        )
        judge_against(configuration, known)
        if in_process:
            _judge_shell(configuration, known)
    if with_lock:
        judge_by_lock(configuration)
    return configuration


def _is_comparable(configuration: "Configuration", others: "Sequence[tuple[Environment, Sourced]]") -> bool:
    """Whether there is something to compare the environment's resources with, or to tell of them even alone (FD413)."""
    project = configuration.project
    if not project.sensitive:
        return False
    return any(_owns_files(sourced) for _, sourced in others) or any(
        _may_be_unreadable(variable, configuration.values) for variable in project.sensitive
    )


def _may_be_unreadable(variable: "Variable", values: "Mapping[str, Value]") -> bool:
    """Whether the address may be in a service file, or of a kind that another package reads."""
    if variable.resource is None or variable.resource in TOKENS:
        return False
    value = values.get(variable.name)
    return value is not None and (
        variable.resource not in ADDRESSES or "service" in value.text.lower() or "PGSERVICE" in values
    )


def judge_by_lock(configuration: "Configuration", said: "Iterable[Problem]" = ()) -> None:
    """Add the problems it has with what the lock says, where there is one or one is expected.

    ``said`` are problems of other environments that are told with it: what two share is not told twice.
    """
    project = configuration.project
    if project.lock is None and not os.path.lexists(os.path.join(project.root, "firedoor.lock")):
        return
    from firedoor.lock import judgement

    told = {_matter(problem) for problem in configuration.problems}
    found = judgement.problems(configuration, passed_on(configuration))
    found = [problem for problem in found if _matter(problem) not in told]
    groups = [_sharers(problem) for problem in said] if found else []
    add(
        configuration,
        [
            problem
            for problem in found
            if not (problem.facts.get("other") and any(map(_sharers(problem).issubset, groups)))
        ],
    )


def _matter(problem: "Problem") -> "tuple[str, str, frozenset[str]]":
    """What it is about, whoever knows it: another environment's file and the lock may both say whose a thing is."""
    return problem.code, problem.subject, frozenset(problem.facts.get("other", "").split(", "))


def _sharers(problem: "Problem") -> "set[object]":
    """What is shared by it, how grave that is and who shares it, whichever of them says so."""
    matter = (problem.code, problem.subject, problem.severity)
    return {matter, problem.environment, *problem.facts.get("other", "").split(", ")}


def judge_against(
    configuration: "Configuration", known: "Index", reported: "dict[bytes, set[str]] | None" = None
) -> None:
    """Add the problems it has with what other environments own. ``reported`` is told elsewhere already."""
    from firedoor import foreign, isolation

    project, chosen = configuration.project, configuration.environment
    own = isolation.claims(project, chosen, configuration.values, passed_on(configuration))
    configuration.foreign = foreign.Foreign(project, chosen, known)
    add(
        configuration,
        [*isolation.problems(own, known, reported), *configuration.foreign.problems(configuration)],
    )


def passed_on(configuration: "Configuration") -> "Mapping[str, str]":
    """The variables by which a platform leads a protected environment's addresses: they reach its command."""
    if not configuration.environment.protected:
        return {}
    from firedoor.client_variables import PLATFORM

    process = configuration.process
    return {name: process[name] for name in PLATFORM & process.keys()}


def _judge_shell(configuration: "Configuration", known: "Index") -> None:
    """What the shell of this very process exports, which a command of ``run`` would not be given."""
    from firedoor.client_variables import LEADING

    process = configuration.process
    if LEADING & process.keys():
        from firedoor import redirection  # hardly ever

        add(configuration, redirection.problems(configuration, known))
    add(
        configuration,
        values.spelled_otherwise_by_shell(
            configuration.project, configuration.environment, configuration.values, process
        ),
    )


def judge(
    project: "Project",
    choice: "Choice",
    sourced: "Sourced",
    *,
    process: "Mapping[str, str]",
    overrides: "Mapping[str, str] | None" = None,
    duplicates: "Collection[str]" = (),
    outside: "Mapping[str, str] | None" = None,
) -> "Configuration":
    """One environment's configuration with the problems it has by itself, whatever the other environments hold.

    ``outside`` answers references that no source sets, where the process itself is left out (``process={}``).
    """
    chosen = choice.environment
    resolution = resolve.resolve(
        project, chosen, sourced.layers, process=process, overrides=overrides or {}, outside=outside
    )
    for selector in project.selectors:
        resolution.values[selector] = resolve.Value(selector, chosen.name, choice.origin)
    home = None if has_errors(sourced.problems) else sources.home(project, chosen, sourced)
    problems = [
        *sourced.problems,
        *resolution.problems,
        *files.selector_lines(project, chosen, sourced.layers),
        *values.problems(project, chosen, resolution, home),
        *ambient.problems(
            project, chosen, sourced.layers, resolution, process=process, duplicates=duplicates
        ),
    ]
    configuration = resolve.Configuration(project, choice, resolution, process)
    add(configuration, problems)
    return configuration


def add(configuration: "Configuration", problems: "Iterable[Problem]") -> None:
    """More problems of the configuration, in their place among the others."""
    configuration.problems = tuple(
        in_order([*configuration.problems, *problems], configuration.project.names)
    )


def require(configuration: "Configuration") -> "Configuration":
    """The same configuration if it holds; ConfigurationError with all its problems when any is an error."""
    if has_errors(configuration.problems):
        raise ConfigurationError(configuration.problems)
    return configuration


def file_claims(
    project: "Project", environment: "Environment", sourced: "Sourced", outside: "Mapping[str, str]"
) -> "list[Claim]":
    """What an environment owns by files of its own, as far as they are here. Their problems are not looked at."""
    from firedoor import isolation

    found = file_values(project, environment, sourced, outside)
    claims = isolation.claims(project, environment, found[-1]) if found else []
    for helped in found[:-1]:
        for claim in isolation.claims(project, environment, helped):
            claim.servers = ()  # what a shell makes of it says who owns a thing, not which server it is in
            claims.append(claim)
    return claims


def file_values(
    project: "Project", environment: "Environment", sourced: "Sourced", outside: "Mapping[str, str]"
) -> "list[dict[str, Value]]":
    """What an environment's own files give its resources and secrets: nothing, or with and without what is outside."""
    if not _owns_files(sourced):
        return []
    from firedoor.client_variables import LEADING

    return resolve.of_files(project, environment, sourced.layers, outside, LEADING)


def _owns_files(sourced: "Sourced") -> bool:
    """A file that every environment reads, or falls back to, is the checkout's and makes nobody an owner."""
    return any(not layer.shared and not layer.fallback for layer in sourced.layers)
