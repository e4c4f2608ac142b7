"""Putting the environment's mark into its resources: each by itself, the ledger first, nothing over anybody else's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from firedoor import ledger, observation, secret, stamps
from firedoor.problem import ERROR, NOTE, Problem, has_errors
from firedoor.stamping.decision import (
    ALREADY,
    MAY_NOT_WRITE,
    REFUSED,
    Consent,
    Decision,
    decide,
)
from firedoor.stamps.observation import FAILED as GAVE_UP
from firedoor.stamps.observation import ClientMissing, NotAllowed, Overtaken, Unreachable
from firedoor.stamps.stamp import Stamp, new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firedoor.observation import Answer, Judge, Target
    from firedoor.resolve import Configuration
    from firedoor.stamps import Marker
    from firedoor.stamps.address import Address
    from firedoor.stamps.observation import Observation

FAILED = "failed"
UNREACHABLE = "unreachable"
CLIENT_MISSING = "client missing"
NOT_ASKED = "not asked"
_SHORTEST_SECRET = 4


@dataclass(frozen=True)
class Request:
    """Who stamps, why, over what, and whether only to say what would be done.

    ``administrator`` is another address of the one resource that is stamped, with a login that may write.
    """

    by: str
    reason: str = ""
    consent: Consent = field(default_factory=Consent)
    administrator: Address | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one resource. ``result`` is a word of this module or of ``decision``; ``stamp`` is there now.

    ``grants`` are the statements that let another role read the stamp and not change it.
    """

    target: Target
    result: str
    stamp: Stamp | None = None
    problems: tuple[Problem, ...] = ()
    grants: tuple[str, ...] = ()


def stamp(configuration: Configuration, request: Request) -> list[Outcome]:
    """Stamp the resources of one environment, or those that the consent names.

    Raises ConfigurationError (FD528) when the ledger is not as it was written, OSError when it cannot be written: then
    no resource is touched any more.
    """
    judge = observation.Judge(configuration.project)
    wanted = observation.targets(configuration, request.consent.named)
    barred = {target.variable.name: _bar(configuration, target) for target in wanted}
    answers = iter(observation.ask([target for target in wanted if not barred[target.variable.name]]))
    outcomes = []
    for target in wanted:
        code = barred[target.variable.name]
        if code:
            outcomes.append(_refusal(target, {"reported": code}))
        else:
            outcomes.append(_Stamping(request, judge, target).outcome(next(answers)))
    return outcomes


def told_secret(configuration: Configuration, text: str) -> str:
    """The name of a secret or resource whose value stands in a text that is meant for the ledger; empty for none."""
    for variable in configuration.project.sensitive:
        value = configuration.get(variable.name)
        hidden = () if value is None else (value, secret.url_parts(value)[1])
        if any(len(part) >= _SHORTEST_SECRET and part in text for part in hidden):
            return variable.name
    return ""


def _bar(configuration: Configuration, target: Target) -> str:
    """The code of the first error that makes it unsure whose resource this is; empty for none.

    Errors of other variables do not matter; those of the file, the lock or the environment itself do.
    """
    others = configuration.project.variables.keys() - {target.variable.name}
    codes = [
        problem.code
        for problem in configuration.problems
        if problem.severity == ERROR and problem.subject not in others
    ]
    return codes[0] if codes else ""


def _refusal(target: Target, facts: Mapping[str, str], grants: tuple[str, ...] = ()) -> Outcome:
    return Outcome(target, REFUSED, problems=(target.problem("FD526", ERROR, **facts),), grants=grants)


def _marker(address: Address) -> Marker:
    """Who stamps there, which has just answered."""
    marker = stamps.marker(address)
    assert marker is not None  # noqa: S101 - as above
    return marker


