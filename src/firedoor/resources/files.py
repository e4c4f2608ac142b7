"""A file or folder, as the file system knows it: by its real path, and by device and inode where it exists."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resources import Identity


def identities(path: str, root: str) -> "set[Identity]":
    """Links, ``..`` and ``/proc/self/root`` lead to the one real path; hard links and mounts to the one inode."""
    real = os.path.normcase(real_path(os.path.join(root, path)))
    try:
        status = os.stat(real)
    except OSError:
        return {("file", real)}
    return {("file", real), ("inode", str(status.st_dev), str(status.st_ino))}


def real_path(path: str) -> str:
    """The path behind all links, as far as we may look. It ends at a NUL, where the system stops reading."""
    path = path.partition("\0")[0]
    try:
        return os.path.realpath(path)
    except OSError:  # a folder of links that are another user's, like /proc/1
        return os.path.abspath(path)


def socket(path: str, usual: "tuple[str, ...]") -> str:
    """The real path of a socket; empty when it is one of the usual ones of this machine's server."""
    real = real_path(path)
    return "" if real in map(real_path, usual) else real
