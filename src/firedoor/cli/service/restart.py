"""``firedoor service restart``: the one way from one environment to another; judged before anything is ended."""

from __future__ import annotations

from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output
from firedoor.cli.service import shared, start
from firedoor.errors import EXIT_HOLDS
from firedoor.problem import Problem
from firedoor.services import engine, neighbours, running, starting, stopping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.environment import Environment
    from firedoor.services.listing import Listed
    from firedoor.services.plan import Plan

VERB = arguments.Verb(
    "service restart",
    "[-e ENV]",
    "End what runs here, then start the chosen environment. Volumes stay.",
    (arguments.ENVIRONMENT,),
    notes="What would be refused is refused before anything is ended. Another environment that is protected is ended\n"
    "by its own name only: firedoor service stop -e ENV.",
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    plan = start.planned(given)
    project = plan.configuration.project
    with shared.alone(project) as locks:
        plan.settled()  # it may take long: what runs is looked at behind it
        listed = engine.listed()
        others = [] if project.services.side_by_side else _others(plan, listed)
        going = {one.name for one in others}
        ending = [one for one in neighbours.of_checkout(listed, project.root) if one.environment in going]
        problems = starting.judge(plan, listed, given.operands, ending=ending)
        starting.require([*_protected(others), *problems])
        for one in others:
            number = stopping.stop(project, one)
            if not given.quiet:
                print(printable(f"{one}: {output.counted(number, 'container')} ended"))
        return start.bring_up(given, plan, problems, holding=locks, recreate=True)


def _others(plan: Plan, listed: Sequence[Listed]) -> list[Environment]:
    """The environments that run here beside the chosen one."""
    found = running.look(plan.configuration.project, listed)
    return [one for one in found.active if one is not plan.configuration.environment]


def _protected(others: Sequence[Environment]) -> list[Problem]:
    """FD744: nobody named them."""
    return [Problem("FD744", subject=one.name, environment=one.name) for one in others if one.protected]
