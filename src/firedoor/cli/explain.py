"""``firedoor explain``: the winner and every loser of one variable, or the page of a problem code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from firedoor import boundary, catalogue, declaration
from firedoor.cli import arguments, output, table
from firedoor.display import MASK, Display
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS, UsageError
from firedoor.schema import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.resolve import Configuration

FORMAT = arguments.Option("--format", "FORMAT", "text or json (for a variable)")
VERB = arguments.Verb(
    "explain",
    "KEY | FDnnn",
    "Say where a variable's value comes from and what it won over, or what a problem code means.",
    (arguments.ENVIRONMENT, FORMAT),
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    if len(given.operands) != 1:
        raise UsageError(
            "explain: name one variable or one code: firedoor explain DATABASE_URL, firedoor explain FD203"
        )
    word = given.operands[0]
    if word.upper() in catalogue.CODES:
        print(catalogue.page(word.upper()).rstrip())
        return EXIT_HOLDS
    if word[:2].upper() == "FD" and word[2:].isdigit():
        raise UsageError(
            f"explain: no problem has the code {word}; the codes are listed in docs/reference/problems"
        )
    form = output.chosen(given, FORMAT, ("text", "json"))
    configuration = boundary.configure(declaration.load(given.directory), given.text(arguments.ENVIRONMENT))
    return _explain(configuration, word, form)


def _explain(configuration: Configuration, key: str, form: str) -> int:
    rows = _rows(configuration, key)
    project = configuration.project
    if not rows:
        known = {*configuration.values, *project.variables}
        near = "" if key in known else nearest(key, known)
        hint = f"; did you mean {near}?" if near else ""
        print(
            f"{key} is not set in {configuration.environment} (chosen by {configuration.choice.origin}){hint}"
        )
    elif form == "json":
        names = ("verdict", "value", "origin")
        shown = [(verdict, None if text == MASK else text, origin) for verdict, text, origin in rows]
        candidates = [dict(zip(names, row, strict=True)) for row in shown]
        document = {
            "version": 1,
            "environment": configuration.environment.name,
            "variable": key,
            "candidates": candidates,
        }
        print(json.dumps(document, indent=2))
    else:
        print(f"{key} in {configuration.environment} (chosen by {configuration.choice.origin})\n")
        print(table.render(("", "VALUE", "ORIGIN"), rows))
        used = sorted(configuration.resolution.uses(key))
        if used:
            print(f"\nbuilt from {', '.join(used)}")
    about = [problem for problem in configuration.problems if problem.subject == key]
    output.talk(about, project, quiet=False)
    return EXIT_HOLDS if rows else EXIT_PROBLEMS


def _rows(configuration: Configuration, key: str) -> list[tuple[str, str, str]]:
    value = configuration.values.get(key)
    if value is None:
        return []
    display = Display(configuration)
    loser_rows = [("loses", display.text(loser), str(loser.origin)) for loser in value.losers]
    return [("wins", display.text(value), str(value.origin)), *loser_rows]
