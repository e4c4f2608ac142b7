"""``firedoor service stop``: every container of what runs here; its data only when it is asked for by name."""

from __future__ import annotations

import sys

from firedoor import declaration
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output, table
from firedoor.cli.service import shared
from firedoor.errors import EXIT_HOLDS, ServiceError, UsageError
from firedoor.problem import Problem
from firedoor.services import labels, running, stopping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.cli.arguments import Arguments
    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.services.running import Running

DESTROY = arguments.Option(
    "--destroy-data",
    "[=NAME]",
    "remove its volumes, too; NAME is PROJECT-ENVIRONMENT, asked for on a terminal",
)
VERB = arguments.Verb(
    "service stop",
    "[-e ENV] [--destroy-data[=NAME]]",
    "End every container of the environment that runs here, services of inactive profiles included. Volumes stay.",
    (arguments.ENVIRONMENT, DESTROY),
    notes="Without -e and without a selector in the shell it ends every environment that runs in this checkout, but a\n"
    "protected one only by its name. --destroy-data needs one environment, and where that is protected\n"
    "firedoor unlock ENV --resource volumes.",
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    if given.operands:
        raise UsageError("service stop: it ends all services; name an environment by -e, and no service")
    project = declaration.load(given.directory)
    if given.values.get(DESTROY.key) is not None:
        return _destroy(given, project)
    with shared.alone(project):
        for environment in _targets(given, project):
            number = stopping.stop(project, environment)
            if not given.quiet:
                print(printable(f"{environment}: {output.counted(number, 'container')} ended; volumes stay"))
    return EXIT_HOLDS


def _targets(given: Arguments, project: Project) -> list[Environment]:
    """Whom to stop. Raises ServiceError (FD744) for a protected one that runs and was not named."""
    environment = shared.named(given, project)
    if environment is not None:
        return [environment]
    found = running.look(project)
    there = [project.environment(name) for name in found.environments]
    targets = [one for one in there if one is not None]
    problems = [Problem("FD744", subject=one.name, environment=one.name) for one in targets if one.protected]
    if problems:
        raise ServiceError(problems)
    if not targets and not given.quiet:
        _say_nothing_runs(found)
    return targets


def _say_nothing_runs(found: Running) -> None:
    print("Nothing that firedoor started is here.")
    for one in found.strangers:
        print(printable(f"{one.name} of the Compose project {one.project} is not firedoor's: it stays."))


def _destroy(given: Arguments, project: Project) -> int:
    environment = shared.named(given, project)
    if environment is None:
        raise UsageError("service stop: --destroy-data needs an environment: name it by -e")
    stopping.refuse_destruction(project, environment)
    name = labels.compose_project(project, environment)
    volumes = stopping.volumes(project, environment)
    print(table.render(("VOLUME", "SIZE"), volumes) if volumes else f"{name} has no volumes.", flush=True)
    _confirm(given, name)
    with shared.alone(project):
        stopping.refuse_destruction(project, environment)  # it may have ended while somebody was typing
        number = stopping.stop(project, environment)
        gone = stopping.destroy(project, environment, [volume for volume, _ in volumes])
    if not given.quiet:
        ended = f"{output.counted(number, 'container')} ended, {output.counted(gone, 'volume')} destroyed"
        print(printable(f"{environment}: {ended}"))
    return EXIT_HOLDS


def _confirm(given: Arguments, name: str) -> None:
    """Whoever destroys data says whose. Raises UsageError when that is not said, or said otherwise."""
    said = given.text(DESTROY)
    if said is None:
        if not sys.stdin.isatty():
            raise UsageError(f"service stop: to destroy these volumes say --destroy-data={name}")
        print(f"This cannot be undone. Type {name} to destroy the data: ", end="", flush=True)
        said = sys.stdin.readline().strip()
    if said != name:
        raise UsageError(f"service stop: nothing was destroyed: that is not {name}")
