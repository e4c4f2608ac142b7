"""The per-user cache of compiled declarations: safe to delete, never trusted across users.

An entry counts only when it belongs to this user alone, is whole, was made by this version and holds byte for
byte the declaration that is there now. In every other case it is as if it were absent.
"""

import marshal
import os
import stat
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    class Compiled(TypedDict):
        """A valid declaration in plain, marshallable data."""

        file: str
        name: str
        selectors: tuple[str, ...]
        default: str | None
        environments: tuple[tuple[Any, ...], ...]
        files: tuple[str, ...]
        optional_files: tuple[str, ...]
        fallback_file: str
        secrets: str
        variables: tuple[tuple[str, dict[str, Any]], ...]
        settings_class: str | None
        lock: str | None
        services: dict[str, Any]


FORMAT = f"firedoor 6 {sys.implementation.cache_tag} {marshal.version}"
_DIGITS = 16
_PRIME = 0xFFFFFFFFFFFFFFC5
_LONGEST_NAME = 40


def folder() -> str | None:
    """Where entries live: ``$XDG_CACHE_HOME/firedoor`` (%LOCALAPPDATA% on Windows); None when there is no home."""
    base = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = os.environ.get("HOME", "")
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, ".cache")
    return os.path.join(base, "firedoor")


def _entry_path(project_folder: str) -> str | None:
    base = folder()
    if base is None:
        return None
    name = os.fsencode(project_folder)
    readable = project_folder.replace(os.sep, "%").replace(":", "%")[-_LONGEST_NAME:]
    return os.path.join(base, f"{readable}.{_checksum(name)}.declaration")


def _checksum(data: bytes) -> str:
    """Against bits that rot; zlib's would be another shared library to load."""
    return f"{int.from_bytes(data, 'little') % _PRIME:0{_DIGITS}x}"


def read(project_folder: str, declared: bytes | None, pyproject: bytes) -> "Compiled | None":
    """The compiled declaration of that folder if it was made from exactly these bytes, else None."""
    path = _entry_path(project_folder)
    if path is None:
        return None
    try:
        data = own_bytes(path)
        if data is None or _checksum(data[_DIGITS:]).encode("ascii") != data[:_DIGITS]:
            return None
        entry = marshal.loads(data[_DIGITS:])  # noqa: S302 - the user's own file, checked by owner, mode and checksum
        if entry[:4] != (FORMAT, project_folder, declared, pyproject):
            return None
        compiled: Compiled = entry[4]
    except (OSError, ValueError, TypeError, EOFError, IndexError):
        return None
    return compiled


def own_bytes(path: str) -> bytes | None:
    """The bytes of a regular file that only this user can write, in a folder that only this user can write."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # a pipe keeps nobody waiting
    try:
        status = os.fstat(descriptor)
        if (
            not stat.S_ISREG(status.st_mode)
            or not _private(status)
            or not _private(os.stat(os.path.dirname(path)))
        ):
            return None
        return os.read(descriptor, status.st_size)
    finally:
        os.close(descriptor)


def _private(status: os.stat_result) -> bool:
    if sys.platform == "win32":
        return True  # %LOCALAPPDATA% is the user's own by its access control list
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def write(project_folder: str, declared: bytes | None, pyproject: bytes, compiled: "Compiled") -> None:
    """Keep a compiled declaration. A cache that cannot be written is no error: the next call compiles again."""
    path = _entry_path(project_folder)
    if path is None:
        return
    from firedoor import storage  # only on the slow path

    data = marshal.dumps((FORMAT, project_folder, declared, pyproject, dict(compiled)))
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        storage.write_bytes(path, _checksum(data).encode("ascii") + data, mode=0o600)
    except OSError:
        return
