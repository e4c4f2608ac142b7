"""Where a value may not stand in a file, its variable's name stands: found by what Compose is given in its place.

Compose fills references in by rules of its own. So it is given a stand-in for each sensitive value, and what it makes
of its files is read back: a stand-in becomes ``${NAME:?not set}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_STAND_IN = re.compile(rf"stand-in-for-({_NAME}?)-by-firedoor")
_REFERENCE = re.compile(rf"\$\$|\$\{{({_NAME}):\?not set\}}")
# shorter ones stand everywhere by chance
_SHORTEST = 4


def stand_ins(names: Iterable[str]) -> dict[str, str]:
    """What Compose is given as the value of each variable that may not be written down."""
    return {name: f"stand-in-for-{name}-by-firedoor" for name in names if re.fullmatch(_NAME, name)}


def reference(name: str) -> str:
    """What asks Compose, and a stack, for the variable; both refuse to start when it is not set or empty."""
    return f"${{{name}:?not set}}"


def restored(told: Any) -> Any:
    """The data with a reference for every stand-in."""
    return mapped(told, lambda text: _STAND_IN.sub(lambda found: reference(found[1]), text))


def mapped(told: Any, change: Any) -> Any:
    """The data with every text in it changed; keys stay."""
    if isinstance(told, str):
        return change(told)
    if isinstance(told, Mapping):
        return {key: mapped(value, change) for key, value in told.items()}
    return [mapped(item, change) for item in told] if isinstance(told, list) else told


def names(told: Any) -> list[str]:
    """The variables that the data asks for, each once."""
    found: dict[str, None] = {}

    def note(text: str) -> str:
        found.update(dict.fromkeys(match[1] for match in _REFERENCE.finditer(text) if match[1]))
        return text

    mapped(told, note)
    return list(found)


def only(text: str) -> str | None:
    """The variable that the text asks for and is nothing else than; None for any other text."""
    found = _REFERENCE.fullmatch(text)
    return found[1] if found else None


def escaped(text: str) -> str:
    """The text as Compose has to read it so that nothing in it is a reference."""
    return text.replace("$", "$$")


class Literals:
    """Sensitive values that somebody has written into the files as they are, each with the variable that has it."""

    def __init__(self, values: Mapping[str, str], sensitive: Iterable[str], *, known: Iterable[str]) -> None:
        """``known`` are words that are no secrets, whoever has them for a value: services' names."""
        plain = set(known)
        found = {values[name]: name for name in sorted(sensitive, reverse=True) if name in values}
        self._names = {
            escaped(text): name
            for text, name in sorted(found.items(), key=lambda item: (-len(item[0]), item[0]))
            if len(text) >= _SHORTEST and text not in plain
        }

    def replaced(self, told: Any) -> Any:
        """The data with a reference in the place of each such value."""
        return mapped(told, self._without) if self._names else told

    def _without(self, text: str) -> str:
        """References that stand in the text already are left alone: a value may be a word of theirs."""
        pattern = "|".join((_REFERENCE.pattern, *map(re.escape, self._names)))
        return re.sub(pattern, lambda found: self._by_name(found[0]), text)

    def _by_name(self, text: str) -> str:
        name = self._names.get(text)
        return text if name is None else reference(name)
