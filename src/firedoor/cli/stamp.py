"""``firedoor stamp``: put the environment's mark into each of its resources, and over nobody else's."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from firedoor import boundary, declaration, ledger, resources, sources, stamping
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output, table
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS, UsageError
from firedoor.origin import REQUEST
from firedoor.report import json_report
from firedoor.stamping import decision
from firedoor.stamps.address import Address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.cli.arguments import Arguments
    from firedoor.declaration import Project
    from firedoor.resolve import Configuration
    from firedoor.stamping import Outcome, Request

AS = arguments.Option(
    "--as", "NAME", "a variable of the shell with an administrator's address of the resource"
)
BY = arguments.Option("--by", "NAME", "who, for stamp and ledger; the login name by default")
REASON = arguments.Option("--reason", "TEXT", "why, for the ledger; needed by --restamp and --sanitised")
RESTAMP = arguments.Option(
    "--restamp", "VARIABLE", "stamp anew what was moved: its own stamp was made elsewhere"
)
SANITISED = arguments.Option("--sanitised", "", "declare that the copied data was cleaned; needs --from")
FROM = arguments.Option("--from", "ENV", "whose data it was, as in --sanitised --from production")
DRY_RUN = arguments.Option("-n --dry-run", "", "ask, say what would be done, and write nothing")
FORMAT = arguments.Option("--format", "FORMAT", "text or json")
VERB = arguments.Verb(
    "stamp",
    "[-e ENV] [VARIABLE...]",
    "Put the environment's mark into each of its resources, or into those of the named variables.",
    (arguments.ENVIRONMENT, AS, BY, REASON, RESTAMP, SANITISED, FROM, DRY_RUN, FORMAT),
    notes=(
        "Nothing is written over another environment's or project's own stamp; over a copy of one with --sanitised\n"
        "--from ENV. A protected environment has to be named by -e. What is done stands in firedoor.ledger first.\n"
        "Exit code: 0 when every resource that can be asked carries the stamp, 1 when there are problems."
    ),
)
_WORDS = {
    decision.STAMPED: ("stamped now", "would be stamped"),
    decision.RESTAMPED: ("stamped anew", "would be stamped anew"),
    decision.SANITISED: ("stamped now, declared sanitised", "would be stamped and declared sanitised"),
    decision.ALREADY: ("stamped already", "stamped already"),
    decision.REFUSED: ("refused", "would be refused"),
    stamping.UNREACHABLE: ("did not answer", "did not answer"),
    stamping.CLIENT_MISSING: ("no client library", "no client library"),
    stamping.NOT_ASKED: ("cannot be asked", "cannot be asked"),
}


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    form = output.chosen(given, FORMAT, ("text", "json"))
    project = declaration.load(given.directory)
    _check_words(given, project)
    configuration = boundary.configure(project, given.text(arguments.ENVIRONMENT), asked_by="command line")
    chosen = configuration.environment
    if chosen.protected and configuration.choice.origin.kind != REQUEST:
        raise UsageError(f"stamp: {chosen} is protected: name it, as in firedoor stamp -e {chosen}")
    request = _request(given, configuration)
    with output.libraries_silent():
        outcomes = stamping.stamp(configuration, request)
    if form == "json":
        print(json.dumps(_document(configuration, request, outcomes), indent=2))
    else:
        _print(configuration, outcomes, quiet=given.quiet, dry_run=request.dry_run)
        sys.stdout.flush()  # what was done stands above what is wrong, also where both go into one file
        output.talk([p for one in outcomes for p in one.problems], project, quiet=given.quiet)
    return EXIT_HOLDS if stamping.holds(outcomes) else EXIT_PROBLEMS


def _check_words(given: Arguments, project: Project) -> None:
    """What the command line says by itself: names that are declared, options that belong together."""
    for name in (*given.operands, *filter(None, [given.text(RESTAMP)])):
        variable = project.variables.get(name)
        if variable is None or resources.is_token(variable.resource):
            known = [one.name for one in project.variables.values() if not resources.is_token(one.resource)]
            raise UsageError(f"stamp: {name} is no declared resource; there are {', '.join(known) or 'none'}")
    if given.flag(SANITISED) != (given.text(FROM) is not None):
        raise UsageError("stamp: --sanitised and --from ENV belong together")
    consents = [
        option.spellings[0] for option in (RESTAMP, SANITISED) if given.values.get(option.key) is not None
    ]
    if len(consents) > 1:
        raise UsageError("stamp: --restamp or --sanitised, not both")
    if consents and not (given.text(REASON) or "").strip():
        raise UsageError(f"stamp: {consents[0]} needs --reason TEXT, which the ledger keeps")
    if given.operands and given.text(RESTAMP) not in (None, *given.operands):
        raise UsageError("stamp: --restamp names a variable that the command does not")


def _request(given: Arguments, configuration: Configuration) -> Request:
    by, reason = given.text(BY) or ledger.login(), given.text(REASON) or ""
    for text in (by, reason):
        name = stamping.told_secret(configuration, text)
        if name:
            raise UsageError(
                f"stamp: --by and --reason go into the ledger, and one holds the value of {name}"
            )
    consent = decision.Consent(
        restamp=given.text(RESTAMP) or "",
        source=_source(given.text(FROM), configuration),
        named=frozenset(given.operands),
    )
    return stamping.Request(by, reason, consent, _administrator(given, configuration), given.flag(DRY_RUN))


def _source(named: str | None, configuration: Configuration) -> str:
    """The environment that ``--from`` names, by its canonical name; ``project/environment`` as it is."""
    if named is None or "/" in named:
        return named or ""
    environment = configuration.project.environment(named)
    if environment is None:
        names = ", ".join(configuration.project.names)
        raise UsageError(f"stamp: --from {named}: no environment is called so; there are {names}")
    if environment is configuration.environment:
        raise UsageError(f"stamp: --from {named}: that is the environment itself; see --restamp")
    return environment.name


def _administrator(given: Arguments, configuration: Configuration) -> Address | None:
    name = given.text(AS)
    if name is None:
        return None
    if len(given.operands) != 1:
        raise UsageError(f"stamp: --as {name} is for one resource: name its variable")
    text = sources.process_environment().get(name, "")
    if not text:
        raise UsageError(f"stamp: --as {name}: the shell does not set it")
    variable = configuration.project.variables[given.operands[0]]
    return Address(name, variable.resource or "", text, configuration.project.root)


def _print(configuration: Configuration, outcomes: Sequence[Outcome], *, quiet: bool, dry_run: bool) -> None:
    if not quiet:
        print(f"{output.chosen_by(configuration)}\n")
    if not outcomes:
        print("Nothing to stamp: no variable leads to a resource.")
        return
    rows = [(one.target.variable.name, _WORDS[one.result][dry_run]) for one in outcomes]
    print(table.render(("VARIABLE", "STAMP"), rows))
    for kind, statements in _grants(outcomes).items():
        print(
            f"\nSo that another role can read the stamp and not change it, an administrator runs ({kind}):\n"
        )
        for statement in statements:
            print(f"  {printable(statement)}")


def _grants(outcomes: Sequence[Outcome]) -> dict[str, tuple[str, ...]]:
    """The statements, once for each kind of resource that has any."""
    found: dict[str, tuple[str, ...]] = {}
    for one in outcomes:
        if one.grants:
            found.setdefault(resources.family(one.target.address.kind, one.target.address.text), one.grants)
    return found


def _document(configuration: Configuration, request: Request, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    problems = [problem for one in outcomes for problem in one.problems]
    return {
        **json_report.document(problems, configuration.project.names),
        "environment": configuration.environment.name,
        "dry_run": request.dry_run,
        "resources": [
            {
                "variable": one.target.variable.name,
                "result": one.result,
                "stamp": None
                if one.stamp is None or one.result in (decision.REFUSED, stamping.UNREACHABLE)
                else {name: printable(getattr(one.stamp, name)) for name in ("id", "time", "by", "cleaned")},
            }
            for one in outcomes
        ],
        "grants": {kind: list(statements) for kind, statements in _grants(outcomes).items()},
    }
