"""The drill's report: a table for people, JSON and JUnit for machines."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from firedoor.catalogue.wording import printable
from firedoor.drill.attack import BREACHES
from firedoor.drill.outcome import NOT_APPLICABLE, PASSED, counts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firedoor.drill.outcome import Outcome
    from firedoor.environment import Environment


class Drill:
    """Everything that a report tells: who attacked whom, and what came of it."""

    def __init__(
        self, attacker: Environment, target: Environment, outcomes: Sequence[Outcome], *, sealed: bool
    ) -> None:
        self.attacker = attacker.name
        self.target = target.name
        self.outcomes = outcomes
        self.sealed = sealed

    @property
    def holds(self) -> bool:
        """Whether nothing went through that must not, and everything that must."""
        return all(one.holds for one in self.outcomes)


def text(drill: Drill) -> str:
    """A table by breach class, and a line of counts."""
    width = max((len(one.attack.title) for one in drill.outcomes), default=0)
    lines = [f"{drill.attacker} attacks {drill.target}{', sealed' if drill.sealed else ''}"]
    for breach, group in groupby(drill.outcomes, lambda one: one.attack.breach):
        lines += ["", f"{breach}  {BREACHES[breach]}"]
        lines += [f"  {one.attack.title:<{width}}  {_verdict(one)}" for one in group]
    return "\n".join(map(printable, [*lines, "", _summary(drill)])) + "\n"


def _verdict(one: Outcome) -> str:
    if one.verdict == NOT_APPLICABLE:
        return f"not applicable: {one.reason}"
    by = "" if one.verdict == PASSED else f" by {one.layer}{f' ({one.code})' if one.code else ''}"
    return f"{one.verdict}{by}{'' if one.control else '; CONTROL FAILED'}"


def _summary(drill: Drill) -> str:
    found = counts(drill.outcomes)
    controls = found["failed_controls"]
    return (
        f"{found['stopped']} of {found['applicable']} attacks stopped, {found['not_applicable']} not applicable; "
        f"{'every control passed' if not controls else f'{controls} controls failed'}"
    )


def document(drill: Drill) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "attacker": drill.attacker,
        "target": drill.target,
        "sealed": drill.sealed,
        "holds": drill.holds,
        "counts": counts(drill.outcomes),
        "attacks": [
            {
                "name": one.attack.name,
                "title": one.attack.title,
                "breach": one.attack.breach,
                "verdict": one.verdict.lower(),
                "layer": one.layer,
                "code": one.code,
                "control": one.control,
                "reason": one.reason,
            }
            for one in drill.outcomes
        ],
    }


def as_json(drill: Drill) -> str:
    """``document`` as text."""
    return json.dumps(document(drill), indent=2) + "\n"


def as_junit(drill: Drill) -> str:
    """One test case for each attack; what passed, and a control that failed, is a failure."""
    found = counts(drill.outcomes)
    failures = sum(not one.holds for one in drill.outcomes)
    head = (
        f'<testsuite name="firedoor drill" tests="{len(drill.outcomes)}" failures="{failures}" '
        f'skipped="{found["not_applicable"]}">'
    )
    cases = "\n".join(map(_case, drill.outcomes))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}\n{cases}\n</testsuite>\n'


def _case(one: Outcome) -> str:
    name = f"<testcase classname={quoteattr(BREACHES[one.attack.breach])} name={quoteattr(one.attack.title)}"
    if one.verdict == NOT_APPLICABLE:
        return f"  {name}><skipped message={quoteattr(one.reason)}/></testcase>"
    if not one.holds:
        return f"  {name}><failure message={quoteattr(_verdict(one))}/></testcase>"
    return f"  {name}><system-out>{escape(_verdict(one))}</system-out></testcase>"


FORMATS: dict[str, Callable[[Drill], str]] = {"text": text, "json": as_json, "junit": as_junit}
