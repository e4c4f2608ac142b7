"""YAML in block style, as a person would write it: the small part of the language that a Compose file needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_STEP = "  "
_MOST_WORDS = 10
# read as a text by YAML 1.1 and 1.2 alike: begins with a letter, a slash or a dot before one; no colon, no hash
_PLAIN = re.compile(r"(?:[A-Za-z/]|\./|\.[A-Za-z])[A-Za-z0-9_./@-]*(?::[A-Za-z0-9_./@-]+)*")
# these are not: true, nothing, not a number
_READ_AS_OTHER = frozenset(
    ("", "~", "y", "n", "yes", "no", "on", "off", "true", "false", "null", ".nan", ".inf")
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@dataclass(frozen=True)
class Replacing:
    """A value that takes the place of what an earlier document says, where Compose would add to it."""

    data: Any


def block(data: Mapping[str, Any]) -> str:
    """The mapping as a YAML document."""
    return "".join(f"{line}\n" for line in _mapping(data, ""))


def _mapping(data: Mapping[str, Any], indent: str) -> list[str]:
    return [line for key, value in data.items() for line in _under(f"{indent}{scalar(key)}:", value, indent)]


def _under(before: str, value: Any, indent: str) -> list[str]:
    """``before`` (a key with its colon, or a dash) with the value beside or below it."""
    if isinstance(value, Replacing):
        return _under(f"{before} !override", value.data, indent)
    if isinstance(value, Mapping) and value:
        return [before, *_mapping(value, indent + _STEP)]
    if _is_list(value) and value:
        if all(isinstance(item, str) for item in value) and len(value) <= _MOST_WORDS:
            return [f"{before} [{', '.join(_in_list(item) for item in value)}]"]
        return [before, *(line for item in value for line in _item(item, indent + _STEP))]
    return [f"{before} {scalar(value)}"]


def _item(value: Any, indent: str) -> list[str]:
    if isinstance(value, Mapping) and value:
        first, *others = _mapping(value, indent + _STEP)
        return [f"{indent}- {first.strip()}", *others]
    return _under(f"{indent}-", value, indent)


def scalar(value: Any) -> str:
    """A text, number, truth value, nothing, or something empty, on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        digits, power, exponent = repr(value).partition("e")
        # without a point, some read a text
        return f"{digits}.0e{exponent}" if power and "." not in digits else repr(value)
    if isinstance(value, str):
        return value if _is_plain(value) else quoted(value)
    return "[]" if _is_list(value) else "{}"


def quoted(text: str) -> str:
    """The text in double quotes. What cannot be seen is written by its number."""
    return f'"{"".join(map(_escaped, text))}"'


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and text.lower() not in _READ_AS_OTHER


def _in_list(text: str) -> str:
    """An item between brackets: words of letters alone are left as they are."""
    return text if _is_plain(text) and "@" not in text and ":" not in text else quoted(text)


def _escaped(letter: str) -> str:
    known = _ESCAPES.get(letter)
    if known is not None or letter.isprintable():
        return known or letter
    number = ord(letter)
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
