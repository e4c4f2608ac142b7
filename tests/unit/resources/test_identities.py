"""The identities themselves: what is compared, and what fingerprints are made of, so that they may not change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor import resources
from firedoor.resources import postgresql
from firedoor.resources.url import Parts

if TYPE_CHECKING:
    from pathlib import Path


def owned(text: str, root: str = "/root", kind: str | None = "database") -> set[tuple[str, ...]]:
    return set(resources.identities(kind, text, root))


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        *(
            (f"{scheme}://h/d", {("postgresql", "h", "5432", "d")})
            for scheme in (
                *("postgresql", "postgres", "pgsql", "psql", "postgis", "cockroachdb"),
                *("POSTGRES", "postgresql+asyncpg", "jdbc:postgresql"),
            )
        ),
        ("postgresql://u:p@h", {("postgresql", "h", "5432", "u")}),
        ("postgresql://u:p@h/d/", {("postgresql", "h", "5432", "d")}),
        ("postgresql://h/?user=x", {("postgresql", "h", "5432", "x")}),
        ("postgresql://h/d?database=e", {("postgresql", "h", "5432", "e")}),
        ("postgresql://h/d?DBNAME=e&database=f", {("postgresql", "h", "5432", "e")}),
        ("postgresql://h:05433/d", {("postgresql", "h", "5433", "d")}),
        ("postgresql://h:1/d?port=2", {("postgresql", "h", "1", "d"), ("postgresql", "h", "2", "d")}),
        ("postgresql://h/d?port=2", {("postgresql", "h", "2", "d")}),
        ("postgresql://h/d?host=", {("postgresql", "h", "5432", "d")}),
        ("postgresql://:5433/d?host=x", {("postgresql", "x", "5433", "d")}),
        ("postgresql://a:1,b:2/d", {("postgresql", "a", "1", "d"), ("postgresql", "b", "2", "d")}),
        ("postgresql://a%2Cb/d", {("postgresql", "a", "5432", "d"), ("postgresql", "b", "5432", "d")}),
        ("postgresql://a,b/d?port=3", {("postgresql", "a", "3", "d"), ("postgresql", "b", "3", "d")}),
        (
            "postgresql://x/d?host=a,b&port=1,2",
            {("postgresql", "x", "1", "d"), ("postgresql", "a", "1", "d"), ("postgresql", "b", "2", "d")},
        ),
        (
            "postgresql:///d?host=a&host=b&port=1&port=2",
            {("postgresql", "a", "1", "d"), ("postgresql", "b", "2", "d")},
        ),
        ("postgresql:///d?host=/srv/a:1", {("postgresql", "/srv/a:1", "5432", "d")}),
        ("postgresql:///d?host=@a:1", {("postgresql", "@a:1", "5432", "d")}),
        ("postgresql:///d", {("postgresql", "localhost", "5432", "d")}),
        ("host=h port=' 05433 ' dbname=d", {("postgresql", "h", "5433", "d")}),
        ("host=a,b port=,2 dbname=d", {("postgresql", "a", "5432", "d"), ("postgresql", "b", "2", "d")}),
        ("HOST=h DBNAME=d", {("postgresql", "h", "5432", "d")}),
        ("dbname=d port=1", {("postgresql", "localhost", "1", "d")}),
        ("dbname=d junk", {("postgresql", "localhost", "5432", "d")}),
        ("dbname='it\\'s' host=h", {("postgresql", "h", "5432", "it's")}),
    ],
)
def test_postgresql(text: str, identities: set[tuple[str, ...]]) -> None:
    assert owned(text) == identities


@pytest.mark.parametrize(
    "folder",
    ["/tmp", "/tmp/", "/run/postgresql", "/var/run/postgresql", "/var/run/postgresql/", "/tmp/../tmp"],
)
def test_a_usual_socket_folder_is_this_machine_s_server(folder: str) -> None:
    assert owned(f"host={folder} dbname=d") == {("postgresql", "localhost", "5432", "d")}


def test_a_usual_socket_folder_may_be_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS has /tmp in /private; a link of one's own may lead to a usual folder."""
    monkeypatch.setattr(os.path, "realpath", {"/tmp": "/private/tmp", "/mine": "/tmp"}.__getitem__)
    assert postgresql._server("/tmp") == postgresql._server("/mine") == "localhost"


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        *(
            (f"{scheme}://h/1", {("redis", "h", "6379", "1")})
            for scheme in ("redis", "rediss", "valkey", "valkeys", "REDIS", "redis+sentinel")
        ),
        ("redis://h", {("redis", "h", "6379", "0")}),
        ("redis://h:06380/", {("redis", "h", "6380", "0")}),
        ("redis://h:10/007", {("redis", "h", "10", "7")}),
        ("redis://h/1?db=2&x=3", {("redis", "h", "6379", "2")}),
        ("redis://h/1?db=2&db=3", {("redis", "h", "6379", "3")}),
        ("redis://h/%31/", {("redis", "h", "6379", "1")}),
        ("redis://h?db=%C2%B2", {("redis", "h", "6379", "\u00b2")}),
        ("redis://a:1,b/0", {("redis", "a", "1", "0"), ("redis", "b", "6379", "0")}),
        ("unix:///run/r.sock", {("redis", "socket", "/run/r.sock", "0")}),
        ("unix:///run/r.sock?db=1", {("redis", "socket", "/run/r.sock", "1")}),
        ("redis+socket:///run/r%2Esock?virtual_host=1", {("redis", "socket", "/run/r.sock", "1")}),
    ],
)
def test_redis(text: str, identities: set[tuple[str, ...]]) -> None:
    assert owned(text, kind="cache") == identities


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        ("mysql://h/d", {("mysql", "h", "3306", "d")}),
        ("MySQL+pymysql://u:p@h:03307/d", {("mysql", "h", "3307", "d")}),
        ("jdbc:mysql://h:10/d", {("mysql", "h", "10", "d")}),
        ("mariadb://h/d", {("mysql", "h", "3306", "d")}),
        ("mysql://h/d?unix_socket=/a", {("mysql", "socket", "/a", "d")}),
        ("mysql://h/d?UNIX_SOCKET=/a=b", {("mysql", "socket", "/a=b", "d")}),
        ("amqp://h/v", {("amqp", "h", "5672", "v")}),
        ("amqps://h/%2F", {("amqp", "h", "5672", "")}),
        ("mongodb://a,b:1/d", {("mongodb", "a", "27017", "d"), ("mongodb", "b", "1", "d")}),
        ("mongodb+srv://h/d", {("mongodb", "h", "27017", "d")}),
        ("http://h/a/b/", {("http", "h", "80", "a/b")}),
        ("http://h/?next=http://x/y", {("http", "h", "80", "")}),
        ("https://h", {("http", "h", "443", "")}),
        ("http://h:443", {("http", "h", "443", "")}),
        ("smtp://h", {("smtp", "h", "25", "")}),
        ("smtps://h", {("smtp", "h", "25", "")}),
        ("s3://bucket/folder", {("s3", "bucket", "", "folder")}),
        ("qdrant://h/x#y", {("qdrant", "h", "", "x")}),
        ("uploads", {("name", "uploads")}),
        (" uploads\n", {("name", "uploads")}),
        ("", set()),
    ],
)
def test_other_addresses(text: str, identities: set[tuple[str, ...]]) -> None:
    assert owned(text, kind="bucket") == identities


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("sqlite:///app.db", "/root/app.db"),
        ("sqlite3:///data/app.db", "/root/data/app.db"),
        ("SQLite:///data/../app.db?cache=shared", "/root/app.db"),
        ("sqlite+aiosqlite:////srv/app.db", "/srv/app.db"),
        ("sqlite://///srv/app.db", "/srv/app.db"),
        ("sqlite:///%61pp.db", "/root/app.db"),
        ("sqlite:///app.db#x", "/root/app.db"),
        ("sqlite:///a://b", "/root/a:/b"),
        ("sqlite:app.db", "/root/app.db"),
        ("sqlite3:/srv/app.db", "/srv/app.db"),
        ("jdbc:sqlite:/srv/app.db", "/srv/app.db"),
        ("file:app.db", "/root/app.db"),
        ("file:./data/a:b.db", "/root/data/a:b.db"),
        ("file:/srv/app.db", "/srv/app.db"),
        ("file:///srv/app.db", "/srv/app.db"),
        ("FILE://localhost/srv/app.db?mode=rw", "/srv/app.db"),
        ("sqlite:///file:app.db?uri=true", "/root/app.db"),
        ("sqlite:///file:/srv/app.db", "/srv/app.db"),
        ("sqlite:///file:///srv/app.db", "/srv/app.db"),
        ("sqlite:///file://localhost/srv/app.db", "/srv/app.db"),
    ],
)
def test_sqlite_that_is_not_there_yet(text: str, path: str) -> None:
    assert owned(text) == {("file", path)}


