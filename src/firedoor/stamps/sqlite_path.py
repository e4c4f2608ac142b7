"""The file that an address of SQLite opens: SQLAlchemy's URLs, SQLite's own ``file:`` names, JDBC's, plain paths."""

from __future__ import annotations

import os
from urllib.parse import unquote

_MEMORY = ("", ":memory:")
_DRIVE = 1  # letters before the colon of a Windows path


def path_of(text: str, root: str) -> str:
    """The absolute path, links resolved; empty for a database in memory."""
    candidates = [os.path.realpath(os.path.join(root, name)) for name in _names(text.strip())]
    return next((path for path in candidates if os.path.exists(path)), candidates[0] if candidates else "")


def _names(text: str) -> list[str]:
    """The name as it is written, then as those read it who decode it too."""
    if text in _MEMORY:
        return []
    scheme, colon, rest = text.removeprefix("jdbc:").partition(":")
    if not colon or len(scheme) == _DRIVE:
        return [text]
    if scheme.lower() == "file":
        return _of_uri(rest)
    if rest.startswith("///"):
        rest = rest[3:]
    elif rest.startswith("//"):
        rest = rest[2:]
    if rest.startswith("file:"):
        return _of_uri(rest.removeprefix("file:"))
    name = rest.partition("?")[0]
    return [] if name in _MEMORY else [*dict.fromkeys((name, unquote(name)))]


def _of_uri(written: str) -> list[str]:
    name, _, query = written.partition("#")[0].partition("?")
    options = [unquote(option) for option in query.split("&")]
    if name.startswith("//"):
        name = "/" + name[2:].partition("/")[2]
    name = unquote(name.partition("%00")[0])
    return [] if name in _MEMORY or "mode=memory" in options or "vfs=memdb" in options else [name]
