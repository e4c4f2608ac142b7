"""``firedoor show``: every variable of one environment, masked, with its type and origin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from firedoor import boundary, declaration, parity
from firedoor.cli import arguments, output, table
from firedoor.display import Display
from firedoor.errors import EXIT_HOLDS, EXIT_PROBLEMS
from firedoor.problem import has_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.declaration import Variable
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
        declaration.load(given.directory),
        output.one_environment(given, arguments.ENVIRONMENT, "show"),
        asked_by="command line",
    )
    if form == "json":
        print(json.dumps(_document(configuration), indent=2))
    else:
        if not given.quiet:
            print(f"{output.chosen_by(configuration)}\n")
        print(table.render(("VARIABLE", "VALUE", "TYPE", "ORIGIN"), _rows(configuration)))
    output.talk(configuration.problems, configuration.project, quiet=given.quiet)
    return EXIT_PROBLEMS if has_errors(configuration.problems) else EXIT_HOLDS


def _rows(configuration: Configuration) -> list[tuple[str, str, str, str]]:
    display = Display(configuration)
    return [
        (key, display.text(value), _type(configuration, key), str(value.origin))
        for key, value in sorted(configuration.values.items())
    ] + [(variable.name, "(not set)", _declared_type(variable), "") for variable in _unset(configuration)]


def _unset(configuration: Configuration) -> list[Variable]:
    declared = configuration.project.variables
    return [declared[name] for name in sorted(declared.keys() - configuration.values.keys())]


def _type(configuration: Configuration, key: str) -> str:
    variable = configuration.project.variables.get(key)
    if key in configuration.project.selectors:
        return "selector"
    if variable is None:
        return parity.shape(configuration.project, key, configuration.values[key])
    return _declared_type(variable)


def _declared_type(variable: Variable) -> str:
    marks = [word for word in (variable.resource, "secret" if variable.secret else None) if word]
    return f"{variable.type} ({', '.join(marks)})" if marks else variable.type


def _document(configuration: Configuration) -> dict[str, Any]:
    display = Display(configuration)
    return {
        "version": 1,
        "environment": configuration.environment.name,
        "protected": configuration.environment.protected,
        "chosen_by": str(configuration.choice.origin),
        "variables": [
            {
                "name": key,
                "value": display.plain(value),
                "masked": display.plain(value) is None,
                "set": True,
                "type": _type(configuration, key),
                "origin": str(value.origin),
            }
            for key, value in sorted(configuration.values.items())
        ]
        + [
            {
                "name": v.name,
                "value": None,
                "masked": False,
                "set": False,
                "type": _declared_type(v),
                "origin": None,
            }
            for v in _unset(configuration)
        ],
    }
