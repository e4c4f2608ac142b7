"""``firedoor schema``: the JSON schema of firedoor.toml, so that editors complete it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from firedoor.cli import arguments
from firedoor.errors import EXIT_HOLDS
from firedoor.schema.fields import json_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

VERB = arguments.Verb("schema", "", "Print the JSON schema of firedoor.toml for editors.")


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
    else:
        print(json.dumps(json_schema(), indent=2))
    return EXIT_HOLDS
