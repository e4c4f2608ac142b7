"""SQLite: the file, as the file system knows it."""

import os

from firedoor.resources.host import unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity


def identities(text: str, root: str) -> "frozenset[Identity]":
    """The file by its real path, and by device and inode where it exists; nothing for a database in memory."""
    scheme, _, rest = text.removeprefix("jdbc:").partition(":")
    path, _, query = rest.partition("#")[0].partition("?")
    options = [unquote(pair).lower() for pair in query.split("&")]
    path = unquote(path)
    if scheme.lower() == "file":
        path = _of_uri(path)
    elif path.startswith("//"):
        path = path[2:].partition("/")[2]
    if path.startswith("file:"):
        path = _of_uri(path.removeprefix("file:"))
    if path.startswith("/"):
        path = "/" + path.lstrip("/")
    if path in ("", ":memory:") or "mode=memory" in options:
        return frozenset()
    real = os.path.realpath(os.path.join(root, path))
    try:
        status = os.stat(real)
    except OSError:
        return frozenset({("file", real)})
    return frozenset({("file", real), ("inode", str(status.st_dev), str(status.st_ino))})


def _of_uri(path: str) -> str:
    """SQLite's own ``file:name``: after two slashes stands a host, which is this one."""
    return "/" + path[2:].partition("/")[2] if path.startswith("//") else path
