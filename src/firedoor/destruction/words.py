"""The words without which no SQL statement destroys anything: what holds none of them is not read any further.

Cheap on purpose, since every statement of a guarded process is looked at: a word counts where it stands in the text as
a word, be it in a comment or a literal. The parser has the last say.
"""

from __future__ import annotations

# Those that destroy, those that start what can, and functions that send a text to another connection.
DESTRUCTIVE = ("drop", "truncate", "delete", "update")
_OTHERS = ("replace", "execute", "prepare", "program", "dblink", "query_to_xml")
_ALL = (*DESTRUCTIVE, *_OTHERS)
_CARRYING = (*_ALL, "do", "create")  # the bodies of DO and CREATE FUNCTION may be literals
_OPENING = ("--", "/*", "#", "$", "\\", "[")
_OPEN_ENDED = ("dblink", "query_to_xml")  # dblink_exec, query_to_xmlschema


def are_in(text: str, among: tuple[str, ...] = _ALL) -> bool:
    """Whether the text holds such a word. Digits may stand before it, as in MySQL's ``/*!50000DROP``."""
    lowered = text.lower()
    for word in among:  # noqa: SIM110 - a third of the time that any() takes
        if word in lowered and _stands_alone(lowered, word):
            return True
    return False


def may_stand_outside(text: str, dialect: str) -> bool:
    """Whether such a word may stand outside of the text's literals, or in a literal that is carried out.

    For rows that are sent as text, megabytes of them, which a parser takes seconds to read. False only where it is
    plain which quotes are literals: no comments, no other ways to quote, no other escapes than MySQL's own.
    """
    if dialect == "mysql":
        text = text.replace("\\\\", " ").replace("\\'", " ")
    pieces = text.split("'")
    outside, inside = pieces[::2], pieces[1::2]
    if len(pieces) % 2 == 0 or (dialect != "mysql" and any("\\" in piece for piece in inside)):
        return True
    return not all(map(_is_plain, outside)) or are_in("'".join(outside), _CARRYING)


def _is_plain(piece: str) -> bool:
    """Whether nothing in the piece begins what a quote does not end: names in quotes begin and end in it."""
    if any(sign in piece for sign in _OPENING):
        return False
    doubles, backticks = piece.count('"'), piece.count("`")
    return not (doubles and backticks) and doubles % 2 == 0 and backticks % 2 == 0


def _stands_alone(lowered: str, word: str) -> bool:
    """Whether the word is no part of a longer one, as in ``updated_at``, wherever it is found."""
    start = lowered.find(word)
    while start >= 0:
        end = start + len(word)
        before, behind = lowered[start - 1 : start], lowered[end : end + 1]
        if not (before.isalpha() or before == "_") and (
            word in _OPEN_ENDED or not (behind.isalnum() or behind == "_")
        ):
            return True
        start = lowered.find(word, end)
    return False
