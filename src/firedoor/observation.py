"""Asking the resources of environments who they are: in parallel, each in bounded time, and writing nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from firedoor import isolation, resources, stamps
from firedoor.fingerprint import fingerprint
from firedoor.lock import owners
from firedoor.problem import NOTE, WARNING, Problem
from firedoor.stamps import asking, judgement
from firedoor.stamps.address import SECONDS, Address
from firedoor.stamps.observation import FAILED, TIMED_OUT, ClientMissing, Observation, Unreachable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.isolation import Claim
    from firedoor.lock.owners import Owners
    from firedoor.origin import Origin
    from firedoor.resolve import Configuration
    from firedoor.stamps.judgement import Foreign


@dataclass(frozen=True)
class Target:
    """One resource of one environment, as its declared variable leads to it."""

    project: Project
    environment: Environment
    variable: Variable
    origin: Origin
    address: Address

    def problem(self, code: str, severity: str, **facts: str) -> Problem:
        """A problem of this resource."""
        return Problem(
            code,
            subject=self.variable.name,
            environment=self.environment.name,
            origin=self.origin,
            severity=severity,
            **facts,
        )


@dataclass(frozen=True)
class Answer:
    """What a resource answered. Without an observation: ``reason`` why not, or the ``extra`` that is not installed.

    Nothing of the three: firedoor cannot ask this kind of resource.
    """

    target: Target
    observation: Observation | None = None
    reason: str = ""
    extra: str = ""


def targets(
    configuration: Configuration, names: Collection[str] = (), *, seconds: float = SECONDS
) -> list[Target]:
    """The resources that a configuration leads to and that have an address, or those of the named variables."""
    project = configuration.project
    found = []
    for variable in project.variables.values():
        value = configuration.values.get(variable.name)
        if value is None or value.template or not value.text or resources.is_token(variable.resource):
            continue
        if names and variable.name not in names:
            continue
        address = Address(
            variable.name,
            variable.resource or "",
            value.text,
            project.root,
            configuration.texts,
            seconds,
            ambient=configuration.environment.protected,
        )
        found.append(Target(project, configuration.environment, variable, value.origin, address))
    return found


def ask(wanted: Sequence[Target]) -> list[Answer]:
    """The answer of each, in order, asked all at once."""
    seconds = max((target.address.seconds for target in wanted), default=SECONDS)
    answers = asking.together([partial(ask_one, target) for target in wanted], seconds)
    return [
        answer or Answer(target, reason=TIMED_OUT) for target, answer in zip(wanted, answers, strict=True)
    ]


def ask_one(target: Target) -> Answer:
    """The answer of one resource, whatever its client library does."""
    try:
        marker = stamps.marker(target.address)
        if marker is None:
            return Answer(target)
        return Answer(target, marker.observe(target.address))
    except Unreachable as silence:
        return Answer(target, reason=silence.reason)
    except ClientMissing as missing:
        return Answer(target, extra=missing.extra)
    except Exception:  # noqa: BLE001 - its text may hold the address
        return Answer(target, reason=FAILED)


def silence(answer: Answer, severity: str = WARNING, unasked: str = NOTE) -> Problem | None:
    """Why a resource did not answer (FD411, FD414), or was not asked (FD415). None when it did."""
    target = answer.target
    if answer.observation is not None:
        return None
    if answer.extra:
        return target.problem("FD414", severity, extra=answer.extra)
    if answer.reason:
        return target.problem("FD411", severity, reason=answer.reason)
    kind = target.variable.resource or ""
    return target.problem("FD415", unasked, kind=kind)


class Judge:
    """What environments have against what answered, by its stamp and by the project's lock."""

    def __init__(self, project: Project) -> None:
        self._owners: Owners | None = owners.load(project)

    def foreign_to(self, target: Target) -> Foreign | None:
        """What the lock knows of others who own what the target leads to; None without a lock."""
        if self._owners is None:
            return None
        return self._owners.foreign_to(target.environment, target.variable)

    def problems(self, answer: Answer) -> list[Problem]:
        """FD521 to FD525; none of what did not answer."""
        return [] if answer.observation is None else _judged(answer.target, answer.observation, self)


def _judged(target: Target, observation: Observation, judge: Judge) -> list[Problem]:
    return judgement.judge(
        observation,
        project=target.project,
        environment=target.environment,
        variable=target.variable,
        origin=target.origin,
        foreign=judge.foreign_to(target),
    )


def shared(answers: Iterable[Answer], told: Iterable[Problem] = ()) -> list[Problem]:
    """FD409: resources of two environments that are the same when they are asked, each told once.

    ``told`` are problems of the same environments: what two addresses showed already is not said again.
    """
    claims = [claim for answer in answers for claim in _claims(answer)]
    known = isolation.index(claims)
    reported: dict[bytes, set[str]] = {}
    before = {pair for problem in told for pair in _pairs(problem)}
    found = []
    for claim in claims:
        for problem in isolation.problems([claim], known, reported):
            if not before.issuperset(_pairs(problem)):
                before.update(_pairs(problem))
                found.append(_as_observed(problem))
    return found


def _claims(answer: Answer) -> Iterator[Claim]:
    """What the resource says of itself, as a claim: by its identity, and by its stamp if that was made here."""
    observation, target = answer.observation, answer.target
    if observation is None:
        return
    names = [observation.identity]
    if observation.stamp is not None and not observation.is_copy:
        names.append(("stamp", observation.stamp.id, observation.bound))
    for name in names:
        mark = fingerprint(repr(name))
        yield isolation.Claim(target.environment, target.variable, target.origin, mark=mark, spelling=mark)


_SAME = ("FD401", "FD408", "FD409")


def _pairs(problem: Problem) -> Iterator[tuple[str | None, str, str]]:
    """The environments that a problem brings together: (speaker, its variable, other)."""
    if problem.code in _SAME:
        for other in problem.facts.get("other", "").split(", "):
            yield (problem.environment, problem.subject, other)


def _as_observed(problem: Problem) -> Problem:
    facts = {name: text for name, text in problem.facts.items() if name != "service"}
    return Problem(
        "FD409",
        subject=problem.subject,
        environment=problem.environment,
        origin=problem.origin,
        severity=problem.severity,
        **facts,
    )


def problems(answers: Sequence[Answer], told: Iterable[Problem] = ()) -> list[Problem]:
    """Everything that asking showed, of several environments together."""
    silent = [problem for answer in answers if (problem := silence(answer)) is not None]
    judges = {answer.target.project: Judge(answer.target.project) for answer in answers}
    judged = [one for answer in answers for one in judges[answer.target.project].problems(answer)]
    return [*silent, *judged, *shared(answers, told)]
