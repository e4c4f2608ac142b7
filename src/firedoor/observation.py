"""Asking the resources of environments who they are: in parallel, each in bounded time, and writing nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from firedoor import boundary, isolation, resolution, resources, stamps
from firedoor.fingerprint import fingerprint
from firedoor.lock import owners
from firedoor.problem import ERROR, NOTE, WARNING, Problem
from firedoor.stamps import asking, judgement
from firedoor.stamps.address import SECONDS, Address
from firedoor.stamps.observation import FAILED, TIMED_OUT, ClientMissing, Observation, Unreachable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from firedoor.declaration import Project, Variable
    from firedoor.environment import Environment
    from firedoor.isolation import Claim
    from firedoor.lock.owners import Owners
    from firedoor.origin import Origin
    from firedoor.resolve import Configuration
    from firedoor.resources import Identity
    from firedoor.stamps.judgement import Foreign


@dataclass(frozen=True)
class Target:
    """One resource of one environment, as its declared variable leads to it."""

    project: Project
    environment: Environment
    variable: Variable
    origin: Origin
    address: Address

    def claim(
        self,
        mark: bytes,
        *,
        addresses: tuple[bytes, ...] = (),
        servers: tuple[bytes, ...] = (),
        by_name: bool = False,
    ) -> Claim:
        """The environment's hold on what the mark stands for."""
        return isolation.Claim(
            self.environment,
            self.variable,
            self.origin,
            mark=mark,
            addresses=addresses,
            servers=servers,
            by_name=by_name,
        )

    def identities(self) -> frozenset[Identity]:
        """What the address names, without containers: their names lead elsewhere in each network."""
        where = resources.Where(self.address.root, self.address.variables)
        named = resources.identities(self.variable.resource, self.address.text, where)
        return frozenset(identity for identity in named if not resources.service_name(identity))

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
    variables = {**boundary.passed_on(configuration), **configuration.texts}
    found = []
    for variable in project.variables.values():
        value = configuration.values.get(variable.name)
        if value is None or value.template or not value.text or resources.is_token(variable.resource):
            continue
        if names and variable.name not in names:
            continue
        address = Address(
            variable.name,
            str(variable.resource),
            value.text,
            project.root,
            variables,
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
    return unanswered(answer, severity, unasked) if answer.observation is None else None


def unanswered(answer: Answer, severity: str, unasked: str) -> Problem:
    """The problem of a resource that did not answer or was not asked."""
    target = answer.target
    if answer.extra:
        return target.problem("FD414", severity, extra=answer.extra)
    if answer.reason:
        return target.problem("FD411", severity, reason=answer.reason)
    return target.problem("FD415", unasked, kind=target.address.kind)


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
        """FD521 to FD525, and FD510 of a name that leads elsewhere now; none of what did not answer."""
        observation, target = answer.observation, answer.target
        if observation is None:
            return []
        found = judged(target, observation, self.foreign_to(target))
        if self._is_repointed(target, observation) and not any(one.code == "FD522" for one in found):
            # a cache's server says another name of itself after some restarts
            found.append(target.problem("FD510", WARNING if target.variable.resource == "cache" else ERROR))
        return found

    def _is_repointed(self, target: Target, observation: Observation) -> bool:
        """In open environments every laptop has its own."""
        return (
            self._owners is not None
            and target.environment.protected
            and self._owners.is_repointed(target.environment, target.variable, observation)
        )


def judged(target: Target, observation: Observation, foreign: Foreign | None = None) -> list[Problem]:
    """What the target's environment has against what was observed."""
    return judgement.judge(
        observation,
        project=target.project,
        environment=target.environment,
        variable=target.variable,
        origin=target.origin,
        foreign=foreign,
    )


def shared(answers: Iterable[Answer], told: Iterable[Problem] = ()) -> list[Problem]:
    """FD409 and FD407: resources, and servers, of two environments that are the same when they are asked.

    ``told`` are problems of the same environments: what two addresses showed already is not said again.
    """
    claims = [claim for answer in answers for claim in _claims(answer)]
    return _together(claims, told, {"FD401": "FD409", "FD407": "FD407"})


def _claims(answer: Answer) -> Iterator[Claim]:
    """What the resource says of itself, as a claim: by its identity, and by its stamp if that was made here."""
    observation, target = answer.observation, answer.target
    if observation is None:
        return
    servers = (_mark(observation.server),) if observation.server else ()
    yield target.claim(_mark(observation.identity), servers=servers)
    if observation.stamp is not None and not observation.is_copy:
        yield target.claim(_mark(("stamp", observation.stamp.id)))


def resolved(wanted: Sequence[Target], told: Iterable[Problem] = ()) -> list[Problem]:
    """FD408: two environments' names that lead to one address now. FD410: names that lead nowhere, from here."""
    spelled = {id(target): target.identities() for target in wanted}
    names = resolution.names_of(one for identities in spelled.values() for one in identities)
    addresses = resolution.resolve(names)
    claims, unresolved = [], []
    for target in wanted:
        identities = spelled[id(target)]
        for identity in identities:
            others = resolution.resolved([identity], addresses) - {identity}
            by_name = identity[0] == "http"  # one address has many web sites
            marks = tuple(map(_mark, sorted(others)))
            claims.append(target.claim(_mark(identity), addresses=marks, by_name=by_name))
        if any(addresses[name] is None for name in resolution.names_of(identities)):
            unresolved.append(target.problem("FD410", WARNING))
    return unresolved + _together(claims, told, {"FD408": "FD408"})


def _together(claims: Sequence[Claim], told: Iterable[Problem], codes: Mapping[str, str]) -> list[Problem]:
    """What isolation finds among the claims, under the codes that it has when asked, without what was told already."""
    known = isolation.index(claims)
    reported: dict[bytes, set[str]] = {}
    before = {pair for problem in told for pair in _pairs(problem)}
    found = []
    for claim in claims:
        for problem in isolation.problems([claim], known, reported):
            if problem.code in codes and not before.issuperset(_pairs(problem)):
                before.update(_pairs(problem))
                found.append(_recoded(problem, codes[problem.code]))
    return found


def _mark(identity: Identity) -> bytes:
    return fingerprint(repr(identity))


# What two environments are said to share: the thing itself, or only its server. Whoever shares the thing need not hear
# of its address or its server.
_THING_OR_SERVER = {**dict.fromkeys(("FD401", "FD408", "FD409"), (True, False)), "FD407": (False,)}


def _pairs(problem: Problem) -> Iterator[tuple[str | None, str, str, bool]]:
    """Who is brought together by a problem: (speaker, its variable, other, whether by the thing itself)."""
    for by_thing in _THING_OR_SERVER.get(problem.code, ()):
        for other in problem.facts["other"].split(", "):
            yield (problem.environment, problem.subject, other, by_thing)


def _recoded(problem: Problem, code: str) -> Problem:
    facts = {name: text for name, text in problem.facts.items() if name != "service" or code == "FD408"}
    return Problem(
        code,
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
    said = [one for answer in answers for one in judges[answer.target.project].problems(answer)]
    return [*silent, *said, *shared(answers, told)]
