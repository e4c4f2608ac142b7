"""Writing files: whole or not at all, whenever the machine stops. Every file that firedoor writes goes through here."""

import errno
import os
import stat
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_SUFFIX = ".firedoor-tmp"
_STALE_SECONDS = 3600
_PAUSE_SECONDS = 0.02
_LOCK_FILE = ".firedoor.lock-file"
_NO_LOCKS_HERE = (errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF, errno.EINVAL, errno.ENOSYS)


def write_bytes(path: str, content: bytes, *, mode: int | None = None) -> None:
    """Make ``content`` the whole content of the file, atomically; readers see the old bytes or the new ones.

    An existing file keeps its mode and its owner, a symbolic link keeps pointing to its (changed) target. ``mode``
    is the permission bits to give instead. Raises OSError, with the old file untouched.
    """
    target = os.path.realpath(path)
    before = _status(target)
    temporary = _write_temporary(target, content, mode, before)
    try:
        os.replace(temporary, target)
    except OSError:
        _remove(temporary)
        raise
    _settle(target)


def create_bytes(path: str, content: bytes, *, mode: int | None = None) -> None:
    """Like ``write_bytes`` for a file that must not exist yet. Raises FileExistsError, OSError."""
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
    temporary = _write_temporary(path, content, mode, None)
    try:
        _name(temporary, path)
    finally:
        _remove(temporary)
    _settle(path)


def write_text(path: str, text: str, *, mode: int | None = None) -> None:
    """``write_bytes`` of UTF-8 text; line endings stay as they are."""
    write_bytes(path, text.encode("utf-8"), mode=mode)


def create_text(path: str, text: str, *, mode: int | None = None) -> None:
    """``create_bytes`` of UTF-8 text; line endings stay as they are."""
    create_bytes(path, text.encode("utf-8"), mode=mode)


def _name(temporary: str, path: str) -> None:
    """Give the whole file its name unless the name is taken."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # a file system without hard links: the check and the rename are two steps there
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path) from None
        os.rename(temporary, path)


def _status(target: str) -> os.stat_result | None:
    try:
        status = os.stat(target)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", target)
    return status


def _write_temporary(target: str, content: bytes, mode: int | None, before: os.stat_result | None) -> str:
    """A new file beside the target that holds the content, safe on the disk. Removed again when that fails."""
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name}.{os.urandom(6).hex()}{_SUFFIX}")
    # private from the first byte; a plain new file gets what the user's umask says
    at_birth = 0o666 if mode is None and before is None else 0o600
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, at_birth)
    try:
        try:
            _write_all(descriptor, content)
            _dress(descriptor, mode, before)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:
        _remove(temporary)
        raise
    return temporary


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _dress(descriptor: int, mode: int | None, before: os.stat_result | None) -> None:
    """Give the new file its mode, and the old file's owner where the system lets us."""
    if sys.platform == "win32":  # pragma: no cover - another system's way to own files
        return
    if before is not None:
        status = os.fstat(descriptor)
        if (status.st_uid, status.st_gid) != (before.st_uid, before.st_gid):
            try:  # noqa: SIM105 - contextlib is not free
                os.fchown(descriptor, before.st_uid, before.st_gid)
            except OSError:
                pass  # only root may give files away
    wanted = mode if mode is not None else before and stat.S_IMODE(before.st_mode)
    if wanted is not None:
        os.fchmod(descriptor, wanted)


def _settle(target: str) -> None:
    """Make the new name itself safe on the disk, and clear what killed writers of this file left behind."""
    folder, name = os.path.split(target)
    folder = folder or os.curdir
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows opens no folders
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network file systems refuse; the rename has happened
    finally:
        os.close(descriptor)
    _sweep(folder, f".{name}.")


def _sweep(folder: str, prefix: str) -> None:
    """Remove this file's temporaries that no living writer can still be writing."""
    latest = time.time() - _STALE_SECONDS
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        if name.startswith(prefix) and name.endswith(_SUFFIX):
            path = os.path.join(folder, name)
            try:
                if os.lstat(path).st_mtime < latest:
                    os.remove(path)
            except OSError:
                continue  # another sweeper was faster, or it is not ours


def _remove(path: str) -> None:
    try:  # noqa: SIM105 - contextlib is not free
        os.remove(path)
    except OSError:
        pass


class Lock:
    """Only one holder for each folder, among those who ask: ``with Lock(folder): read, change, write_bytes``.

    A file has a lock of its own, apart from its folder's.

    Waits up to ``timeout`` seconds, then raises TimeoutError. Killed holders hold nothing. Where the file system
    knows no locks it lets everybody in: each write is still whole.
    """

    __slots__ = ("_descriptor", "_folder", "_timeout")

    def __init__(self, folder: str, *, timeout: float = 10.0) -> None:
        self._folder = folder
        self._timeout = timeout
        self._descriptor = -1

    def __enter__(self) -> "Self":
        descriptor = _open_for_locking(self._folder)
        deadline = time.monotonic() + self._timeout
        try:
            while not _try_to_lock(descriptor):
                if time.monotonic() >= deadline:
                    raise TimeoutError(  # noqa: TRY301 - closed below like every other failure
                        errno.ETIMEDOUT, "another firedoor is writing here", self._folder
                    )
                time.sleep(_PAUSE_SECONDS)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return self

    @property
    def descriptor(self) -> int:
        """The open descriptor that holds the lock: a program that inherits it holds it on."""
        return self._descriptor

    @property
    def held(self) -> bool:
        """Whether it is held now."""
        return self._descriptor >= 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        os.close(self._descriptor)  # closing releases the lock
        self._descriptor = -1


if sys.platform == "win32":  # pragma: no cover - another system's way to lock

    def _open_for_locking(folder: str) -> int:
        beside = f"{folder}.lock-file" if os.path.isfile(folder) else os.path.join(folder, _LOCK_FILE)
        return os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)

    def _try_to_lock(descriptor: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _open_for_locking(folder: str) -> int:
        # the folder itself, so that no lock file stays behind
        return os.open(folder or os.curdir, os.O_RDONLY)

    def _try_to_lock(descriptor: int) -> bool:
        import fcntl  # only writers need it

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno in _NO_LOCKS_HERE:
                return True
            raise
        return True
