"""``firedoor unlock``: let destructive statements through to one resource, for a reason and for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor import boundary, consent, declaration, ledger, stamping, unlocking, upkeep
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output, table
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.cli.arguments import Arguments
    from firedoor.declaration import Project
    from firedoor.environment import Environment

ENVIRONMENT = arguments.Option("-e --env", "ENV", "the protected environment, if it is no operand")
RESOURCE = arguments.Option(
    "--resource", "VARIABLE", "the one resource, by its declared variable; volumes: what containers keep"
)
REASON = arguments.Option("--reason", "TEXT", "why, for the ledger")
FOR = arguments.Option("--for", "TIME", "how long: 90s, 15m or 2h; four hours at most")
BY = arguments.Option("--by", "NAME", "who, for the ledger; the login name by default")
STATEMENT = arguments.Option("--statement", "KIND", "only one kind of statement, as drop-table or truncate")
LIST = arguments.Option("--list", "", "say what was unlocked and what of it still holds")
REVOKE = arguments.Option("--revoke", "", "take back what holds, for one resource or all")
VERB = arguments.Verb(
    "unlock",
    "ENV --resource VARIABLE --reason TEXT --for TIME",
    "Let destructive statements through to one resource of a protected environment, for a while.",
    (ENVIRONMENT, RESOURCE, REASON, FOR, BY, STATEMENT, LIST, REVOKE),
    notes=(
        "Nothing has a default: the environment, the resource, the reason and the time are said here and stand in\n"
        "firedoor.ledger. It holds on this machine and for this user alone, and ends by itself.\n"
        "Exit code: 0 when it is done, 1 when the ledger is not as it was written, 2 when something is missing."
    ),
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    project = declaration.load(given.directory)
    if given.flag(LIST):
        return _list(given, project)
    environment = _environment(given, project)
    if given.flag(REVOKE):
        return _revoke(given, project, environment)
    return _unlock(given, project, environment)


def _unlock(given: Arguments, project: Project, environment: Environment) -> int:
    command = f"firedoor unlock {environment}"
    variable = _needed(given, RESOURCE, f"{command} --resource DATABASE_URL")
    unlocking.check_resource(project, variable)
    reason = _needed(given, REASON, f'{command} --resource {variable} --reason "..."')
    length = _needed(given, FOR, f"{command} --resource {variable} --for 15m")
    seconds = unlocking.seconds_of(length)
    statement = given.text(STATEMENT) or ""
    unlocking.check_statement(statement)
    by = _by(given, project, environment, reason)
    one = unlocking.unlock(
        project, environment, variable, seconds=seconds, by=by, reason=reason, statement=statement
    )
    if not given.quiet:
        print(printable(f"{environment}: {_let_through(variable, statement)} until {one.until}."))
        print("This holds on this machine, for this user and this copy of the project.")
        print(printable(f"To take it back: {command} --resource {variable} --revoke"))
    return EXIT_HOLDS


def _let_through(variable: str, statement: str) -> str:
    if variable == consent.VOLUMES:
        return "the volumes of its containers may be destroyed"
    what = f"statements of the kind {statement}" if statement else "destructive statements"
    return f"{what} to {variable} are let through"


def _revoke(given: Arguments, project: Project, environment: Environment) -> int:
    for option in (FOR, STATEMENT):
        if given.text(option) is not None:
            raise UsageError(f"unlock: --revoke takes no {option.spellings[0]}")
    variable = given.text(RESOURCE) or ""
    if variable:
        unlocking.check_resource(project, variable)
    reason = given.text(REASON) or ""
    by = _by(given, project, environment, reason)
    taken = unlocking.revoke(project, environment, variable, by=by, reason=reason)
    if not given.quiet:
        for one in taken:
            print(printable(f"{environment}: what was let through to {one.variable} is refused again."))
        if not taken:
            print(printable(f"{environment}: nothing was unlocked."))
    return EXIT_HOLDS


def _list(given: Arguments, project: Project) -> int:
    for option in (REASON, FOR, BY, STATEMENT, REVOKE):
        if given.values.get(option.key) is not None:
            raise UsageError(f"unlock: --list takes no {option.spellings[0]}")
    named = output.one_environment(given, ENVIRONMENT, "unlock")
    environment = None if named is None else unlocking.environment_of(project, named)
    variable = given.text(RESOURCE) or ""
    found = [
        one
        for one in consent.listed(project)
        if (environment is None or one.environment in environment.spellings)
        and variable in ("", one.variable)
    ]
    header = ("ENVIRONMENT", "RESOURCE", "STATEMENTS", "UNTIL", "HOLDS", "BY", "REASON")
    rows = [
        tuple(
            map(
                printable,
                (
                    one.environment,
                    one.variable,
                    one.statement or "all",
                    one.until,
                    f"no: {one.void}" if one.void else "yes",
                    one.by,
                    one.reason,
                ),
            )
        )
        for one in found
    ]
    if rows:
        print(table.render(header, rows))
    elif not given.quiet:
        print("Nothing was unlocked.")
    problems = upkeep.of_ledger(project)
    output.talk(problems, project, quiet=given.quiet)
    return EXIT_PROBLEMS if problems else EXIT_HOLDS


def _environment(given: Arguments, project: Project) -> Environment:
    """The named one: neither a variable of the shell nor the declared default has a say."""
    named = output.one_environment(given, ENVIRONMENT, "unlock")
    if named is None:
        raise UsageError("unlock: name the environment, as in firedoor unlock production")
    return unlocking.environment_of(project, named)


def _needed(given: Arguments, option: arguments.Option, example: str) -> str:
    text = given.text(option)
    if text is None or not text.strip():
        raise UsageError(f"unlock: {option.spellings[0]} {option.metavar} is missing, as in {example}")
    return text


def _by(given: Arguments, project: Project, environment: Environment, reason: str) -> str:
    """Who does it. What goes into the ledger must hold no secret, since the ledger is committed."""
    by = given.text(BY) or ledger.login()
    configuration = boundary.configure(project, environment.name, asked_by="command line")
    for text in (by, reason):
        name = stamping.told_secret(configuration, text)
        if name:
            raise UsageError(
                f"unlock: --by and --reason go into the ledger, and one holds the value of {name}"
            )
    return by
