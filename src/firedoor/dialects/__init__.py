"""Spellings in env files that Docker Compose, python-dotenv, node dotenv and bash do not all read alike.

Each construct has a code of its own (FD230 to FD269), what every tool reads, and the portable spelling, all in
fixed words: no value of a file appears.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.dialects import comments, dollars, lines, names, quoted, unquoted
from firedoor.dialects.construct import TOOLS, Construct
from firedoor.dialects.spelled import File, Spelled
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.dotenv import Entry

__all__ = ["CONSTRUCTS", "TOOLS", "Construct", "constructs", "problems"]

CONSTRUCTS: dict[str, Construct] = {
    construct.code: construct
    for topic in (names, comments, unquoted, quoted, dollars, lines)
    for construct in topic.CONSTRUCTS
}


def constructs(entry: Entry) -> list[Construct]:
    """The constructs in one entry, in the order of codes. What needs the rest of the file is left out."""
    return _in_entry(Spelled(entry))


def _in_entry(spelled: Spelled) -> list[Construct]:
    return [found for found in CONSTRUCTS.values() if found.in_entry is not None and found.in_entry(spelled)]


def problems(
    text: str, entries: Sequence[Entry], *, file_name: str, environment: str | None = None
) -> list[Problem]:
    """Every construct of a file: one problem each, at the place where it stands first.

    The facts are ``construct`` (its name), ``count`` (how often it stands in the file), ``portable``, and what each
    of the `TOOLS` reads. The subject is the key, or the file's name when the construct belongs to no key.
    """
    places: dict[str, list[tuple[int, int, str]]] = {}
    file = File(text, entries)
    for entry, spelled in zip(entries, file.spelled(), strict=True):
        for construct in _in_entry(spelled):
            places.setdefault(construct.code, []).append((entry.line, entry.column, entry.key))
    for construct in CONSTRUCTS.values():
        if construct.in_file is not None and (found := construct.in_file(file)):
            places[construct.code] = found
    return [_problem(CONSTRUCTS[code], places[code], file_name, environment) for code in sorted(places)]


def _problem(
    construct: Construct, places: list[tuple[int, int, str]], file_name: str, environment: str | None
) -> Problem:
    line, column, key = places[0]
    return Problem(
        construct.code,
        subject=key or file_name,
        environment=environment,
        origin=Origin(FILE, file_name, line, column),
        severity=construct.severity,
        construct=construct.name,
        count=str(len(places)),
        portable=construct.portable,
        **construct.reads,
    )