class _Stamping:
    """One resource on its way to a stamp."""

    def __init__(self, request: Request, judge: Judge, target: Target) -> None:
        self.request = request
        self.judge = judge
        self.foreign = judge.foreign_to(target)
        self.target = target
        self.address = request.administrator or target.address

    def outcome(self, answer: Answer) -> Outcome:
        if answer.observation is None:
            return self._silent(answer)
        seen = answer.observation
        if self.request.administrator is not None:
            (as_admin,) = observation.ask([replace(self.target, address=self.request.administrator)])
            if as_admin.observation is None:
                return self._silent(as_admin)
            if as_admin.observation.identity != seen.identity:
                return _refusal(self.target, {"administrator": self.request.administrator.variable})
            seen = as_admin.observation
        decision = decide(seen, self.target, self.request.consent, self.foreign)
        if decision.event == REFUSED:
            return _refusal(self.target, decision.facts)
        if decision.event == ALREADY or self.request.dry_run:
            judged = () if decision.event != ALREADY else self._judged(answer)
            return Outcome(self.target, decision.event, seen.stamp, judged, self._grants(judged))
        return self._write(decision, seen)

    def _silent(self, answer: Answer) -> Outcome:
        named = self.target.variable.name in self.request.consent.named
        problem = observation.unanswered(answer, ERROR, ERROR if named else NOTE)
        result = CLIENT_MISSING if answer.extra else UNREACHABLE if answer.reason else NOT_ASKED
        return Outcome(self.target, result, problems=(problem,))

    def _write(self, decision: Decision, seen: Observation) -> Outcome:
        """The ledger first: what is not written there is not done."""
        wanted = Stamp(
            project=self.target.project.name,
            environment=self.target.environment.name,
            resource=self.target.variable.name,
            id=new_id(),
            time=ledger.now(),
            by=self.request.by,
            cleaned=decision.cleaned,
        )
        facts = {"stamp": wanted.id}
        if decision.cleaned:
            facts["from"] = decision.cleaned
        self._record(decision.event, facts)
        try:
            _marker(self.address).write(self.address, wanted, replacing=seen.stamp)
        except Exception as error:  # noqa: BLE001 - whatever it was, the ledger must say that nothing is sure
            outcome = self._failed(error)
            self._record(FAILED, {"stamp": wanted.id, "result": outcome.result})
            return outcome
        (after,) = observation.ask([self.target])
        judged = self._judged(after)
        there = wanted if after.observation is None else after.observation.stamp
        return Outcome(self.target, decision.event, there or wanted, judged, self._grants(None))

    def _failed(self, error: Exception) -> Outcome:
        """What a client library says is not repeated: it may hold the address."""
        if isinstance(error, NotAllowed):
            return _refusal(self.target, {"detail": MAY_NOT_WRITE}, self._grants(None))
        if isinstance(error, Overtaken):
            return self._overtaken()
        if isinstance(error, ClientMissing):
            return self._silent(observation.Answer(self.target, extra=error.extra))
        reason = error.reason if isinstance(error, Unreachable) else GAVE_UP
        return self._silent(observation.Answer(self.target, reason=reason))

    def _overtaken(self) -> Outcome:
        """Somebody else was faster: fine when he stamped it for the same environment."""
        (answer,) = observation.ask([self.target])
        if answer.observation is not None:
            decision = decide(answer.observation, self.target, Consent(), self.foreign)
            if decision.event == ALREADY:
                return Outcome(self.target, ALREADY, answer.observation.stamp, self._judged(answer))
        return _refusal(self.target, {"overtaken": "meanwhile"})

    def _judged(self, answer: Answer) -> tuple[Problem, ...]:
        """What the application's own login will find there from now on."""
        silent = observation.silence(answer)
        return tuple(self.judge.problems(answer)) if silent is None else (silent,)

    def _grants(self, judged: Sequence[Problem] | None) -> tuple[str, ...]:
        """None: in any case. Else only when the login can do too much or too little."""
        if judged is not None and not {"FD524", "FD525"}.intersection(problem.code for problem in judged):
            return ()
        return tuple(_marker(self.target.address).grants(self.target.address))

    def _record(self, event: str, facts: dict[str, str]) -> None:
        login = ledger.login()
        ledger.append(
            self.target.project.root,
            event,
            by=self.request.by,
            environment=self.target.environment.name,
            resource=self.target.variable.name,
            reason=self.request.reason,
            facts=facts if login == self.request.by else {**facts, "login": login},
        )


def holds(outcomes: Sequence[Outcome]) -> bool:
    """Whether everything that can be stamped carries this environment's stamp."""
    return not any(has_errors(outcome.problems) for outcome in outcomes)
