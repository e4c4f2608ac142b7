"""Which SQL statements destroy, by sqlglot's reading of them: dialects ``postgres``, ``mysql`` and ``sqlite``.

A text is cut into its statements by the parser's own tokens. Those that carry another statement (EXPLAIN ANALYZE,
PREPARE, DECLARE) are opened; those that carry a program (DO, CREATE FUNCTION) cannot be, and count as destructive when
they hold a word that destroys. So does whatever the parser does not understand.
"""

from __future__ import annotations

import logging
from _thread import _local
from typing import TYPE_CHECKING

from firedoor.destruction import words
from firedoor.destruction.finding import unreadable

if TYPE_CHECKING:
    from firedoor.destruction.finding import Finding

_MOST_KNOWN = 4096
_LONGEST_KNOWN = 8192  # characters
_known: dict[tuple[str, str], tuple[Finding, ...]] = {}


def findings(text: str, dialect: str) -> tuple[Finding, ...]:
    """What the statements of the text destroy, each thing once. Raises ImportError when sqlglot is not installed."""
    known = recalled(text, dialect)
    return read(text, dialect) if known is None else known


def recalled(text: str, dialect: str) -> tuple[Finding, ...] | None:
    """The findings where they are known without reading: from before, or since no word in the text can destroy."""
    known = _known.get((dialect, text))
    return () if known is None and not words.are_in(text) else known


def read(text: str, dialect: str) -> tuple[Finding, ...]:
    """The findings by the parser, kept for the next time. Raises as ``findings``."""
    if not words.may_stand_outside(text, dialect):
        return ()
    found = _judged(text, dialect)
    if len(text) <= _LONGEST_KNOWN:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[dialect, text] = found
    return found


class _Here(_local):
    """Whether this thread is reading a statement now."""

    reading = False


_here = _Here()


def _is_not_ours(_: logging.LogRecord) -> bool:
    """The parser's log repeats statements, with what stands in them."""
    return not _here.reading


def _judged(text: str, dialect: str) -> tuple[Finding, ...]:
    from firedoor.destruction import statements  # sqlglot: 0.2 s, for the first statement that could destroy

    logging.getLogger("sqlglot").addFilter(_is_not_ours)
    _here.reading = True
    if dialect == "mysql":
        text = _opened(text)
    try:
        return tuple(dict.fromkeys(statements.findings(text, dialect)))
    except Exception:  # noqa: BLE001 - whatever the parser stumbles over
        return (unreadable("a statement that cannot be read"),)
    finally:
        _here.reading = False


def _opened(text: str) -> str:
    """The text as MySQL and MariaDB read it: comments that begin ``/*!`` are none."""
    for opening in ("/*!", "/*M!"):
        start = text.find(opening)
        while start >= 0:
            end = start + len(opening)
            while text[end : end + 1].isdigit():
                end += 1
            closing = text.find("*/", end)
            inner, rest = (text[end:], "") if closing < 0 else (text[end:closing], text[closing + 2 :])
            text = f"{text[:start]} {inner} {rest}"
            start = text.find(opening)
    return text
