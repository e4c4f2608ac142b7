"""Assignments as they are spelled, cut up for the constructs to look at."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from firedoor import dotenv_scanner
from firedoor.dotenv import BYTE_ORDER_MARK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firedoor.dotenv import Entry

# White space and invisible characters that one tool or another does not take for a space.
ODD_SPACE = frozenset(
    "\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DOLLAR = re.compile(
    r"""\$(?: (?P<escaped>\$)
            | \{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)(?P<operator>:?[-+?])?
            | (?P<named>[A-Za-z_][A-Za-z0-9_]*)
            | (?P<command>\()
            | (?P<special>[0-9@*\#?!\[-])
        )""",
    re.VERBOSE,
)


class Spelled:
    """An entry with its spelling. Text in which a dollar has a meaning is ``template``, else that is empty."""

    def __init__(self, entry: Entry, defined_later: frozenset[str] = frozenset()) -> None:
        raw = entry.raw.removeprefix(BYTE_ORDER_MARK)
        spelling = dotenv_scanner.spell(raw.split("\n"), 0)
        if spelling is None:  # pragma: no cover - an entry has a separator
            raise ValueError("no assignment")
        self.key = entry.key
        self.separator = spelling.separator
        self.before = spelling.before
        self.after = spelling.after.rstrip("\r")
        self.quote = spelling.quote
        self.body = spelling.body
        self.tail = spelling.tail
        self.head = raw[: spelling.column - 1].rstrip("\r")
        self.crlf = raw[-1:] == "\r"
        self.marked = raw != entry.raw
        self.bare = "" if spelling.quote else spelling.body
        self.double = spelling.body if spelling.quote == '"' else ""
        self.single = spelling.body if spelling.quote == "'" else ""
        self._defined_later = defined_later

    @cached_property
    def escapes(self) -> frozenset[str]:
        """The characters that stand behind a backslash in double quotes."""
        return frozenset(_ESCAPE.findall(self.double))

    @cached_property
    def escapes_in_single_quotes(self) -> frozenset[str]:
        """The characters that stand behind a backslash in single quotes."""
        return frozenset(_ESCAPE.findall(self.single))

    @cached_property
    def template(self) -> str:
        """The text in which ``$`` has a meaning for Compose, escaped characters blanked out."""
        return self.bare or _ESCAPE.sub("  ", self.double)

    @cached_property
    def dollars(self) -> frozenset[str]:
        """What stands behind dollars: ``$$``, ``$X``, ``${X}``, ``${X:-``, ``${X-``, …, ``$(``, ``$1``."""
        return frozenset(_kind(match) for match in _DOLLAR.finditer(self.template))

    @cached_property
    def refers_forward(self) -> bool:
        """Whether a reference names a key that the file defines further down."""
        names = {match["braced"] or match["named"] for match in _DOLLAR.finditer(self.template)}
        return not names.isdisjoint(self._defined_later)

    @cached_property
    def braces_in_branch(self) -> bool:
        """Whether an opening brace stands behind an operator, as in ``${X:-${Y}}``."""
        depth = 0
        for match in re.finditer(r"\$\$|\$\{[A-Za-z_0-9]*:?[-+?]|[{}]", self.template):
            if depth and match[0][-1] != "}" and match[0] != "$$":
                return True
            if len(match[0]) > 1 and match[0] != "$$":
                depth += 1
            elif match[0] == "}":
                depth = max(depth - 1, 0)
        return False

    @cached_property
    def odd_space(self) -> bool:
        """Whether an unusual white space or invisible character stands where tools trim, outside of quotes."""
        space = re.match(r"[^#]*", self.tail)
        edges = self.head + (space[0] if space else "") + (self.bare[:1] + self.bare[-1:])
        return not ODD_SPACE.isdisjoint(edges)


def _kind(match: re.Match[str]) -> str:
    if match["braced"]:
        return "${X" + (match["operator"] or "}")
    return {"escaped": "$$", "named": "$X", "command": "$(", "special": "$1"}[str(match.lastgroup)]


def spelled(entries: Sequence[Entry]) -> list[Spelled]:
    """Every entry of a file with its spelling."""
    last = {entry.key: number for number, entry in enumerate(entries)}
    return [
        Spelled(entry, frozenset(name for name in _names(entry) if last.get(name, -1) > number))
        for number, entry in enumerate(entries)
    ]


def _names(entry: Entry) -> set[str]:
    if entry.literal or "$" not in entry.value:
        return set()
    return {match["braced"] or match["named"] or "" for match in _DOLLAR.finditer(entry.value)}
