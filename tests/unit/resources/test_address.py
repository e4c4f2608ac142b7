"""One identity for every spelling of an address; another for every other database."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor import resources
from firedoor.resources import address

if TYPE_CHECKING:
    from pathlib import Path

SAME = [
    "postgresql://db.example.com/app",
    "postgres://db.example.com/app",
    "postgresql+asyncpg://user:pass@db.example.com:5432/app",
    "POSTGRESQL://DB.Example.COM./app?sslmode=require",
    "postgresql://%64b.example.com/%61pp",
    "postgresql://other/x?host=db.example.com&dbname=app",
    "postgresql://app@db.example.com",
    " postgresql://db.example.com/app#fragment",
]
OTHER = [
    "postgresql://db2.example.com/app",
    "postgresql://db.example.com/app2",
    "postgresql://db.example.com:5433/app",
    "mysql://db.example.com/app",
    "postgresql://db.example.com,db3.example.com/app",
]


def identity(text: str, root: str = "/nowhere") -> object:
    return resources.identity("database", text, root)


@pytest.mark.parametrize("text", SAME)
def test_one_database(text: str) -> None:
    assert identity(text) == identity(SAME[0])


@pytest.mark.parametrize("text", OTHER)
def test_another_database(text: str) -> None:
    assert identity(text) != identity(SAME[0])


def test_local_is_local_however_it_is_called() -> None:
    texts = [f"redis://{host}/0" for host in ("localhost", "127.0.0.1", "[::1]", "LOCALHOST:6379", "u:p@127.0.0.1:6379")]
    assert len({identity(text) for text in [*texts, "rediss://localhost", "redis://localhost?db=0"]}) == 1
    assert identity("redis://localhost/1") != identity("redis://localhost/0")
    assert identity("redis://[::2]:6379/0") == identity("redis://[::2]/0")


def test_several_hosts_are_a_set() -> None:
    assert identity("postgresql://a,b/x") == identity("postgresql://b:5432,a:5432/x")


def test_files_by_device_and_inode(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "app.db").write_bytes(b"")
    os.link(tmp_path / "app.db", tmp_path / "hard.db")
    (tmp_path / "soft.db").symlink_to("app.db")
    spellings = [
        "sqlite:///app.db",
        "sqlite:///./app.db",
        "sqlite:///data/../app.db",
        "sqlite+aiosqlite:///soft.db",
        "sqlite:///hard.db",
        f"sqlite:///{tmp_path}/app.db",
        "sqlite:///%61pp.db?mode=rw",
    ]
    assert len({identity(text, str(tmp_path)) for text in spellings}) == 1
    assert identity("sqlite:///other.db", str(tmp_path)) != identity(spellings[0], str(tmp_path))
    assert identity("sqlite:///other.db", str(tmp_path)) == identity("sqlite3:///data/../other.db", str(tmp_path))


@pytest.mark.parametrize(
    "text", ["sqlite://", "sqlite:///:memory:", "sqlite+aiosqlite:///:memory:", "sqlite:///file:x?mode=memory", "", "  "]
)
def test_memory_is_nobody_s(text: str) -> None:
    assert identity(text) is None


def test_a_name_without_a_scheme_is_itself() -> None:
    assert resources.identity("bucket", "uploads", "/") == resources.identity("bucket", " uploads ", "/")
    assert resources.identity("bucket", "uploads", "/") != resources.identity("bucket", "uploads2", "/")


def test_tokens_are_compared_character_for_character() -> None:
    assert resources.identity("key", "abc", "/") != resources.identity("key", "ABC", "/")
    assert resources.identity(None, "abc", "/") == resources.identity("signing-key", "abc", "/")
    assert resources.identity("password", "", "/") is None
    assert resources.is_token(None)
    assert resources.is_token("password")
    assert not resources.is_token("database")


@given(st.text())
def test_every_text_has_an_identity_or_none(text: str) -> None:
    for kind in ("database", "bucket", "key", None):
        resources.identity(kind, text, "/nowhere")


@given(st.text())
def test_unquote_reads_what_quoting_wrote(text: str) -> None:
    quoted = "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))
    if not any("\ud800" <= char <= "\udfff" for char in text):
        assert address.unquote(quoted) == text


@pytest.mark.parametrize("text", ["%", "%4", "%zz", "a%", "100%sure", "%  x", "%+1"])
def test_what_is_no_escape_stays(text: str) -> None:
    assert address.unquote(text) == text
