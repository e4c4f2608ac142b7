"""``firedoor service start``: one environment's services, judged, started, healthy and given what they should get."""

from __future__ import annotations

from firedoor import boundary, declaration
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output, table
from firedoor.cli.service import progress, shared
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS
from firedoor.problem import has_errors
from firedoor.services import engine, starting
from firedoor.services.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.cli.arguments import Arguments
    from firedoor.problem import Problem
    from firedoor.services.starting import Started

VERB = arguments.Verb(
    "service start",
    "[-e ENV] [SERVICE...]",
    "Judge one environment, start its services and wait until they are healthy.",
    (arguments.ENVIRONMENT,),
    notes="Exit code: 0 when everything runs, 1 when firedoor refuses or a service fails, 2 for a wrong declaration.",
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    plan = planned(given)
    with shared.alone(plan.configuration.project) as locks:
        plan.settled()  # it may take long: what runs is looked at behind it
        problems = starting.judge(plan, engine.listed(), given.operands)
        return bring_up(given, plan, problems, holding=locks)


def planned(given: Arguments) -> Plan:
    """The chosen environment's plan. Raises FiredoorError when its configuration does not hold."""
    project = declaration.load(given.directory)
    configuration = boundary.configure(project, given.text(arguments.ENVIRONMENT), asked_by="-e")
    return Plan(boundary.require(configuration)).ask()


def bring_up(
    given: Arguments,
    plan: Plan,
    problems: Sequence[Problem],
    *,
    holding: Sequence[int],
    recreate: bool = False,
) -> int:
    """Start what was judged, and say what became of it."""
    starting.require(problems)
    project = plan.configuration.project
    output.talk([*plan.configuration.problems, *problems], project, quiet=given.quiet)
    live = progress.Progress(quiet=given.quiet)
    try:
        started = starting.start(
            plan,
            given.operands,
            recreate=recreate,
            holding=holding,
            show=live.show if live.live else None,
        )
    finally:
        live.close()
    _answer(plan, started, quiet=given.quiet)
    output.talk(started.problems, project, quiet=given.quiet)
    shared.show_lines(started.lines)
    return EXIT_PROBLEMS if has_errors(started.problems) else EXIT_HOLDS


def _answer(plan: Plan, started: Started, *, quiet: bool) -> None:
    if quiet:
        return
    if started.containers:
        print(table.render(progress.HEADER, progress.rows(started.containers)))
    if not has_errors(started.problems):
        number = output.counted(len(started.containers), "container")
        chosen = output.chosen_by(plan.configuration)
        print(
            printable(
                f"{plan.compose.name}: {number} of {chosen}, each with the values that were resolved here"
            )
        )
