"""One identity for every spelling of an address; another for every other database."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor import resources
from firedoor.resources import host

if TYPE_CHECKING:
    from pathlib import Path

PRODUCTION = "postgresql://app:pw@127.0.0.2:5432/prod_db"
# The ways in which "production" was reached past checks of names: each leads to 127.0.0.2, database prod_db.
SPELLINGS = [
    "postgres://127.0.0.2/prod_db",
    "postgresql+asyncpg://user:pass@127.0.0.2:5432/prod_db",
    "POSTGRESQL://127.0.0.2./prod_db?sslmode=require",
    "jdbc:postgresql://127.0.0.2/prod_db",
    "postgresql://127.2/prod_db",
    "postgresql://2130706434/prod_db",
    "postgresql://0x7f000002/prod_db",
    "postgresql://0x7F.0.0.2/prod_db",
    "postgresql://0177.0.0.2/prod_db",
    "postgresql://[::ffff:127.0.0.2]:5432/prod_db",
    "postgresql://[::FFFF:7f00:2]/prod_db",
    "postgresql://127%2e0.0.2/%70rod_db",
    "postgresql://127.0.0.9,127.0.0.2/prod_db",
    "postgresql://benign/test?host=127.0.0.2&dbname=prod_db",
    "postgresql://benign/prod_db?hostaddr=127.0.0.2",
    "postgresql://benign:1/prod_db?host=127.0.0.2&port=5432",
    "postgresql:///prod_db?host=127.0.0.1,127.0.0.2&port=5433,5432",
    "postgresql+psycopg2:///prod_db?host=127.0.0.1:5433&host=127.0.0.2:5432",
    "postgresql://prod_db@127.0.0.2",
    "host=127.0.0.2 dbname=prod_db",
    "host = '127.0.0.2' port=5432 dbname='prod\\_db' user=x",
    "hostaddr=127.0.0.2 host=benign dbname=prod_db",
    "user=prod_db host=127.0.0.2",
    "postgresql://\uff11\uff12\uff17.0.0.2/prod_db",
    "postgresql://127\u30020\u30020\u30022/prod_db",
    " postgresql://127.0.0.2/prod_db#x\n",
    # what one library takes for a password or a database is a host for another
    "postgresql://benign:5432/test@127.0.0.2/prod_db",
    "postgresql://u:p#w@127.0.0.2/prod_db",
    "postgresql://u:p?w@127.0.0.2/prod_db",
    "postgresql://u:p/w@127.0.0.2/prod_db",
    "postgresql://u@127.0.0.2,x@127.0.0.9/prod_db",
    "postgresql://u:p@w@127.0.0.2/prod_db",
    "postgresql://127.0.0.\t2/prod_db",
    "postgresql://[64:ff9b::7f00:2]/prod_db",
    "postgresql://[::ffff:127.0.0.2%25eth0]/prod_db",
    "postgresql://,127.0.0.2/prod_db",
    "postgresql://benign/prod_db?host=127.2:05432",
    "postgresql://benign/prod_db?HOST=%31%32%37.2",
    "r2dbc:postgresql://127.0.0.2/prod_db",
    "pg://127.0.0.2/prod_db",
    "pgsql:host=127.0.0.2;dbname=prod_db",
    "Host=127.0.0.2;Database=prod_db;Username=x",
    "host=127.0.0.9,127.0.0.2 dbname=prod_db",
    "host=benign dbname='postgresql://127.0.0.2/prod_db'",
    "dbname='host=127.0.0.2 dbname=prod_db'",
    "postgresql://127.0.0.2/prod_db,postgresql://benign/x",
]
OTHERS = [
    "postgresql://127.0.0.3/prod_db",
    "postgresql://127.0.0.2/test_db",
    "postgresql://127.0.0.2:5433/prod_db",
    "mysql://127.0.0.2/prod_db",
    "host=127.0.0.2 dbname=test_db",
    "postgresql://127.0.0.2",
    "postgresql:///prod_db",
    "postgresql://127.0.0.256/prod_db",
    "postgresql://u:127.0.0.2@benign/prod_db",
    "postgresql://benign/prod_db?application_name=127.0.0.2",
    "postgresql://benign/127.0.0.2%2Fprod_db",
    "host=benign dbname=prod_db application_name='host=127.0.0.2'",
    "Host=127.0.0.2;Database=test_db",
]


def owned(text: str, root: str = "/nowhere", kind: str | None = "database") -> frozenset[resources.Identity]:
    return resources.identities(kind, text, root)


def meet(one: str, other: str) -> bool:
    return not owned(one).isdisjoint(owned(other))


@pytest.mark.requirement("A8")
@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_of_production_is_production(text: str) -> None:
    assert meet(text, PRODUCTION)


@pytest.mark.requirement("A8")
@pytest.mark.parametrize("text", OTHERS)
def test_control_another_database_is_another(text: str) -> None:
    assert not meet(text, PRODUCTION)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("postgresql:///x", "postgresql://localhost/x"),
        ("postgresql:///x?host=/var/run/postgresql", "postgresql://127.0.0.1:5432/x"),
        ("postgresql://%2Fvar%2Frun%2Fpostgresql/x", "postgresql://[::1]/x"),
        ("host=/tmp dbname=x", "postgresql://0.0.0.0/x"),
        ("postgresql://B\u00fccher.example/x", "postgresql://xn--bcher-kva.example/x"),
        ("postgresql://DB.Example.COM./x", "postgresql://db.example.com/x"),
        ("mysql+pymysql://h/d", "mariadb://h:3306/d"),
        ("redis://localhost", "rediss://127.0.0.1:6379/0"),
        ("redis://localhost/01", "redis://localhost?db=1"),
        ("valkey://h/2", "redis://user:pw@h/2"),
        ("redis+sentinel://a:1,b:2/0", "redis://b:2/0"),
        ("unix:///run/redis.sock?db=1", "redis+socket:///run/redis.sock?virtual_host=1"),
        ("amqp://guest:guest@h//", "amqps://h:5672"),
        ("mongodb+srv://h/d", "mongodb://h:27017/d"),
        ("https://api.example.com/v1/", "https://API.example.com:443/v1"),
        ("http://api.example.com/v1", "https://api.example.com/x/../v1"),
        ("smtp://mail.example.com:25", "smtps://u:p@Mail.example.com:465"),
        ("amqp://h:5672", "amqps://h:5671/%2f"),
        ("redis://h:6379/5", "redis://h/0?db=5"),
        ("mysql://127.2/d", "mysql://benign/x?host=127.0.0.2&database=d"),
        ("mysql://localhost/d", "mysql://benign/d?unix_socket=/var/run/mysqld/mysqld.sock"),
        ("mongodb://a,b/d", "mongodb+srv://B./d"),
        ("LOCALHOST.", "127.0.0.1"),
        ("postgresql://[fe80::1%eth0]/x", "postgresql://[FE80:0::1]/x"),
    ],
)
def test_the_same(one: str, other: str) -> None:
    assert meet(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("postgresql:///x?host=/srv/a", "postgresql:///x?host=/srv/b"),
        ("redis://localhost/1", "redis://localhost/0"),
        ("redis://[::2]/0", "redis://[::3]/0"),
        ("mysql:///d?unix_socket=/a", "mysql:///d?unix_socket=/b"),
        ("https://api.example.com/v1", "https://api.example.com/v2"),
        ("https://api.example.com", "http://api.example.com:8080"),
        ("amqp://h/a", "amqp://h/b"),
        ("uploads", "uploads2"),
        ("postgresql://[not-an-address]/x", "postgresql:///x"),
        ("postgresql://1.2.3.4.5/x", "postgresql://1.2.3.4/x"),
        ("postgresql://08.0.0.1/x", "postgresql://8.0.0.1/x"),
        ("unix:///run/a.sock", "unix:///run/b.sock"),
    ],
)
def test_not_the_same(one: str, other: str) -> None:
    assert not meet(one, other)


def test_files_by_path_and_by_inode(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "app.db").write_bytes(b"")
    os.link(tmp_path / "app.db", tmp_path / "hard.db")
    (tmp_path / "soft.db").symlink_to("app.db")
    root = str(tmp_path)
    for text in (
        "sqlite:///./app.db",
        "sqlite:///data/../app.db",
        "sqlite+aiosqlite:///soft.db",
        "sqlite:///hard.db",
        f"sqlite:///{tmp_path}/app.db",
        f"sqlite:////proc/self/root{tmp_path}/app.db",
        "sqlite:///%61pp.db?mode=rw",
        "sqlite:///file:app.db?uri=true",
        f"file:{tmp_path}/%61pp.db",
    ):
        assert not owned(text, root).isdisjoint(owned("sqlite:///app.db", root)), text
    assert owned("sqlite:///other.db", root).isdisjoint(owned("sqlite:///app.db", root))
    assert owned("sqlite:///other.db", root) == owned("sqlite3:///data/../other.db", root)


@pytest.mark.requirement("A5")
@pytest.mark.parametrize(
    "text",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
        "",
        "  ",
    ],
)
def test_memory_is_nobody_s(text: str) -> None:
    assert owned(text) == frozenset()


def test_tokens_are_compared_character_for_character() -> None:
    assert owned("abc", kind="key") != owned("ABC", kind="key")
    assert owned("abc", kind=None) == owned("abc", kind="signing-key")
    assert owned("", kind="password") == frozenset()
    assert resources.is_token(None)
    assert resources.is_token("password")
    assert not resources.is_token("database")


@pytest.mark.parametrize(
    "text",
    [
        "sqlite:///a\0b.db",
        "sqlite:///a%00b.db",
        "file:a%00b.db",
        "postgresql:///x?host=/a%00b",
        "postgresql:///x?host=/run/postgresql%00",
        "host=/a\0b dbname=x",
        "redis+unix:///a\0b",
        "unix:///a%00b",
        "mongodb://%2Fa%00b/x",
        "mysql:///x?unix_socket=/a%00b",
    ],
)
def test_a_path_ends_where_the_system_stops_reading(text: str) -> None:
    assert owned(text)
    assert "\0" not in repr(owned(text.replace("%00", "\0")))


@given(st.text())
def test_every_text_has_identities_or_none(text: str) -> None:
    for kind in ("database", "bucket", "key", None):
        assert all(isinstance(part, str) for identity in owned(text, kind=kind) for part in identity)


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_every_notation_of_an_ipv4_address_is_one(value: int) -> None:
    usual = host.canonical(host.dotted(value))
    low = value & 0xFFFFFF
    for text in (
        str(value),
        hex(value),
        f"0{value:o}",
        f"{value >> 24}.{low}",
        f"{value >> 24}.{low >> 16}.{low & 0xFFFF}",
    ):
        if text != "00":
            assert host.canonical(text) == usual
            assert socket.inet_ntoa(socket.inet_aton(text)) == host.dotted(value)
    assert host.canonical(f"[::ffff:{host.dotted(value)}]") == usual


@given(st.text(alphabet="0123456789abcdefx.", max_size=12))
def test_an_ipv4_address_is_what_inet_aton_says(text: str) -> None:
    try:
        expected = socket.inet_ntoa(socket.inet_aton(text))
    except OSError:
        expected = ""
    if text.rstrip(".") == text:
        assert host._ipv4(text) == expected


@given(st.ip_addresses(v=6))
def test_every_ipv6_address_has_one_spelling(address: object) -> None:
    assert host.canonical(str(address)) == host.canonical(f"[{address.exploded.upper()}]")  # type: ignore[attr-defined]  # known at run time only


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_unquote_reads_what_quoting_wrote(text: str) -> None:
    assert host.unquote("".join(f"%{byte:02X}" for byte in text.encode())) == text


@pytest.mark.parametrize("text", ["%", "%4", "%zz", "a%", "100%sure", "%  x", "%+1"])
def test_what_is_no_escape_stays(text: str) -> None:
    assert host.unquote(text) == text
