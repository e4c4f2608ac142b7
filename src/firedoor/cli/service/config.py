"""``firedoor service config``: one environment's services as a file that Docker runs where firedoor is not."""

from __future__ import annotations

import sys

from firedoor.catalogue.wording import printable
from firedoor.cli import arguments
from firedoor.cli.service import shared, start
from firedoor.errors import EXIT_HOLDS, UsageError
from firedoor.services import rendered, rules, starting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.services.deployment import Rendered

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
    problems = rules.problems(plan)
    starting.require(problems)
    project = plan.configuration.project
    shared.talk([*plan.configuration.problems, *problems], project, quiet=given.quiet)
    made = rendered.of(plan, swarm=given.flag(SWARM))
    sys.stdout.write(made.text)
    if not given.quiet:
        _say(made)
    return EXIT_HOLDS


def _say(made: Rendered) -> None:
    """What whoever runs the file has to know, on stderr."""
    for note in made.notes:
        print(printable(f"note: {note}"), file=sys.stderr)
    if made.needs:
        print(printable(f"It needs these variables: {', '.join(made.needs)}"), file=sys.stderr)
    for secret, variable in made.secrets:
        print(printable(f"It needs the Swarm secret {secret}: the value of {variable}"), file=sys.stderr)