def test_sqlite_that_is_there_is_known_by_its_inode_too(tmp_path: Path) -> None:
    file = tmp_path / "app.db"
    file.write_bytes(b"")
    status = file.stat()
    assert owned("sqlite:///app.db", str(tmp_path)) == {
        ("file", str(file)),
        ("inode", str(status.st_dev), str(status.st_ino)),
    }


@pytest.mark.parametrize(
    "text",
    ["sqlite://", "sqlite:", "sqlite::memory:", "file::memory:", "sqlite:///x?cache=shared&MODE=Memory"],
)
def test_memory_is_nobody_s(text: str) -> None:
    assert owned(text) == set()


@pytest.mark.parametrize("kind", [None, "key", "signing-key", "password"])
def test_tokens(kind: str | None) -> None:
    assert owned(" postgresql://h/d", kind=kind) == {("token", " postgresql://h/d")}
    assert owned("", kind=kind) == set()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("postgresql://db/x", "db"),
        ("redis://redis/0", "redis"),
        ("http://db.example.com", ""),
        ("unix:///db", ""),
        ("db", ""),
        ("postgresql://localhost/db", ""),
    ],
)
def test_the_usual_name_of_a_container(text: str, name: str) -> None:
    (identity,) = owned(text)
    assert resources.service_name(identity) == name


def test_the_parts_of_a_url() -> None:
    parts = Parts("HTTP://us%65r:p:w@a,b:1/p/q?X%59=1%2B1&&z&a=b=c#no")
    assert (parts.scheme, parts.user, parts.netloc, parts.path) == ("http", "user", "a,b:1", "p/q")
    assert parts.options == [("xy", "1+1"), ("z", ""), ("a", "b=c")]
    assert (parts.option("z", "xy"), parts.option("a"), parts.option("none")) == ("", "b=c", "")
    assert Parts("http://h").options == []
