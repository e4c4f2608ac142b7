"""SQLite: the file, as the file system knows it."""

import os

from firedoor.resources.host import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity


def identities(text: str, root: str) -> "frozenset[Identity]":
    """The file by its real path, and by device and inode where it exists; nothing for a database in memory."""
    _, separator, rest = text.partition("://")
    if not separator:
        rest = "/" + text.partition(":")[2]  # SQLite's own file:name
    path, _, query = rest.partition("?")
    options = [unquote(pair).lower() for pair in query.split("&")]
    path = unquote(path.partition("#")[0].partition("/")[2])
    if path.startswith("file:"):
        path = path.removeprefix("file:")
        path = "/" + path.lstrip("/") if path.startswith("/") else path
    if path in ("", ":memory:") or "mode=memory" in options:
        return frozenset()
    real = os.path.realpath(os.path.join(root, path))
    try:
        status = os.stat(real)
    except OSError:
        return frozenset({("file", real)})
    return frozenset({("file", real), ("inode", str(status.st_dev), str(status.st_ino))})
