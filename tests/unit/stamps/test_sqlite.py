"""What can be known of SQLite without a file of its own. The rest is in tests/real/test_stamps_sqlite.py."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.stamps import observation as told
from firedoor.stamps import sqlite as marker
from firedoor.stamps.observation import NotAllowed, Unreachable
from support.stamping import address, stamp, unreachable

if TYPE_CHECKING:
    from pathlib import Path

WAL = bytes(18) + b"\x02\x02" + bytes(80)


def error(code: int | None) -> Exception:
    made = sqlite3.OperationalError("hunter2")
    if code is not None:
        made.sqlite_errorcode = code
    return made


@pytest.mark.parametrize(
    ("raised", "sentence", "forbidden"),
    [
        (error(sqlite3.SQLITE_BUSY), told.TIMED_OUT, False),
        (error(sqlite3.SQLITE_BUSY_SNAPSHOT), told.TIMED_OUT, False),
        (error(sqlite3.SQLITE_LOCKED), told.TIMED_OUT, False),
        (error(sqlite3.SQLITE_NOTADB), told.NOT_SUPPORTED, False),
        (error(sqlite3.SQLITE_PERM), told.LOGIN_REFUSED, True),
        (error(sqlite3.SQLITE_AUTH), told.LOGIN_REFUSED, True),
        (error(sqlite3.SQLITE_READONLY), told.FAILED, True),
        (error(sqlite3.SQLITE_READONLY_DIRECTORY), told.FAILED, True),
        (error(sqlite3.SQLITE_IOERR), told.FAILED, False),
        (error(None), told.FAILED, False),
        (FileNotFoundError("hunter2"), told.NO_SUCH_THING, False),
        (PermissionError("hunter2"), told.LOGIN_REFUSED, False),
        (ValueError("hunter2"), told.FAILED, False),
    ],
)
def test_why_it_did_not_answer(raised: Exception, sentence: str, forbidden: bool) -> None:
    read, written = marker._unreachable(raised), marker._not_written(raised)
    assert isinstance(read, Unreachable)
    assert read.reason == sentence
    if forbidden:
        assert type(written) is NotAllowed
    else:
        assert isinstance(written, Unreachable)
        assert written.reason == sentence


def test_what_an_administrator_is_told() -> None:
    assert marker.EXTRA == ""
    assert marker.grants(address("database", "sqlite:///x")) == (
        "chown <owner> <database file>",
        "chmod u=rw,go=r <database file>",
    )


class Connection:
    def __init__(self, *arguments: object, **options: object) -> None:
        self.seen = [arguments, options]

    def execute(self, statement: str) -> None:
        self.seen.append(statement)


def test_a_file_is_opened_by_its_very_name_and_nothing_in_it_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "connect", Connection)
    opened: Any = marker._opened("/a b?c#d%65.db", "mode=ro", 0.5)
    assert opened.seen == [
        ("file:/a%20b%3Fc%23d%2565.db?mode=ro",),
        {"uri": True, "timeout": 0.5, "isolation_level": None},
        "PRAGMA trusted_schema = OFF",
    ]


@pytest.mark.parametrize(
    ("content", "log", "how"),
    [
        (bytes(100), None, "mode=ro"),
        (b"", None, "mode=ro"),
        (WAL, None, "mode=ro&immutable=1"),
        (WAL, b"", "mode=ro&immutable=1"),
        (WAL, b"log", "mode=ro"),
        (bytes(19) + b"\x02\x02", None, "mode=ro"),
        (bytes(17) + b"\x02\x02", None, "mode=ro"),
    ],
)
def test_a_reader_leaves_no_log_where_there_is_none(
    tmp_path: Path, content: bytes, log: bytes | None, how: str
) -> None:
    (tmp_path / "a.db").write_bytes(content)
    if log is not None:
        (tmp_path / "a.db-wal").write_bytes(log)
    assert marker._reading(str(tmp_path / "a.db")) == how


def test_a_file_that_vanishes_meanwhile_is_not_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.stat
    monkeypatch.setattr(os, "stat", lambda _: real(tmp_path))
    place = address("database", f"sqlite:///{tmp_path}/a.db")
    assert unreachable(lambda: marker.write(place, stamp(), replacing=None)) == told.FAILED
    assert os.listdir(tmp_path) == []


def test_rows_of_whatever_is_no_table_are_not_read() -> None:
    asked = []

    def rows(statement: str) -> list[tuple[str]]:
        asked.append(statement)
        return [("view",)]

    assert marker.stored_rows(rows) == ["view"]
    assert asked == [marker._FOUND]
    answers = {marker._FOUND: [("table",)], marker._READ: [("a",), ("b",)]}
    assert marker.stored_rows(answers.__getitem__) == ["a", "b"]
    assert marker.stored_rows(lambda _: []) == []
