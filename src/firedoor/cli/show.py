"""``firedoor show``: every variable of one environment, masked, with its type and origin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from firedoor import boundary, declaration, parity
from firedoor.cli import arguments, output, table
from firedoor.display import MASK, Display
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS
from firedoor.problem import has_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.resolve import Configuration

FORMAT = arguments.Option("--format", "FORMAT", "text or json")
VERB = arguments.Verb(
    "show",
    "[ENV]",
    "List every variable of one environment: masked value, type and origin.",
    (arguments.ENVIRONMENT, FORMAT),
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    form = output.chosen(given, FORMAT, ("text", "json"))
    configuration = boundary.configure(
        declaration.load(given.directory), output.one_environment(given, arguments.ENVIRONMENT, "show")
    )
    rows = _rows(configuration)
    if form == "json":
        print(json.dumps(_document(configuration, rows), indent=2))
    else:
        if not given.quiet:
            print(f"{configuration.environment} (chosen by {configuration.choice.origin})\n")
        print(
            table.render(
                ("VARIABLE", "VALUE", "TYPE", "ORIGIN"), [[str(cell) for cell in row] for row in rows]
            )
        )
    output.talk(configuration.problems, configuration.project, quiet=given.quiet)
    return EXIT_PROBLEMS if has_errors(configuration.problems) else EXIT_HOLDS


def _rows(configuration: Configuration) -> list[tuple[str, str, str, str]]:
    display = Display(configuration)
    project = configuration.project
    return [
        (key, display.text(value), _type(configuration, key), str(value.origin))
        for key, value in sorted(configuration.values.items())
    ] + [
        (name, "(not set)", variable.type, "")
        for name, variable in sorted(project.variables.items())
        if name not in configuration.values
    ]


def _type(configuration: Configuration, key: str) -> str:
    variable = configuration.project.variables.get(key)
    if key in configuration.project.selectors:
        return "selector"
    if variable is None:
        return parity.shape(configuration.project, key, configuration.values[key])
    marks = [word for word in (variable.resource, "secret" if variable.secret else None) if word]
    return f"{variable.type} ({', '.join(marks)})" if marks else variable.type


def _document(configuration: Configuration, rows: Sequence[tuple[str, str, str, str]]) -> dict[str, Any]:
    return {
        "version": 1,
        "environment": configuration.environment.name,
        "protected": configuration.environment.protected,
        "chosen_by": str(configuration.choice.origin),
        "variables": [
            {
                "name": name,
                "value": None if shown == MASK or not origin else shown,
                "masked": shown == MASK,
                "set": bool(origin),
                "type": kind,
                "origin": origin or None,
            }
            for name, shown, kind, origin in rows
        ],
    }
