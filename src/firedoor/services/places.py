"""Where a Compose file says something: the line of a service's key, for messages. A guess by indentation, no parser."""

from __future__ import annotations

import os

from firedoor import reading
from firedoor.origin import FILE, Origin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Places:
    """The Compose files of one environment, read when a message needs a line."""

    def __init__(self, root: str, files: Sequence[str]) -> None:
        self._root = root
        self._files = files
        self._lines: dict[str, list[str]] = {}

    def find(self, section: str, *path: str) -> Origin:
        """The last file that says it, with its line where it is found: ``find("services", "api", "ports")``.

        The last key of the path that can be found counts; without any it is the first file.
        """
        best = (0, Origin(FILE, self._files[0] if self._files else "compose.yaml"))
        for name in self._files:
            depth, line, column = _search(self._text(name), (section, *path))
            if depth and depth >= best[0]:
                best = (depth, Origin(FILE, name, line, column))
        return best[1]

    def mention(self, text: str) -> bool:
        """Whether any of the files holds the text, in whatever place."""
        return any(text in line for name in self._files for line in self._text(name))

    def _text(self, name: str) -> list[str]:
        if name not in self._lines:
            data = reading.read_bytes(os.path.join(self._root, name))
            text = data.decode("utf-8-sig", "replace") if isinstance(data, bytes) else ""
            self._lines[name] = text.split("\n")
        return self._lines[name]


def _search(lines: Sequence[str], path: Sequence[str]) -> tuple[int, int, int]:
    """How many of the keys were found one in the other, and line and column of the last of them."""
    depth, indent, line_of, column_of = 0, -1, 0, 0
    level: int | None = None  # where the keys inside of what was found last stand
    for number, line in enumerate(lines, start=1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        at = len(line) - len(line.lstrip())
        if depth and (at < indent or (at == indent and not bare.startswith("- "))):
            break
        level = at if level is None else level
        if at == level and _says(bare, path[depth]):
            depth, indent, level = depth + 1, at, None
            line_of, column_of = number, at + 1
            if depth == len(path):
                break
    return depth, line_of, column_of


def _says(bare: str, key: str) -> bool:
    """``key:``, ``- key``, ``- key=value``, quoted or not."""
    word = bare.removeprefix("- ").lstrip().lstrip("\"'")
    rest = word.removeprefix(key).lstrip("\"'").lstrip()
    return word.startswith(key) and rest[:1] in ("", ":", "=", "#")
