from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor import reading

if TYPE_CHECKING:
    from pathlib import Path


def _reason(found: bytes | str | reading.Failure) -> str:
    assert isinstance(found, reading.Failure)
    return found.reason


def test_reads_a_file_whole(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"a\r\nb\0")
    assert reading.read_bytes(str(tmp_path / "f")) == b"a\r\nb\0"


def test_a_file_of_the_limit_is_read_one_byte_more_is_not(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x" * reading.MAX_BYTES)
    assert reading.read_bytes(str(tmp_path / "f")) == b"x" * reading.MAX_BYTES
    (tmp_path / "f").write_bytes(b"x" * (reading.MAX_BYTES + 1))
    assert _reason(reading.read_bytes(str(tmp_path / "f"))) == reading.TOO_LARGE


def test_missing(tmp_path: Path) -> None:
    assert _reason(reading.read_bytes(str(tmp_path / "none"))) == reading.MISSING
    (tmp_path / "f").write_bytes(b"")
    assert _reason(reading.read_bytes(str(tmp_path / "f" / "below"))) == reading.MISSING


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert _reason(reading.read_bytes(str(tmp_path))) == reading.NOT_REGULAR


def test_a_fifo_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert _reason(reading.read_bytes(str(tmp_path / "pipe"))) == reading.NOT_REGULAR


def test_a_device_is_not_read() -> None:
    assert _reason(reading.read_bytes("/dev/zero")) == reading.NOT_REGULAR


def test_a_loop_of_links_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    failure = reading.read_bytes(str(tmp_path / "a"))
    assert _reason(failure) == reading.UNREADABLE


def test_a_file_that_grows_while_it_is_read_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"x" * 10)
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    status = os.stat(path)
    path.write_bytes(b"x" * 11)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", lambda _: status)
        assert _reason(reading.read_bytes(str(path))) == reading.TOO_LARGE


def test_a_failing_disk_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> os.stat_result:
        raise OSError(5, "Input/output error")

    (tmp_path / "f").write_bytes(b"x")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", fail)
        failure = reading.read_bytes(str(tmp_path / "f"))
    assert isinstance(failure, reading.Failure)
    assert (failure.reason, failure.detail) == (reading.UNREADABLE, "Input/output error")


def test_decodes_utf8() -> None:
    assert reading.decode("café\n".encode()) == "café\n"


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [(b"\xff", 1, 1), (b"a\nb\xe9", 2, 2), ("é=".encode() + b"\xe9", 1, 3), (b"a\n\nx\xc3", 3, 2)],
)
def test_says_where_it_stops_being_utf8(data: bytes, line: int, column: int) -> None:
    failure = reading.decode(data)
    assert isinstance(failure, reading.Failure)
    assert (failure.reason, failure.line, failure.column) == (reading.NOT_UTF8, line, column)
