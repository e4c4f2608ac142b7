"""Colours of a terminal: whether they are wanted, and how they are spelled."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

_CODES = {"error": "1;31", "warning": "33", "note": "36", "heading": "1", "action": "32"}
# Terminals of Windows that understand the codes say so; its old console does not.
_WINDOWS_TERMINALS = ("WT_SESSION", "ANSICON", "TERM", "TERM_PROGRAM")


def wanted(stream: "TextIO", environ: "Mapping[str, str]", platform: str = sys.platform) -> bool:
    """Whether to colour what is written to the stream.

    NO_COLOR set to anything forbids it, FORCE_COLOR demands it; otherwise only a terminal that can show it is
    coloured.
    """
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return environ["FORCE_COLOR"] not in ("0", "false")
    if environ.get("TERM") == "dumb" or not _is_terminal(stream):
        return False
    return platform != "win32" or any(name in environ for name in _WINDOWS_TERMINALS)


def _is_terminal(stream: "TextIO") -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # no stream at all (pythonw), or a closed one
        return False


def paint(text: str, role: str) -> str:
    """The text in the colour of its role: a severity, ``heading`` or ``action``; unchanged for any other."""
    code = _CODES.get(role)
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text
