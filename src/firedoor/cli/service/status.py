"""``firedoor service status``: the truth about what runs now, whatever is chosen and whatever the files say."""

from __future__ import annotations

import json

from firedoor import declaration, selection, sources
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output, table
from firedoor.cli.service import progress, shared
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS, SelectionError
from firedoor.services import labels, status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from firedoor.cli.arguments import Arguments
    from firedoor.declaration import Project
    from firedoor.services.container import Container
    from firedoor.services.drift import Drift
    from firedoor.services.status import Group, Status

CHECK = arguments.Option(
    "--check", "", "exit with 1 when something has changed since the start, or has failed"
)
ONLY = arguments.Option("-e --env", "ENV", "only this environment; else all that are here")
FORMAT = arguments.Option("--format", "FORMAT", "text or json")
VERB = arguments.Verb(
    "service status",
    "[-e ENV] [--check] [--format FORMAT]",
    "What runs now: environment, profiles, since when, health, and what has changed in the files since.",
    (ONLY, CHECK, FORMAT),
    notes="It speaks of the containers, not of the choice: APP_ENV and its like do not change what it says.\n"
    "Exit code: 0; with --check 1 when anything is not as today's files say, or has failed.",
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    form = output.chosen(given, FORMAT, ("text", "json"))
    project = declaration.load(given.directory)
    asked = given.text(ONLY)
    only = None if asked is None else selection.choose(project, asked, {}, asked_by="-e").environment
    found = status.look(project, only)
    if form == "json":
        print(json.dumps(status.as_data(project, found), indent=2))
    else:
        print("\n".join(_text(given, project, found)))
        for group in found.groups:
            output.talk(group.problems, project, quiet=given.quiet)
    return EXIT_PROBLEMS if given.flag(CHECK) and not found.holds else EXIT_HOLDS


def _text(given: Arguments, project: Project, found: Status) -> Iterator[str]:
    for group in found.groups:
        yield from _of_group(project, group)
    if not found.groups:
        yield f"{labels.project_name(project)}: no environment runs here."
    if found.strangers:
        yield "Not started by firedoor, or from another checkout:"
        yield from (f"  {_stranger(project, one)}" for one in found.strangers)
    if not given.quiet:
        yield from _choice(project, found)


def _of_group(project: Project, group: Group) -> Iterator[str]:
    name = labels.compose_project(project, group.environment)
    profiles = ", ".join(group.profiles) or "none"
    since = "nothing runs"
    if group.since is not None:
        since = f"since {shared.ago(group.since)} ago ({status.utc(group.since)})"
    yield printable(f"{name}: {group.environment}, profiles: {profiles}, {since}")
    yield table.render(progress.HEADER, progress.rows(group.containers))
    if group.problems:
        yield "Whether the files have changed since cannot be told: the environment does not hold today."
    if group.missing:
        yield printable(f"Not there: {', '.join(group.missing)}")
    if group.failing:
        yield printable(f"Failed: {', '.join(group.failing)}")
    if group.drifts:
        yield "Changed after the start:"
        for container, one in group.drifts.items():
            yield printable(f"  {_name(group, container, one)}: {_changes(one)}")
    if group.drifts or group.missing:
        yield printable(f"To take that: firedoor service restart -e {group.environment}")


def _name(group: Group, container: str, one: Drift) -> str:
    """The service, and which of its containers where it has several."""
    several = sum(other.service == one.service for other in group.containers) > 1
    return container if several else one.service


def _changes(one: Drift) -> str:
    said = []
    if one.variables or one.gone:
        names = [*one.variables, *(f"{name} (gone)" for name in one.gone)]
        said.append(f"{' and '.join(one.files) or 'its variables'}: {', '.join(names)}")
    if one.parts:
        said.append(f"the Compose files: {', '.join(one.parts)}")
    return "; ".join(said)


def _stranger(project: Project, one: Container) -> str:
    if not one.is_of(project.root):
        return printable(f"{one.name} ({one.state}), of the checkout {one.folder or 'unknown'}")
    whose = f"of {one.environment}" if one.environment else "started without firedoor"
    return printable(f"{one.name} ({one.state}), of the Compose project {one.project}, {whose}")


def _choice(project: Project, found: Status) -> Iterator[str]:
    """What would be started now, where that is not what runs."""
    try:
        process = sources.process_environment()
        choice = selection.choose(project, None, process, sources.process_duplicates())
    except SelectionError:
        return
    active = [group.environment for group in found.groups if group.since]
    if active and choice.environment not in active:
        chosen = printable(f"{choice.environment} is chosen now (by {choice.origin})")
        running = ", ".join(one.name for one in active)
        yield f"{chosen}; {running} runs on until firedoor service restart."
