"""Where a key stands in a TOML text. The standard parser gives values without positions; people need the line."""

from __future__ import annotations

import tomllib
from typing import Any

Path = tuple[str, ...]


class Positions:
    """Finds table headers and keys of a TOML text that parsed. ``prefix`` is prepended to every path asked for."""

    def __init__(self, text: str, prefix: Path = ()) -> None:
        self._prefix = prefix
        self._found: dict[Path, tuple[int, int]] = {}
        table: Path = ()
        for number, line in enumerate(text.splitlines(), start=1):
            bare = line.lstrip()
            column = len(line) - len(bare) + 1
            if bare.startswith("["):
                table = _path_of(bare) or table
                self._note(table, number, column)
            elif "=" in bare and (key := _path_of(bare.partition("=")[0] + "= 0")):
                self._note((*table, *key), number, column)

    def _note(self, path: Path, line: int, column: int) -> None:
        for length in range(1, len(path) + 1):
            self._found.setdefault(path[:length], (line, column))

    def find(self, path: Path) -> tuple[int, int]:
        """Line and column of the key or table, of the nearest table around it when it has no line of its own."""
        wanted = (*self._prefix, *path)
        while wanted and wanted not in self._found:
            wanted = wanted[:-1]
        return self._found.get(wanted, (1, 1))


def _path_of(line: str) -> Path:
    """The dotted path that one header or key line spells; empty when the line is neither (inside a long text, say)."""
    try:
        table: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    path = []
    while isinstance(table, (dict, list)) and table:
        if isinstance(table, list):
            table = table[0]
            continue
        key, table = next(iter(table.items()))
        path.append(key)
    return tuple(path)
