"""The texts a class can see: the configuration's values and, below them, the process's other variables."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from firedoor.origin import DEFAULT, FILE, OVERRIDE, PROCESS, Origin
from firedoor.resolve import Value
from firedoor.settings.options import Options

if TYPE_CHECKING:
    from firedoor.resolve import Configuration

_RANKS = {DEFAULT: 0, FILE: 1, PROCESS: 2, OVERRIDE: 3}


def rank(value: Value) -> int:
    """The place of a value's source in the order of precedence: the higher one wins."""
    return _RANKS.get(value.origin.kind, 1)


class Texts:
    """Values by the name they are matched by.

    Where case does not count, two spellings of one name are one variable; when they disagree, ``ambiguous`` keeps
    both, and a class that reads the variable is refused.
    """

    __slots__ = ("_names", "_process", "ambiguous", "found")

    def __init__(self, configuration: "Configuration", options: Options) -> None:
        self._process = configuration.process
        self.ambiguous: dict[str, tuple[Value, Value]] = {}
        values = configuration.values
        if options.ignore_empty:
            values = {key: value for key, value in values.items() if value.text}
        if options.case_sensitive:
            self.found: dict[str, Value] = dict(values)
            self._names = {key: key for key in self._process if key not in configuration.values}
        else:
            self.found = self._without_case(values)
            self._names = self._process_without_case(configuration)
        if options.ignore_empty:
            self._names = {lookup: key for lookup, key in self._names.items() if self._process[key]}

    def _without_case(self, values: dict[str, Value]) -> dict[str, Value]:
        found = {key.lower(): value for key, value in values.items()}
        if len(found) == len(values):
            return found
        found = {}
        for key, value in values.items():
            self._settle(found, key.lower(), value)
        return found

    def _settle(self, found: dict[str, Value], lookup: str, value: Value) -> None:
        other = found.setdefault(lookup, value)
        if other is value:
            return
        if other.text != value.text:
            self.ambiguous[lookup] = (other, value)
        if rank(value) > rank(other):
            found[lookup] = value

    def _process_without_case(self, configuration: "Configuration") -> dict[str, str]:
        names: dict[str, str] = {}
        for key in self._process:
            if key in configuration.values:
                continue
            lookup = key.lower()
            if lookup in self.found:
                self._settle(self.found, lookup, self._from_process(key))
            elif names.setdefault(lookup, key) != key and self._process[names[lookup]] != self._process[key]:
                self.ambiguous[lookup] = (self._from_process(names[lookup]), self._from_process(key))
        return names

    def _from_process(self, key: str) -> Value:
        return Value(key, self._process[key], Origin(PROCESS, key))

    def get(self, lookup: str) -> Value | None:
        """The value that is matched by this name, else None."""
        value = self.found.get(lookup)
        if value is not None:
            return value
        key = self._names.get(lookup)
        return None if key is None else self._from_process(key)

    def containing(self, part: str) -> Iterator[str]:
        """The names that have ``part`` in them."""
        for names in (self.found, self._names):
            for lookup in names:
                if part in lookup:
                    yield lookup
