"""``firedoor service config``: one environment's services as a file that Docker runs where firedoor is not."""

from __future__ import annotations

import os
import sys

from firedoor import process, sources
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output
from firedoor.cli.service import start
from firedoor.errors import EXIT_HOLDS, UsageError
from firedoor.services import compose, deployment, rules, starting
from firedoor.services.deployment import of_plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.services.deployment.document import Rendered
    from firedoor.services.plan import Plan

SWARM = arguments.Option("--swarm", "", "for a Swarm alone: secrets are Swarm secrets, files in /run/secrets")
VERB = arguments.Verb(
    "service config",
    "[-e ENV] [--swarm] > FILE",
    "Render one environment's services as a file that Docker runs without firedoor.",
    (arguments.ENVIRONMENT, SWARM),
    notes="The file holds base services only (those without a profile) and no secret: it asks for them, or reads the\n"
    "environment's own file beside it. docker compose -f FILE up -d runs it on a host, docker stack deploy on a Swarm.",
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    if given.operands:
        raise UsageError(
            "service config: it renders all base services; name an environment by -e, and no service"
        )
    plan = start.planned(given).settled()
    _refuse_to_lose_sources(plan)
    problems = rules.problems(plan)
    starting.require(problems)
    project = plan.configuration.project
    output.talk([*plan.configuration.problems, *problems], project, quiet=given.quiet)
    made = of_plan.render(plan, swarm=given.flag(SWARM))
    sys.stdout.write(made.text)
    if not given.quiet:
        _say(made)
    return EXIT_HOLDS


def _refuse_to_lose_sources(plan: Plan) -> None:
    """A shell has emptied the file that the answer goes to: it must not have been one that Compose was to read.

    Raises UsageError when git knows it as something else than a rendered file.
    """
    project, environment = plan.configuration.project, plan.configuration.environment
    for template in compose.templates(project):
        for name in sources.candidates(template, environment):
            path = os.path.join(project.root, name)
            if not os.path.exists(path) or not compose.is_answer(path):
                continue
            code, before = process.capture(["git", "show", f"HEAD:./{name}"], project.root)
            if code == 0 and not deployment.is_rendered(before.decode("utf-8", "replace")):
                raise UsageError(
                    f"service config: {name} was one of the Compose files of {environment}, and the shell has emptied "
                    f"it: git restore {name}, and write to another file"
                )


def _say(made: Rendered) -> None:
    """What whoever runs the file has to know, on stderr."""
    for note in made.notes:
        print(printable(f"note: {note}"), file=sys.stderr)
    if made.needs:
        print(printable(f"It needs these variables: {', '.join(made.needs)}"), file=sys.stderr)
    for secret, variable in made.secrets:
        print(printable(f"It needs the Swarm secret {secret}: the value of {variable}"), file=sys.stderr)
