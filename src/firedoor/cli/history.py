"""``firedoor history``: the ledger, verified line by line, newest last."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from firedoor import declaration, ledger, upkeep
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output, table
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS, UsageError
from firedoor.report import json_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.cli.arguments import Arguments
    from firedoor.declaration import Project
    from firedoor.ledger import Event

ENVIRONMENT = arguments.Option("-e --env", "ENV", "only what was done to this environment")
COUNT = arguments.Option("-n --count", "COUNT", "only the newest COUNT lines")
FORMAT = arguments.Option("--format", "FORMAT", "text or json")
_MACHINES = ("stamp", "consent", "here", "start", "counted")  # facts that tell a reader nothing
VERB = arguments.Verb(
    "history",
    "[-e ENV] [-n COUNT]",
    "Show the ledger: who declared what clean, moved or accepted, when and why. Newest last.",
    (ENVIRONMENT, COUNT, FORMAT),
    notes=(
        "The whole chain is verified, whatever is shown. Exit code: 0 when every line is as it was written, 1 when not."
    ),
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    if given.operands:
        raise UsageError(f"history: {given.operands[0]!r} is no option; an environment is named by -e")
    form = output.chosen(given, FORMAT, ("text", "json"))
    project = declaration.load(given.directory)
    problems = upkeep.of_ledger(project)
    shown = _shown(given, project)
    if form == "json":
        document = json_report.document(problems, project.names)
        print(json.dumps({**document, "events": [event.to_dict() for event in shown]}, indent=2))
    else:
        _print(shown, quiet=given.quiet)
        output.talk(problems, project, quiet=given.quiet)
    return EXIT_PROBLEMS if problems else EXIT_HOLDS


def _shown(given: Arguments, project: Project) -> list[Event]:
    events = list(ledger.read(project.root).events)
    named = given.text(ENVIRONMENT)
    if named is not None:
        known = project.environment(named)
        spellings = (named,) if known is None else known.spellings  # the ledger outlives environments
        events = [event for event in events if event.environment in spellings]
    count = given.text(COUNT)
    if count is None:
        return events
    if not (count.isascii() and count.isdigit()):
        raise UsageError(f"history: --count {count}: give a number of lines")
    return events[-int(count) :] if int(count) else []


def _print(events: Sequence[Event], *, quiet: bool) -> None:
    if not events:
        if not quiet:
            print("Nothing is recorded.")
        return
    header = ("NUMBER", "TIME", "EVENT", "ENVIRONMENT", "RESOURCE", "BY", "REASON")
    print(table.render(header, [_row(event) for event in events]))


def _row(event: Event) -> tuple[str, ...]:
    facts = ", ".join(f"{name} {text}" for name, text in event.facts.items() if name not in _MACHINES)
    said = "; ".join(filter(None, (event.reason, facts)))
    return (
        str(event.number),
        event.time,
        event.event,
        event.environment,
        event.resource,
        event.by,
        printable(said),
    )
