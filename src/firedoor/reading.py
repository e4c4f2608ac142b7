"""Reading a small text file whole, or saying exactly why not. Never blocks on a fifo, never reads past the limit."""

import os
import stat

MAX_BYTES = 10 * 1024 * 1024

MISSING = "missing"
UNREADABLE = "unreadable"
NOT_REGULAR = "not a regular file"
TOO_LARGE = "larger than 10 MiB"
NOT_UTF8 = "not UTF-8"


class Failure:
    """Why a file gave no text: ``reason`` is one of this module's constants, the position is the first bad byte's."""

    __slots__ = ("column", "detail", "line", "reason")

    def __init__(self, reason: str, detail: str = "", line: int = 0, column: int = 0) -> None:
        self.reason = reason
        self.detail = detail or f"it is {reason}"
        self.line = line
        self.column = column


def read_bytes(path: str) -> bytes | Failure:
    """The bytes of a regular file of at most 10 MiB."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (FileNotFoundError, NotADirectoryError):
        return Failure(MISSING)
    except OSError as error:
        # Windows refuses to open a folder as if it were forbidden
        return Failure(NOT_REGULAR) if os.path.isdir(path) else _unreadable(error)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Failure(NOT_REGULAR)
        if status.st_size > MAX_BYTES:
            return Failure(TOO_LARGE)
        with open(descriptor, "rb", buffering=0, closefd=False) as file:
            wanted = status.st_size + 1  # room for more would cost more than the reading
            data = file.read(wanted)
            if len(data) == wanted:
                data += file.read(MAX_BYTES + 1 - wanted)
    except OSError as error:
        return _unreadable(error)
    finally:
        os.close(descriptor)
    return Failure(TOO_LARGE) if len(data) > MAX_BYTES else data


def _unreadable(error: OSError) -> Failure:
    return Failure(UNREADABLE, error.strerror or "the system refused")


def decode(data: bytes) -> str | Failure:
    """The text of UTF-8 bytes, or where they stop being UTF-8."""
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError as error:
        position = error.start
    start = data.rfind(b"\n", 0, position) + 1
    column = len(str(data[start:position], "utf-8", "replace")) + 1
    return Failure(NOT_UTF8, line=data.count(b"\n", 0, position) + 1, column=column)
