"""The file that an address of SQLite opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.stamps.sqlite_path import path_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "text",
    [
        "sqlite:///{root}/a.db",
        " sqlite:///{root}/a.db ",
        "sqlite:///a.db",
        "sqlite://a.db",
        "sqlite:a.db",
        "sqlite+aiosqlite:///a.db?timeout=3",
        "jdbc:sqlite:a.db",
        "a.db",
        "{root}/a.db",
        "file:a.db",
        "FILE:a.db?mode=ro",
        "file:%61.db",
        "file:a.db%00b",
        "file:a.db#fragment",
        "file://{root}/a.db",
        "file://localhost{root}/a.db",
        "FILE://localhost{root}/a.db",
        "sqlite:///file:a.db?mode=rw&uri=true",
    ],
)
def test_every_spelling_means_the_same_file(tmp_path: Path, text: str) -> None:
    assert path_of(text.format(root=tmp_path), str(tmp_path)) == str(tmp_path / "a.db")


@pytest.mark.parametrize(
    "text",
    [
        "sqlite://",
        "sqlite:",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///:memory:?cache=shared",
        ":memory:",
        "",
        "file:",
        "file::memory:",
        "file:a.db?mode=memory",
        "file:a.db?cache=shared&mode=%6demory",
        "file:/a.db?vfs=memdb",
        "sqlite:///file:a?mode=memory&uri=true",
    ],
)
def test_a_database_in_memory_has_none(text: str) -> None:
    assert path_of(text, "/root") == ""


def test_links_are_resolved(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    (tmp_path / "link.db").symlink_to(tmp_path / "a.db")
    assert path_of("sqlite:///link.db", str(tmp_path)) == str(tmp_path / "a.db")


def test_a_name_is_decoded_only_where_that_is_the_file(tmp_path: Path) -> None:
    assert path_of("sqlite:///a%20b.db", str(tmp_path)) == str(tmp_path / "a%20b.db")
    (tmp_path / "a b.db").touch()
    assert path_of("sqlite:///a%20b.db", str(tmp_path)) == str(tmp_path / "a b.db")
    (tmp_path / "a%20b.db").touch()
    assert path_of("sqlite:///a%20b.db", str(tmp_path)) == str(tmp_path / "a%20b.db")


def test_a_drive_is_no_scheme(tmp_path: Path) -> None:
    assert path_of("C:a.db", str(tmp_path)) == str(tmp_path / "C:a.db")
