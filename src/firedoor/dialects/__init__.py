"""Spellings in env files that Docker Compose, python-dotenv, node dotenv and bash do not all read alike.

Each construct has a code of its own (FD230 to FD269), what every tool reads, and the portable spelling, all in
fixed words: no value of a file appears.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.dialects import comments, dollars, lines, names, quoted, unquoted
from firedoor.dialects.construct import TOOLS, Construct
from firedoor.dialects.spelled import Spelled, spelled
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


def _in_entry(it: Spelled) -> list[Construct]:
    return [
        construct
        for construct in CONSTRUCTS.values()
        if construct.in_entry is not None and construct.in_entry(it)
    ]


def problems(entries: Sequence[Entry], file_name: str, environment: str | None = None) -> list[Problem]:
    """Every construct of a file: one problem each, at the entry where it stands first.

    The facts are ``construct`` (its name), ``count`` (how many entries of the file hold it), ``portable``, and what
    each of the `TOOLS` reads. The subject is the key.
    """
    found: dict[str, list[Entry]] = {}
    for entry, it in zip(entries, spelled(entries), strict=True):
        for construct in _in_entry(it):
            found.setdefault(construct.code, []).append(entry)
    for construct in CONSTRUCTS.values():
        if construct.among is not None and (some := construct.among(entries)):
            found[construct.code] = some
    return [_problem(CONSTRUCTS[code], found[code], file_name, environment) for code in sorted(found)]


def _problem(construct: Construct, found: list[Entry], file_name: str, environment: str | None) -> Problem:
    first = found[0]
    return Problem(
        construct.code,
        subject=first.key,
        environment=environment,
        origin=Origin(FILE, file_name, first.line, first.column),
        severity=construct.severity,
        construct=construct.name,
        count=str(len(found)),
        portable=construct.portable,
        **construct.reads,
    )
