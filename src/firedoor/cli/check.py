"""``firedoor check``: judge environments and report every problem, each with its origin and what to do."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from firedoor import declaration, inspection, version_control
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS, FiredoorError, UsageError
from firedoor.problem import ERROR, NOTE, WARNING, has_errors
from firedoor.report import FORMATS, colour, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.cli.arguments import Arguments
    from firedoor.inspection import Inspection
    from firedoor.problem import Problem
    from firedoor.resolve import Configuration

ALL = arguments.Option("-a --all", "", "judge every declared environment")
STRICT = arguments.Option("--strict", "", "fail on warnings too")
OBSERVE = arguments.Option("--observe", "", "ask the resources who they are; nothing is written anywhere")
TRY = arguments.Option(
    "--try-credentials", "ENV", "try whether the judged environments' logins open what ENV owns"
)
VERB = arguments.Verb(
    "check",
    "[ENV...] [--all]",
    "Judge environments: the selected one, the named ones, or all.",
    (ALL, STRICT, OBSERVE, TRY, arguments.ENVIRONMENT, arguments.FORMAT),
    notes="Exit code: 0 when every barrier holds (warnings allowed unless --strict), 1 when there are problems.",
)

_SHARED = ("FD401", "FD402", "FD407", "FD408", "FD409")
_PLACED = ("sarif", "github")  # formats whose readers look for the files from the repository's top


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    form = output.chosen(given, arguments.FORMAT, FORMATS)
    names = [*given.operands, *filter(None, [given.text(arguments.ENVIRONMENT)])]
    if names and given.flag(ALL):
        raise UsageError("check: name environments or say --all, not both")
    try:
        found = _inspect(given, names)
    except FiredoorError as error:
        _print(error.problems, form)
        return error.exit_code
    _report(found, form, quiet=given.quiet)
    strict = given.flag(STRICT) and any(problem.severity == WARNING for problem in found.problems)
    return EXIT_PROBLEMS if strict or has_errors(found.problems) else EXIT_HOLDS


def _inspect(given: Arguments, names: Sequence[str]) -> Inspection:
    project = declaration.load(given.directory)
    observe, opened = given.flag(OBSERVE), given.text(TRY)
    with output.libraries_silent():
        if given.flag(ALL):
            return inspection.inspect_all(project, observe=observe, opened=opened)
        return inspection.inspect_selected(project, names, observe=observe, opened=opened)


def _report(found: Inspection, form: str, *, quiet: bool) -> None:
    problems = [problem for problem in found.problems if not quiet or problem.severity != NOTE]
    placed = {"folder": version_control.folder_in_repository(found.project.root)} if form in _PLACED else {}
    _print(problems, form, environments=found.project.names, **placed)
    if form == "text" and not quiet:
        for configuration in found.judged:
            if not _concerning(configuration, problems):
                print(_holds(configuration))


def _print(
    problems: Sequence[Problem], form: str, *, environments: Sequence[str] = (), **options: str
) -> None:
    """``options`` are the format's own."""
    if form != "text":
        print(FORMATS[form](problems, environments=environments, **options), end="")
    elif problems:
        wanted = colour.wanted(sys.stdout, os.environ)
        print(text.render(problems, colour=wanted, environments=environments))


def _concerning(configuration: Configuration, problems: Sequence[Problem]) -> bool:
    """Whether a problem is its own, the project's, or one that it shares and that is told under another's name."""
    name = configuration.environment.name
    return any(
        problem.severity != NOTE
        and (
            problem.environment == name
            or (problem.environment is None and problem.severity == ERROR)
            or (problem.code in _SHARED and name in _others(problem))
        )
        for problem in problems
    )


def _others(problem: Problem) -> list[str]:
    return problem.facts.get("other", "").split(", ")


def _holds(configuration: Configuration) -> str:
    files = sorted(
        {value.origin.name for value in configuration.values.values() if value.origin.kind == "file"}
    )
    count = len(configuration.values) - len(configuration.project.selectors)
    sources = ", ".join(files) or "the process"
    return printable(f"{configuration.environment} holds: {output.counted(count, 'variable')} from {sources}")
