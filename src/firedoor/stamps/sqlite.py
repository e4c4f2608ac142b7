"""SQLite's stamp: the one row of the table ``firedoor_stamp``, bound to the file's device and inode.

A copied file is another inode; a hard link, a symbolic link and every other name are the same one. Whoever may write
the file may forge the stamp: it tells environments apart, and is no proof against its own user.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import quote

from firedoor.stamps import failure
from firedoor.stamps.observation import (
    BROKEN_OFF,
    FAILED,
    LOGIN_REFUSED,
    NO_SUCH_THING,
    NOT_ONE,
    NOT_SUPPORTED,
    TIMED_OUT,
    NotAllowed,
    Observation,
    Overtaken,
    Unreachable,
)
from firedoor.stamps.sqlite_path import path_of
from firedoor.stamps.stamp import from_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firedoor.stamps.address import Address
    from firedoor.stamps.stamp import Stamp

EXTRA = ""

TABLE = "firedoor_stamp"
_FOUND = "SELECT type FROM main.sqlite_master WHERE name = 'firedoor_stamp' COLLATE NOCASE"
_READ = "SELECT substr(stamp, 1, 5000) FROM main.firedoor_stamp LIMIT 2"

_REASONS = {
    sqlite3.SQLITE_BUSY: TIMED_OUT,
    sqlite3.SQLITE_LOCKED: TIMED_OUT,
    sqlite3.SQLITE_NOTADB: NOT_SUPPORTED,
    sqlite3.SQLITE_PERM: LOGIN_REFUSED,
    sqlite3.SQLITE_AUTH: LOGIN_REFUSED,
}
_FORBIDDEN = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_WAL = b"\x02\x02"  # the two bytes of the header that say how the file is written and read
_WAL_AT = 18


def _code(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _unreachable(error: Exception) -> Exception:
    for kind, reason in ((FileNotFoundError, NO_SUCH_THING), (PermissionError, LOGIN_REFUSED)):
        if isinstance(error, kind):
            return Unreachable(reason)
    return Unreachable(_REASONS.get(_code(error), FAILED))


def _not_written(error: Exception) -> Exception:
    return NotAllowed() if _code(error) in _FORBIDDEN else _unreachable(error)


@failure.translated(_unreachable)
def observe(address: Address) -> Observation:
    """Look into the file without writing, locking or creating anything. Raises Unreachable."""
    path = _path(address)
    status = os.stat(path)
    with closing(_opened(path, _reading(path), address.seconds)) as connection:
        stored = stored_rows(lambda statement: connection.execute(statement).fetchall())
    if not os.path.samestat(status, os.stat(path)):
        raise Unreachable(BROKEN_OFF)  # replaced while we looked
    return observation(status, stored, writable=os.access(path, os.W_OK))


@failure.translated(_not_written)
def write(address: Address, stamp: Stamp, *, replacing: Stamp | None) -> Observation:
    """Put the stamp in, in one transaction, if ``replacing`` is there now. What is there afterwards.

    Raises Overtaken, NotAllowed, Unreachable.
    """
    path = _path(address)
    status = os.stat(path)
    with closing(_opened(path, "mode=rw", address.seconds)) as connection:
        return _transaction(connection, status, stamp, replacing)


def grants(address: Address) -> Sequence[str]:  # noqa: ARG001 - the same for every address
    """What keeps the application from changing the stamp; then it cannot change its data either."""
    return ("chown <owner> <database file>", "chmod u=rw,go=r <database file>")


def observation(status: os.stat_result, stored: Sequence[object], *, writable: bool) -> Observation:
    """What a file and the rows of its stamp's table say, none where there is no such table.

    Anything but one stamp that this version can read is a stamp that cannot be read.
    """
    stamps = [from_text(text) if isinstance(text, str) else None for text in stored]
    stamp = stamps.pop() if len(stamps) == 1 else None
    place = (str(status.st_dev), str(status.st_ino))
    return Observation(
        identity=("sqlite", *place),
        bound=":".join(("sqlite", *place)),
        stamp=stamp,
        forgeable=writable,
        unreadable=stamp is None and bool(stored),
    )


def stored_rows(rows: Callable[[str], Sequence[Sequence[object]]]) -> Sequence[object]:
    """The texts in the stamp's table, as ``rows`` answers statements; none where there is no table.

    Something else of that name, like a view, is not read, and is no stamp.
    """
    kinds = [kind for (kind,) in rows(_FOUND)]
    return [text for (text,) in rows(_READ)] if kinds == ["table"] else kinds


def _path(address: Address) -> str:
    path = path_of(address.text, address.root)
    if not path:
        raise Unreachable(NOT_ONE)  # in memory: there is nothing that two could share
    return path


def _transaction(
    connection: sqlite3.Connection, status: os.stat_result, stamp: Stamp, replacing: Stamp | None
) -> Observation:
    """Everything between BEGIN and COMMIT; the caller closes, which rolls back what is not done."""

    def now() -> Observation:
        stored = stored_rows(lambda statement: connection.execute(statement).fetchall())
        return observation(status, stored, writable=True)

    connection.execute("BEGIN IMMEDIATE")
    before = now()
    if before.unreadable:
        raise NotAllowed
    if before.stamp != replacing:
        raise Overtaken(before.stamp)
    connection.execute(f"DROP TABLE IF EXISTS main.{TABLE}")  # with every trigger that somebody put on it
    connection.execute(f"CREATE TABLE main.{TABLE} (stamp TEXT NOT NULL)")
    text = stamp.bound_to(before.bound).to_text()
    connection.execute(f"INSERT INTO main.{TABLE} (stamp) VALUES (?)", (text,))  # noqa: S608 - a constant
    after = now()
    connection.execute("COMMIT")
    return after


def _opened(path: str, how: str, seconds: float) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(path)}?{how}", uri=True, timeout=seconds, isolation_level=None)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _reading(path: str) -> str:
    """How to open the file so that it stays as it is.

    A database with a write-ahead log would get a log and an index beside it, and keep them, from a mere reader. Where
    no log is there, everything is in the file itself.
    """
    with open(path, "rb") as file:
        header = file.read(_WAL_AT + len(_WAL))
    log = path + "-wal"
    if header[_WAL_AT:] == _WAL and not (os.path.exists(log) and os.path.getsize(log)):
        return "mode=ro&immutable=1"
    return "mode=ro"
