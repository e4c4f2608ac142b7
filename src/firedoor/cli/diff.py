"""``firedoor diff``: two environments by key, type and origin. No value is shown; equal secrets are flagged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from firedoor import declaration, parity, selection, sources
from firedoor.boundary import judge
from firedoor.cli import arguments, output, table
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS, ConfigurationError, SelectionError, UsageError
from firedoor.origin import REQUEST, Origin
from firedoor.problem import has_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.declaration import Project
    from firedoor.parity import Row
    from firedoor.resolve import Configuration, Value

FORMAT = arguments.Option("--format", "FORMAT", "text or json")
ALL = arguments.Option("-a --all", "", "list what agrees as well")
VERB = arguments.Verb(
    "diff",
    "ENV ENV",
    "Compare the files of two environments: keys, shapes and origins. No value is shown.",
    (ALL, FORMAT),
    notes="Exit code: 1 when a key is missing on one side, a shape differs or a secret is the same.",
)
_SIDES = 2


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    if len(given.operands) != _SIDES:
        raise UsageError("diff: name two environments: firedoor diff development production")
    form = output.chosen(given, FORMAT, ("text", "json"))
    project = declaration.load(given.directory)
    left, right = (_of_files(project, name) for name in given.operands)
    if left.environment is right.environment:
        raise UsageError(f"diff: {given.operands[0]} and {given.operands[1]} are the same environment")
    rows = parity.compare(left, right)
    different = [row for row in rows if row.differs]
    if form == "json":
        print(json.dumps(_document(left, right, rows), indent=2))
    else:
        _print(left, right, rows if given.flag(ALL) else different, len(rows) - len(different))
    return EXIT_PROBLEMS if different else EXIT_HOLDS


def _of_files(project: Project, name: str) -> Configuration:
    """An environment as its files alone make it: what the shell sets would be the same on both sides."""
    origin = Origin(REQUEST, "command line")
    environment = project.environment(name)
    if environment is None:
        raise SelectionError([selection.unknown(project, name, origin)])
    sourced = sources.layers_of(project, environment)
    if has_errors(sourced.problems):
        raise ConfigurationError(sourced.problems)
    choice = selection.Choice(environment, origin, name)
    return judge(project, choice, sourced, process={}, outside=sources.process_environment())


def _print(left: Configuration, right: Configuration, rows: Sequence[Row], agreeing: int) -> None:
    names = (str(left.environment), str(right.environment))
    if rows:
        header = ("VARIABLE", "VERDICT", *names, f"ORIGIN IN {names[0]}", f"ORIGIN IN {names[1]}")
        print(table.render(header, [_cells(row, names) for row in rows]))
        print()
    agree = "agrees" if agreeing == 1 else "agree"
    print(
        f"{output.counted(agreeing, 'variable')} {agree} in key and shape between {names[0]} and {names[1]}"
    )


def _cells(row: Row, names: tuple[str, str]) -> tuple[str, ...]:
    words = {parity.ONLY_LEFT: f"only in {names[0]}", parity.ONLY_RIGHT: f"only in {names[1]}"}
    return (
        row.key,
        words.get(row.verdict, row.verdict),
        *(s or "-" for s in row.shapes),
        _at(row.left),
        _at(row.right),
    )


def _at(value: Value | None) -> str:
    return "-" if value is None else str(value.origin)


def _document(left: Configuration, right: Configuration, rows: Sequence[Row]) -> dict[str, object]:
    return {
        "version": 1,
        "left": left.environment.name,
        "right": right.environment.name,
        "variables": [
            {
                "name": row.key,
                "verdict": row.verdict,
                "shapes": [shape or None for shape in row.shapes],
                "origins": [None if value is None else str(value.origin) for value in (row.left, row.right)],
            }
            for row in rows
        ],
    }
