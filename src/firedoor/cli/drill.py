"""``firedoor drill``: attack the project's own barriers, with stand-ins in production's place, and say what held."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from firedoor import declaration
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output
from firedoor.drill import registry, report, running
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS, ConfigurationError, UsageError
from firedoor.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firedoor.cli.arguments import Arguments
    from firedoor.declaration import Project
    from firedoor.drill.attack import Attack
    from firedoor.drill.outcome import Outcome
    from firedoor.environment import Environment

SEAL = arguments.Option("--seal", "", "attack from inside a seal")
SHORT = arguments.Option("--short", "", "some attacks that stand for the rest: a few seconds")
LIST = arguments.Option("--list", "", "list the attacks and try none")
FORMAT = arguments.Option("--format", "FORMAT", "text, json or junit")
ENVIRONMENT = arguments.Option(
    "-e --env", "ENV", "the environment that attacks; the one for tests by default"
)
VERB = arguments.Verb(
    "drill",
    "[-e ENV] [--seal] [ATTACK...]",
    "Attack the project's own barriers, with stand-ins in production's place, and say what held.",
    (ENVIRONMENT, SEAL, SHORT, LIST, FORMAT),
    notes=(
        "Nothing of the project's own is read but its declaration: values are made up, and servers listen on loopback\n"
        "addresses. Beside each attack its harmless twin is tried, which has to go through.\n"
        "Exit code: 0 when every attack was stopped and every control passed, 1 when not."
    ),
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    form = output.chosen(given, FORMAT, report.FORMATS)
    attacks = _attacks(given)
    if given.flag(LIST):
        for one in attacks:
            print(printable(f"{one.breach:<4} {one.name:<24} {one.title}"))
        return EXIT_HOLDS
    project = declaration.load(given.directory)
    attacker, target = _parts(project, given.text(ENVIRONMENT))
    sealed = given.flag(SEAL)
    if sealed:
        _require_seal(attacker)
    done = _progress(len(attacks)) if not given.quiet and form == "text" else _silence
    outcomes = running.drill(project, attacker, target, attacks, sealed=sealed, done=done)
    found = report.Drill(attacker, target, outcomes, sealed=sealed)
    print(report.FORMATS[form](found), end="")
    return EXIT_HOLDS if found.holds else EXIT_PROBLEMS


def _attacks(given: Arguments) -> list[Attack]:
    found = registry.attacks_in_order()
    names = {one.name for one in found}
    unknown = [name for name in given.operands if name not in names]
    if unknown:
        raise UsageError(f"drill: there is no attack {unknown[0]!r}; see firedoor drill --list")
    chosen = [one for one in found if not given.operands or one.name in given.operands]
    return [one for one in chosen if one.short or not given.flag(SHORT)]


def _parts(project: Project, named: str | None) -> tuple[Environment, Environment]:
    environment = None if named is None else project.environment(named)
    if named is not None and environment is None:
        raise UsageError(f"drill: no environment is called {named!r}; there are {', '.join(project.names)}")
    found = running.parts(project, environment)
    if isinstance(found, Problem):
        raise ConfigurationError([found])
    return found


def _require_seal(attacker: Environment) -> None:
    from firedoor import seal

    problems = seal.unavailable(attacker.name)
    if problems:
        raise ConfigurationError(problems)


def _silence(_: Outcome) -> None:
    """Nothing is said until the end."""


def _progress(count: int) -> Callable[[Outcome], None]:
    """One line that is written over while attacks are tried; lines of their own where that cannot be."""
    seen = 0

    def done(_: Outcome) -> None:
        nonlocal seen
        seen += 1
        if sys.stderr.isatty():
            end = "\r" if seen < count else "\r\x1b[K"
            print(f"{seen} of {count} attacks tried", end=end, file=sys.stderr, flush=True)

    return done
