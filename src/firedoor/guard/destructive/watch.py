"""A destructive finding on its way to a resource: whose it is, whether somebody consented, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor import consent, endpoints
from firedoor.destruction import mongodb, redis, s3, sql
from firedoor.guard.destructive.ending import Endings
from firedoor.problem import WARNING
from firedoor.settings import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from firedoor.consent import Consent
    from firedoor.destruction import Finding
    from firedoor.guard.core import Guard
    from firedoor.problem import Problem
    from firedoor.resources import Identity

    # Given the name of a database of the server, empty for the connection's own: what that is known by. None for what
    # is nobody else's, as a database in memory.
    Where = Callable[[str], Iterable[Identity] | None]

_UNREADABLE = "unreadable"


class Watch:
    """Asks, for one guard. What may pass costs a look into the text; what is destructive costs whatever it takes."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._said: set[Problem] = set()
        self.endings = Endings(guard)

    def statement(self, text: object, dialect: str, where: Where) -> None:
        """Look at SQL text, or at bytes of it. Raises GuardError."""
        __tracebackhide__ = True
        if self._guard.is_asleep():
            return
        if isinstance(text, (bytes, bytearray, memoryview)):
            text = bytes(text).decode("utf-8", "replace")
        if isinstance(text, str):
            found = sql.recalled(text, dialect)
            if found is None:
                with self._guard.unguarded():
                    found = sql.read(text, dialect)
            del text
            if found:
                self.judge(found, where)

    def command(self, arguments: Sequence[object], where: Where) -> None:
        """Look at a command of Redis. Raises GuardError."""
        __tracebackhide__ = True
        if not self._guard.is_asleep():
            self.judge(redis.findings(arguments), where)

    def document(self, command: Mapping[str, Any], where: Where) -> None:
        """Look at a command of MongoDB. Raises GuardError."""
        __tracebackhide__ = True
        if not self._guard.is_asleep():
            self.judge(mongodb.findings(command), where)

    def operation(self, name: str, parameters: Mapping[str, Any], where: Where) -> None:
        """Look at an operation of S3. Raises GuardError."""
        __tracebackhide__ = True
        if not self._guard.is_asleep():
            self.judge(s3.findings(name, parameters), where)

    def judge(self, findings: Iterable[Finding], where: Where) -> None:
        """Raises GuardError for findings that nobody consented to; warns once of each that passes."""
        __tracebackhide__ = True
        findings = tuple(findings)
        if not findings or self._guard.is_asleep():
            return
        with self._guard.unguarded():
            refused, passing = self._outcome(findings, where)
        del where
        if refused:
            self._guard.refuse(*refused)
        for one, given in passing:
            self._say(one, given)

    def _outcome(
        self, findings: tuple[Finding, ...], where: Where
    ) -> tuple[list[Problem], list[tuple[Problem, Consent]]]:
        refused: dict[Problem, None] = {}
        passing: list[tuple[Problem, Consent]] = []
        for finding in findings:
            for name in finding.databases:
                identities = _asked(where, name)
                if identities is None:
                    continue
                owners = self._owners(frozenset(identities), whole=finding.whole)
                for variable in owners or ("",):
                    given = self._consent(variable, finding.kind) if variable else None
                    if given is None:
                        refused[self._refusal(finding, variable)] = None
                    else:
                        passing.append((self._passing(finding, given), given))
        return [*refused], passing

    def _owners(self, identities: frozenset[Identity], *, whole: bool) -> list[str]:
        """The variables of the environment that lead to it; of a whole server, to anything there."""
        server = {identity[:-1] for identity in identities}
        found = {
            variable
            for variable, _, own in endpoints.identities_of(self._guard.configuration)
            if own in identities or (whole and own[:-1] in server)
        }
        return sorted(found)

    def _consent(self, variable: str, kind: str) -> Consent | None:
        known = self._guard.configuration
        return consent.find(known.project, known.environment, variable, kind)

    def _refusal(self, finding: Finding, variable: str) -> Problem:
        code = "FD616" if finding.kind == _UNREADABLE else "FD615"
        return self._guard.problem(code, variable, act=finding.act, void=self._void(variable, finding.kind))

    def _void(self, variable: str, kind: str) -> str:
        """Why the newest consent for the variable does not hold; empty when there was none."""
        known = self._guard.configuration
        newest = (
            next(iter(consent.of(known.project, known.environment, variable)), None) if variable else None
        )
        if newest is None:
            return ""
        return newest.void or f"it is for {newest.statement} alone, and this is {kind}"

    def _passing(self, finding: Finding, given: Consent) -> Problem:
        return self._guard.problem(
            "FD618",
            given.variable,
            severity=WARNING,
            act=finding.act,
            by=given.by,
            until=given.until,
            reason=given.reason,
        )

    def _say(self, problem: Problem, given: Consent) -> None:
        __tracebackhide__ = True
        if problem in self._said:
            return
        self._said.add(problem)
        self.endings.expect(given)
        notice.say([problem])


def of(guard: Guard) -> Watch:
    """The guard's one watch: what was said of one library need not be said of the next."""
    found: Watch | None = vars(guard).get("_destructive")
    if found is None:
        found = Watch(guard)
        vars(guard)["_destructive"] = found
    return found


def _asked(where: Where, name: str) -> Iterable[Identity] | None:
    """What the connection leads to. One that does not tell leads to nothing that could be unlocked."""
    try:
        return where(name)
    except Exception:  # noqa: BLE001 - its words may hold the address
        return ()
