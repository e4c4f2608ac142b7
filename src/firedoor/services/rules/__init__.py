"""What may not be started: one file for each family of rules, each a function of the plan alone."""

from __future__ import annotations

from firedoor.services.rules import given, names, protected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from firedoor.problem import Problem
    from firedoor.services.plan import Plan

RULES: tuple[Callable[[Plan], Iterable[Problem]], ...] = (
    names.problems,
    given.problems,
    protected.problems,
)


def problems(plan: Plan) -> list[Problem]:
    """Every problem of what the environment would start."""
    return [*plan.problems, *(problem for rule in RULES for problem in rule(plan))]
