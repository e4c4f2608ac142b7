"""``firedoor service logs``: what services write, with every value masked that nobody may see."""

from __future__ import annotations

import sys

from firedoor import boundary, declaration
from firedoor.cli import arguments
from firedoor.cli.service import shared
from firedoor.display import Redaction
from firedoor.errors import EXIT_HOLDS, ServiceError
from firedoor.problem import Problem
from firedoor.services import compose, labels, running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from firedoor.environment import Environment

FOLLOW = arguments.Option("-f --follow", "", "go on showing what they write")
TAIL = arguments.Option("-n --tail", "NUMBER", "only so many of the last lines of each")
VERB = arguments.Verb(
    "service logs",
    "[-e ENV] [-f] [SERVICE...]",
    "What the services of the environment that runs here write, with secrets masked.",
    (arguments.ENVIRONMENT, FOLLOW, TAIL),
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    project = declaration.load(given.directory)
    found = running.look(project)
    environment = shared.one_running(given, project, found)
    containers = found.environments[environment.name]
    _require_known(environment, given.operands, {one.service for one in containers})
    held = [one.variables.get(variable.name, "") for one in containers for variable in project.sensitive]
    redaction = Redaction(boundary.configure(project, environment.name, asked_by="what runs"), held)
    options = ["--follow"] if given.flag(FOLLOW) else []
    tail = given.text(TAIL)
    if tail is not None:
        options += ["--tail", tail]
    name = labels.compose_project(project, environment)
    with compose.logs(name, [*options, *given.operands]) as lines:
        for line in lines:
            sys.stdout.write(redaction.clean(line))
            sys.stdout.flush()
    return EXIT_HOLDS


def _require_known(environment: Environment, services: Sequence[str], known: Collection[str]) -> None:
    """Raises ServiceError (FD747) for a service that has no container: Compose would say so among the lines."""
    names = ", ".join(sorted(known))
    problems = [
        Problem("FD747", subject=name, environment=environment.name, names=names)
        for name in services
        if name not in known
    ]
    if problems:
        raise ServiceError(problems)
