"""``firedoor service exec``: become a command in a service's container, of the environment that runs here."""

from __future__ import annotations

import sys

from firedoor import declaration, process, sources
from firedoor.cli import arguments
from firedoor.cli.service import shared
from firedoor.errors import EXIT_HOLDS, ServiceError, UsageError
from firedoor.problem import Problem
from firedoor.services import engine, running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

NO_TERMINAL = arguments.Option("-T --no-tty", "", "give the command no terminal")
VERB = arguments.Verb(
    "service exec",
    "[-e ENV] SERVICE [--] COMMAND [ARGUMENT...]",
    "Run a command in a service's container.",
    (arguments.ENVIRONMENT, NO_TERMINAL),
    command=True,
    notes="Exit code: the command's own; 1 when the service does not run.",
)


def main(argv: Sequence[str]) -> int:
    """Run the verb; returns only when the command could not be started."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    service, *command = given.operands or [""]
    if command[:1] == ["--"]:
        command = command[1:]
    if not service or not command:
        raise UsageError(
            "service exec: a service and a command are missing: firedoor service exec SERVICE COMMAND"
        )
    project = declaration.load(given.directory)
    found = running.look(project)
    environment = shared.one_running(given, project, found)
    ids = [one.id for one in found.environments[environment.name] if one.service == service and one.running]
    if not ids:
        names = ", ".join(
            sorted({one.service for one in found.environments[environment.name] if one.running})
        )
        raise ServiceError([Problem("FD747", subject=service, environment=environment.name, names=names)])
    terminal = ["--tty"] if not given.flag(NO_TERMINAL) and sys.stdin.isatty() and sys.stdout.isatty() else []
    words = [engine.command(), "exec", "--interactive", *terminal, ids[0], *command]
    return process.replace(words, sources.process_environment())
