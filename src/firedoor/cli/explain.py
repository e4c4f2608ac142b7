"""``firedoor explain``: the winner and every loser of one variable, or the page of a problem code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from firedoor import boundary, catalogue, declaration
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments, output, table
from firedoor.display import Display
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS, UsageError
from firedoor.schema import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.resolve import Configuration, Value

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
        near = ", ".join(catalogue.nearest(word))
        hint = f"; near it: {near}" if near else ""
        raise UsageError(f"explain: no problem has the code {word}{hint}")
    form = output.chosen(given, FORMAT, ("text", "json"))
    configuration = boundary.configure(
        declaration.load(given.directory), given.text(arguments.ENVIRONMENT), asked_by="-e"
    )
    value = configuration.values.get(word)
    if form == "json":
        print(json.dumps(_document(configuration, word, value), indent=2))
    elif value is None:
        print(_not_set(configuration, word))
    else:
        _print(configuration, value)
    about = [problem for problem in configuration.problems if problem.subject == word]
    output.talk(about, configuration.project, quiet=given.quiet)
    return EXIT_PROBLEMS if value is None else EXIT_HOLDS


def _document(configuration: Configuration, key: str, value: Value | None) -> dict[str, Any]:
    display = Display(configuration)
    candidates = [
        {"verdict": verdict, "value": display.plain(candidate), "origin": str(candidate.origin)}
        for verdict, candidate in _candidates(value)
    ]
    return {
        "version": 1,
        "environment": configuration.environment.name,
        "variable": key,
        "candidates": candidates,
        "built_from": sorted(configuration.resolution.uses(key)),
    }


def _not_set(configuration: Configuration, key: str) -> str:
    known = {*configuration.values, *configuration.project.variables}
    near = "" if key in known else nearest(key, known)
    hint = f"; did you mean {near}?" if near else ""
    return f"{printable(key)} is not set in {output.chosen_by(configuration)}{hint}"


def _print(configuration: Configuration, value: Value) -> None:
    display = Display(configuration)
    print(f"{value.key} in {output.chosen_by(configuration)}\n")
    rows = [
        (verdict, display.text(candidate), str(candidate.origin)) for verdict, candidate in _candidates(value)
    ]
    print(table.render(("", "VALUE", "ORIGIN"), rows))
    used = sorted(configuration.resolution.uses(value.key))
    if used:
        print()
        print(table.render(("BUILT FROM", "ORIGIN"), [(key, _origin(configuration, key)) for key in used]))


def _origin(configuration: Configuration, key: str) -> str:
    value = configuration.values.get(key)
    return f"process variable {key}" if value is None else str(value.origin)


def _candidates(value: Value | None) -> list[tuple[str, Value]]:
    """The winner and every loser, nearest first."""
    if value is None:
        return []
    return [("wins", value), *(("loses", loser) for loser in value.losers)]
