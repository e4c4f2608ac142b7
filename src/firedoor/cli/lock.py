"""``firedoor lock``: take what environments own into firedoor.lock, and bring it up to the declaration."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from firedoor import declaration, ledger, locking, sources
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output
from firedoor.errors import EXIT_HOLDS, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.cli.arguments import Arguments
    from firedoor.declaration import Project
    from firedoor.locking import Outcome

ALL = arguments.Option("-a --all", "", "take every environment whose files are here")
OFFLINE = arguments.Option(
    "--offline", "", "resolve no names and ask no servers; what was learned before is kept"
)
ACCEPT = arguments.Option(
    "--accept", "NAME", "let the declaration guard less from now on: names, with commas"
)
REASON = arguments.Option("--reason", "TEXT", "why, for the ledger; needed by --accept")
BY = arguments.Option("--by", "NAME", "who, for the ledger; the login name by default")
MERGE = arguments.Option("--merge", "", "finish a merge that git could not: the newer part of each side")
FORMAT = arguments.Option("--format", "FORMAT", "text or json")
VERB = arguments.Verb(
    "lock",
    "[ENV...] [--all] [--accept NAME --reason TEXT]",
    "Take what environments own into firedoor.lock, in fingerprints, and bring it up to the declaration.",
    (arguments.ENVIRONMENT, ALL, OFFLINE, ACCEPT, REASON, BY, MERGE, FORMAT),
    notes=(
        "Run it where the environment's secrets are, and commit the file: every other machine can then refuse what\n"
        "belongs to that environment. Without an environment it takes the declaration alone, which needs no secrets.\n"
        "Exit code: 0 when the lock is whole and up to date, 1 when it was refused, and then nothing is written."
    ),
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    form = output.chosen(given, FORMAT, ("text", "json"))
    project = declaration.load(given.directory)
    outcome = locking.finish_merge(project) if given.flag(MERGE) else _update(project, given)
    if form == "json":
        print(json.dumps(_document(outcome), indent=2))
    else:
        _report(outcome, quiet=given.quiet)
    output.talk(outcome.problems, project, quiet=given.quiet)
    return EXIT_HOLDS


def _update(project: Project, given: Arguments) -> Outcome:
    accept = [name for name in (given.text(ACCEPT) or "").split(",") if name]
    reason = given.text(REASON) or ""
    if accept and not reason.strip():
        raise UsageError("lock: --accept needs --reason TEXT, which the ledger keeps")
    if reason and not accept:
        raise UsageError("lock: --reason belongs to --accept NAME")
    return locking.update(
        project,
        _environments(project, given),
        ask=None if given.flag(OFFLINE) else locking.ask,
        accept=accept,
        by=given.text(BY) or ledger.login(),
        reason=reason,
    )


def _environments(project: Project, given: Arguments) -> list[str]:
    """The environments to take, by their canonical names. Raises UsageError."""
    named = [*given.operands, *filter(None, [given.text(arguments.ENVIRONMENT)])]
    if given.flag(ALL):
        if named:
            raise UsageError("lock: name environments or say --all, not both")
        return [
            environment.name
            for environment in project.environments
            if not sources.layers_of(project, environment).missing
        ]
    found = []
    for name in named:
        environment = project.environment(name)
        if environment is None:
            raise UsageError(f"lock: no environment is called {name!r}; there are {', '.join(project.names)}")
        found.append(environment.name)
    return list(dict.fromkeys(found))


def _report(outcome: Outcome, *, quiet: bool) -> None:
    for name in () if quiet else outcome.taken:
        variables = outcome.lock.environments[name].variables
        counts = [
            f"{sum(1 for marks in variables.values() if getattr(marks, level))} {level}"
            for level in ("spelled", "resolved", "observed")
        ]
        print(f"{name}: {output.counted(len(variables), 'variable')}: {', '.join(counts)}")
    if outcome.wrote:
        print(
            f"Wrote {', '.join(outcome.wrote)}. Commit {'it' if len(outcome.wrote) == 1 else 'them together'}."
        )
    else:
        print("The lock is up to date.")
    if outcome.by_hand:
        print("Add these lines to the declaration; nothing else would miss the lock:", file=sys.stderr)
        print(printable(outcome.by_hand.strip()).replace("\\n", "\n"), file=sys.stderr)


def _document(outcome: Outcome) -> dict[str, object]:
    return {
        "version": 1,
        "id": outcome.lock.id,
        "taken": outcome.taken,
        "wrote": outcome.wrote,
        "environments": {
            name: {"revision": taken.revision, "time": taken.time, "variables": list(taken.variables)}
            for name, taken in outcome.lock.environments.items()
        },
    }
