"""``firedoor verify``: ask the resources of an environment whose they are, as an application does when it starts."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from firedoor import boundary, declaration, verification
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS
from firedoor.problem import NOTE, has_errors
from firedoor.report import FORMATS, colour, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.problem import Problem

VERB = arguments.Verb(
    "verify",
    "[ENV...]",
    "Ask the resources of an environment whose they are, as an application does when it starts.",
    (arguments.ENVIRONMENT, arguments.FORMAT),
    notes=(
        "Nothing is written. In a protected environment a resource that does not answer is a problem.\n"
        "Exit code: 0 when nothing is against using them, 1 when there are problems."
    ),
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    form = output.chosen(given, arguments.FORMAT, FORMATS)
    project = declaration.load(given.directory)
    said: list[str | None] = [*given.operands, *filter(None, [given.text(arguments.ENVIRONMENT)])]
    names = list(dict.fromkeys(said or [None]))
    found: list[Problem] = []
    held: list[str] = []
    with output.libraries_silent():
        for name in names:
            configuration = boundary.configure(project, name, asked_by="command line", alone=len(names) == 1)
            problems = verification.problems(configuration)
            found += problems
            if not any(problem.severity != NOTE for problem in problems):
                held.append(str(configuration.environment))
    shown = [problem for problem in found if not given.quiet or problem.severity != NOTE]
    _print(shown, form, project.names)
    if form == "text" and not given.quiet:
        for environment in held:
            print(printable(f"{environment} is verified: every resource that could be asked is its own"))
    return EXIT_PROBLEMS if has_errors(found) else EXIT_HOLDS


def _print(problems: Sequence[Problem], form: str, environments: Sequence[str]) -> None:
    if form != "text":
        print(FORMATS[form](problems, environments=environments), end="")
    elif problems:
        wanted = colour.wanted(sys.stdout, os.environ)
        print(text.render(problems, colour=wanted, environments=environments))
