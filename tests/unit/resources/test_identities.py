"""The identities themselves: what is compared, and what fingerprints are made of, so that they may not change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor import resources
from firedoor.resources import postgresql, url

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
                *(
                    "POSTGRES",
                    "postgresql+asyncpg",
                    "jdbc:postgresql",
                    "db+postgresql",
                    "sqla+postgresql+psycopg2",
                ),
                *(
                    "ecto",
                    "psycopg2",
                    "postgresql_psycopg2",
                    "django-postgres",
                    "django.db.backends.postgresql",
                ),
                *("jdbc:aws-wrapper:postgresql", "jdbc:a:b:postgresql"),
            )
        ),
        ("postgresql://u:p@h", {("postgresql", "h", "5432", "u")}),
        ("postgresql://u:p@h/d/", {("postgresql", "h", "5432", "d")}),
        ("postgresql://h/?user=x", {("postgresql", "h", "5432", "x")}),
        ("postgresql://h/d?database=e", {("postgresql", "h", "5432", "d"), ("postgresql", "h", "5432", "e")}),
        (
            "postgresql://h/d?DBNAME=e&database=f",
            {
                ("postgresql", "h", "5432", "d"),
                ("postgresql", "h", "5432", "e"),
                ("postgresql", "h", "5432", "f"),
            },
        ),
        ("postgresql://h:05433/d", {("postgresql", "h", "5433", "d")}),
        ("postgresql://h:1/d?port=2", {("postgresql", "h", "1", "d"), ("postgresql", "h", "2", "d")}),
        ("postgresql://h/d?port=2", {("postgresql", "h", "2", "d"), ("postgresql", "h", "5432", "d")}),
        (
            "postgresql://h/d?host=",
            {("postgresql", "h", "5432", "d"), ("postgresql", "localhost", "5432", "d")},
        ),
        ("postgresql://:5433/d?host=x", {("postgresql", "x", "5433", "d")}),
        ("postgresql://a:1,b:2/d", {("postgresql", "a", "1", "d"), ("postgresql", "b", "2", "d")}),
        ("postgresql://a%2Cb/d", {("postgresql", "a", "5432", "d"), ("postgresql", "b", "5432", "d")}),
        (
            "postgresql://a,b/d?port=3",
            {("postgresql", name, port, "d") for name in ("a", "b") for port in ("3", "5432")},
        ),
        (
            "postgresql://x/d?host=a,b&port=1,2",
            {
                ("postgresql", "x", "1", "d"),
                ("postgresql", "x", "5432", "d"),
                ("postgresql", "a", "1", "d"),
                ("postgresql", "b", "2", "d"),
            },
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
        # the server cuts a name that is too long, at bytes
        (f"postgresql://h/{'d' * 63}x", {("postgresql", "h", "5432", "d" * 63)}),
        (f"host=h dbname={'d' * 62}\u00e4", {("postgresql", "h", "5432", "d" * 62)}),
        ("postgresql://h/" + "\u00e4" * 32, {("postgresql", "h", "5432", "\u00e4" * 31)}),
        (f"postgresql://{'d' * 63}@h", {("postgresql", "h", "5432", "d" * 63)}),
        (
            "postgresql://h/postgresql%3A%2F%2Fi%2Fd",
            {("postgresql", "h", "5432", "postgresql://i/d"), ("postgresql", "i", "5432", "d")},
        ),
        (
            "postgresql://h?dbname=host%3Di%20dbname%3Dd",
            {("postgresql", "h", "5432", "host=i dbname=d"), ("postgresql", "i", "5432", "d")},
        ),
        # libpq looks into one name, and not into the name that it finds there
        (
            "host=h dbname='dbname=a=b'",
            {("postgresql", "h", "5432", "dbname=a=b"), ("postgresql", "localhost", "5432", "a=b")},
        ),
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
    links = {
        "/mine/.s.PGSQL.1": "/tmp/.s.PGSQL.2",
        "/other/.s.PGSQL.1": "/srv/x/.s.PGSQL.1",
        "/odd/.s.PGSQL.1": "/s",
    }
    monkeypatch.setattr(os.path, "realpath", {**links, "/odd": "/even"}.__getitem__)
    assert postgresql._server("/tmp", "1") == ("localhost", "1")
    assert postgresql._server("/mine", "1") == ("localhost", "2")
    assert postgresql._server("/other", "1") == ("/srv/x", "1")
    assert postgresql._server("/odd", "1") == ("/even", "1")


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        *(
            (f"{scheme}://h/1", {("redis", "h", "6379", "1")})
            for scheme in (
                "redis",
                "rediss",
                "valkey",
                "valkeys",
                "REDIS",
                "redis-cluster",
                "keydb",
                "rediscache",
            )
        ),
        ("redis://h", {("redis", "h", "6379", "0")}),
        ("redis://h:06380/", {("redis", "h", "6380", "0")}),
        ("redis://h:10/007", {("redis", "h", "10", "7")}),
        # redis-py takes the option, Celery's broker the path
        ("redis://h/1?db=2&x=3", {("redis", "h", "6379", "1"), ("redis", "h", "6379", "2")}),
        ("redis://h?db=2", {("redis", "h", "6379", "2")}),
        ("redis://h/1?db=2&db=3", {("redis", "h", "6379", index) for index in "123"}),
        ("redis+sentinel://h/1", {("redis", "h", "26379", "1")}),
        ("sentinel://h;sentinel://i:1/2", {("redis", "h", "26379", "0"), ("redis", "i", "1", "2")}),
        ("redis+sentinel://h/main/2", {("redis", "h", "26379", "2")}),
        ("redis+sentinel://h/2/main", {("redis", "h", "26379", "2")}),
        ("redis://h/1/2", {("redis", "h", "6379", "12")}),
        ("redis://h/none", {("redis", "h", "6379", "0")}),
        # redis-py asks Python for the number, and takes what is none for no index
        ("redis://h/5/none", {("redis", "h", "6379", "5"), ("redis", "h", "6379", "0")}),
        ("redis+sentinel://h/5/none", {("redis", "h", "26379", "5")}),
        ("redis://h/%EF%BC%95", {("redis", "h", "6379", "5")}),
        ("redis://h/+1_2", {("redis", "h", "6379", "12")}),
        ("redis://h/-1", {("redis", "h", "6379", "0")}),
        ("redis://h?db= 05 ", {("redis", "h", "6379", "5")}),
        ("redis://h/" + "9" * 5000, {("redis", "h", "6379", "9" * 5000)}),
        ("redis:///3?host=h&port=1", {("redis", "h", "1", "3")}),
        ("redis://h:2/3?host=x&port=1", {("redis", "h", "2", "3")}),
        ("redis://h/3?port=1", {("redis", "h", "1", "3")}),
        ("unix:///run/redis/redis-server.sock", {("redis", "localhost", "6379", "0")}),
        ("unix://run/r.sock", {("redis", "socket", "/run/r.sock", "0"), ("redis", "socket", "/r.sock", "0")}),
        ("unix:///run/r.sock?db=1&db=2", {("redis", "socket", "/run/r.sock", i) for i in "12"}),
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
        ("mysql://h/Shop", {("mysql", "h", "3306", "shop")}),
        ("mysql:host=h;dbname=Shop", {("mysql", "h", "3306", "shop")}),
        ("mysqlgis://h/d", {("mysql", "h", "3306", "d")}),
        ("mysql-connector://h/d", {("mysql", "h", "3306", "d")}),
        ("u:p@(h)/d", {("mysql", "h", "3306", "d")}),
        ("u:p@tcp6([::2])/d", {("mysql", "::2", "3306", "d")}),
        ("amqp://h/v?vhost=w", {("amqp", "h", "5672", "v"), ("amqp", "h", "5672", "w")}),
        ("MySQL+pymysql://u:p@h:03307/d", {("mysql", "h", "3307", "d")}),
        ("jdbc:mysql://h:10/d", {("mysql", "h", "10", "d")}),
        ("mariadb://h/d", {("mysql", "h", "3306", "d")}),
        ("mysql://localhost/d?unix_socket=/a", {("mysql", "socket", "/a", "d")}),
        ("mysql://h/d?UNIX_SOCKET=/a=b", {("mysql", "socket", "/a=b", "d"), ("mysql", "h", "3306", "d")}),
        ("mysql:///d?unix_socket=/run/mysqld/mysqld.sock", {("mysql", "localhost", "3306", "d")}),
        ("mysql://%2Frun%2Fa/d", {("mysql", "socket", "/run/a", "d")}),
        (
            "mysql://h:1/d?host=i&port=2",
            {("mysql", n, p, "d") for n, p in (("h", "1"), ("h", "2"), ("i", "2"))},
        ),
        ("mysql://h/d?database=e", {("mysql", "h", "3306", "d"), ("mysql", "h", "3306", "e")}),
        ("mysql://h?db=e", {("mysql", "h", "3306", "e")}),
        ("mysql:host=h;port=1;dbname=d", {("mysql", "h", "1", "d")}),
        ("mysql:unix_socket=/a;dbname=d", {("mysql", "socket", "/a", "d")}),
        ("mysql:dbname=d", {("mysql", "localhost", "3306", "d")}),
        ("u:p@tcp(h:1)/d?parseTime=true", {("mysql", "h", "1", "d")}),
        ("u:p@tcp(h)/d", {("mysql", "h", "3306", "d")}),
        ("u:p@unix(/a)/d", {("mysql", "socket", "/a", "d")}),
        ("amqp://h/v", {("amqp", "h", "5672", "v")}),
        ("amqp://h", {("amqp", "h", "5672", "/")}),
        ("amqps://h:5671/%2F", {("amqp", "h", "5672", "/")}),
        ("amqp://h:1/%2Fv", {("amqp", "h", "1", "/v")}),
        ("amqp://h/v/w", {("amqp", "h", "5672", "v/w"), ("amqp", "h", "5672", "v")}),
        ("amqp://h?virtual_host=v", {("amqp", "h", "5672", "v")}),
        ("amqp://a;amqp://b/v", {("amqp", "a", "5672", "/"), ("amqp", "b", "5672", "v")}),
        ("mongodb://a,b:1/d", {("mongodb", "a", "27017", "d"), ("mongodb", "b", "1", "d")}),
        ("mongodb+srv://h/d", {("mongodb", "h", "27017", "d")}),
        ("mongodb://%2Frun%2Fm.sock/d", {("mongodb", "/run/m.sock", "27017", "d")}),
        ("http://h/a/b/", {("http", "h", "443", "a/b")}),
        ("http://h/a/./../b//c", {("http", "h", "443", "b/c")}),
        ("http://h/../a", {("http", "h", "443", "a")}),
        ("http://h/?next=http://x/y", {("http", "h", "443", "")}),
        ("https://h", {("http", "h", "443", "")}),
        ("http://u:p@h:80#x", {("http", "h", "443", "")}),
        ("http://h:8080", {("http", "h", "8080", "")}),
        ("wss://h/x", {("http", "h", "443", "x")}),
        ("grpc://h/x", {("http", "h", "443", "x")}),
        ("http://a/x,http://b/y", {("http", "a", "443", "x"), ("http", "b", "443", "y")}),
        ("smtp://h", {("smtp", "h", "25", "")}),
        ("smtps://h:465", {("smtp", "h", "25", "")}),
        ("smtp+tls://h:587", {("smtp", "h", "25", "")}),
        ("submission://h:1025", {("smtp", "h", "1025", "")}),
        ("kafka://a:1,b", {("kafka", "a", "1", ""), ("kafka", "b", "9092", "")}),
        ("unheard-of://h/x", {("unheard-of", "h", "", "x")}),
        ("unheard-of+new://h/x", {("unheard-of", "h", "", "x")}),
        ("es://h", {("elasticsearch", "h", "9200", "")}),
        ("memcache://h", {("memcached", "h", "11211", "")}),
        ("bolt://h", {("neo4j", "h", "7687", "")}),
        ("ldaps://h/x", {("ldap", "h", "389", "x")}),
        ("clickhouse+native://h:9000/d", {("clickhouse", "h", "8123", "d")}),
        ("mssql+pyodbc://u:p@h/d?driver=x", {("mssql", "h", "1433", "d")}),
        ("sqlserver://h:1/d", {("mssql", "h", "1", "d")}),
        ("Server=tcp:H,1;Initial Catalog=d", {("mssql", "h", "1", "d")}),
        ("mssql://h/D", {("mssql", "h", "1433", "d")}),
        (
            "Server=np:h;Database=D",
            {("mssql", "h", "1433", "d"), ("postgresql", "h", "5432", "D"), ("mysql", "h", "3306", "d")},
        ),
        (
            "DRIVER={PostgreSQL};SERVER=h;PORT=1;DATABASE=d",
            {("mssql", "h", "1433", "d"), ("postgresql", "h", "1", "d"), ("mysql", "h", "1", "d")},
        ),
        ("mssql+pyodbc:///?odbc_connect=Server%3Dh%2C1%3BInitial%20Catalog%3Dd", {("mssql", "h", "1", "d")}),
        ("jdbc:sqlserver://h:1;databaseName=d;encrypt=true", {("mssql", "h", "1", "d")}),
        ("jdbc:sqlserver://h;databaseName=D", {("mssql", "h", "1433", "d")}),
        ("Data Source=(local)\\x;Database='d'", {("mssql", "\\x", "1433", "d")}),
        ("Host=h;Port=1;Database=d;Username=u", {("postgresql", "h", "1", "d")}),
        ("pgsql:host=h;dbname=d", {("postgresql", "h", "5432", "d")}),
        ("jdbc:postgresql:d", {("postgresql", "localhost", "5432", "d")}),
        ("", set()),
    ],
)
def test_other_addresses(text: str, identities: set[tuple[str, ...]]) -> None:
    assert owned(text) == identities


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        ("https:/h/v1", {("http", "h", "443", "v1")}),
        ("https:h/v1", {("http", "h", "443", "v1")}),
        ("https:\\\\h\\v1", {("http", "h", "443", "v1")}),
        ("https:///h/v1", {("http", "localhost", "443", "h/v1"), ("http", "h", "443", "v1")}),
        ("https://h\\@i/v1", {("http", "i", "443", "v1"), ("http", "h", "443", "@i/v1")}),
        ("http:8080/v1", {("http", "http", "8080", "v1")}),
        ("h:8080/v1", {("http", "h", "8080", "v1")}),
    ],
)
def test_slashes_of_the_web(text: str, identities: set[tuple[str, ...]]) -> None:
    """Browsers, and those who read URLs as they do, take one slash, three, or backslashes for two."""
    assert owned(text, kind="http") == identities


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        ("qdrant.example.com:6333", {("qdrant", "qdrant.example.com", "6333", "")}),
        ("qdrant.example.com", {("qdrant", "qdrant.example.com", "6333", "")}),
        ("h:8000", {("chroma", "h", "8000", "default_tenant/default_database/")}),
        ("H", {("name", "h")}),
    ],
)
def test_a_vector_store_without_a_scheme(text: str, identities: set[tuple[str, ...]]) -> None:
    assert owned(text, kind="vector") == identities


@pytest.mark.parametrize("text", ["postgresql://h/d%00x", "mysql://h/d%00x", "postgresql://u%00x@h/d"])
def test_a_nul_ends_an_address_for_some(text: str) -> None:
    """asyncpg writes it into the packet that names the database: what follows is read as another option."""
    reason = "it holds a NUL, at which some libraries stop reading it"
    assert resources.read("database", text, "/root")[1] == reason
    assert resources.read("database", text.replace("%00", "%01"), "/root")[1] == ""


def test_a_folder_that_may_not_be_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links of another user's process: Python 3.11 raises, with the path in its words."""

    def forbidden(path: str) -> str:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os.path, "realpath", forbidden)
    assert owned("sqlite:////proc/1/root/srv/../app.db") == {("file", "/proc/1/root/app.db")}
    assert owned("host=/proc/1/root/run dbname=d") == {("postgresql", "/proc/1/root/run", "5432", "d")}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("sqlite:///app.db", "/root/app.db"),
        ("sqlite3:///data/app.db", "/root/data/app.db"),
        ("SQLite:///data/../app.db?cache=shared", "/root/app.db"),
        ("sqlite+aiosqlite:////srv/app.db", "/srv/app.db"),
        ("sqlite://///srv/app.db", "/srv/app.db"),
        ("sqlite:///C:app.db", "/root/C:app.db"),
        ("sqlite:///app.db?mode=memory", "/root/app.db"),
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
        ("sqlite:///file:/srv/app.db?x=y&uri=TRUE", "/srv/app.db"),
        ("sqlite:///file:///srv/app.db?uri=1", "/srv/app.db"),
        ("sqlite:///file://localhost/srv/app.db?uri=false&uri=true", "/srv/app.db"),
        ("file:/srv/app%00.bak", "/srv/app"),
        ("file:/srv/app.db?mode=memory&mode=rw", "/srv/app.db"),
        ("file:/srv/app.db?MODE=memory", "/srv/app.db"),
        ("file:/srv/app.db?vfs=unix-none&immutable=1", "/srv/app.db"),
        ("file:/srv//app.db#mode=memory", "/srv/app.db"),
        ("duckdb:///app.db", "/root/app.db"),
        ("app.db", "/root/app.db"),
        ("./app", "/root/app"),
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
    [
        *("sqlite://", "sqlite:", "sqlite::memory:", "sqlite:///:memory:", "file::memory:", "file:"),
        *("file:x?mode=memory", "file:x?mode=rw&mode=memory&cache=shared", "file:/x?vfs=memdb"),
        "sqlite:///file:x?mode=memory&uri=true",
    ],
)
def test_memory_is_nobody_s(text: str) -> None:
    assert owned(text) == set()


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("sqlite:///%61pp.db", {"/root/app.db", "/root/%61pp.db"}),
        ("sqlite:///app.db#x", {"/root/app.db", "/root/app.db#x"}),
        ("sqlite://app.db", {"/root/app.db"}),
        ("sqlite:///file:/srv/app.db", {"/srv/app.db", "/root/file:/srv/app.db"}),
        ("sqlite:///file:app.db?uri=false", {"/root/app.db", "/root/file:app.db"}),
    ],
)
def test_where_libraries_differ_every_file_is_meant(text: str, paths: set[str]) -> None:
    assert owned(text) == {("file", path) for path in paths}


@pytest.mark.parametrize("kind", [None, "key", "signing-key", "password"])
@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("k-1", "k-1"),
        (" k-1\n", "k-1"),
        ("'k-1'", "k-1"),
        ('"k-1"', "k-1"),
        ("`k-1`", "k-1"),
        (" \"' k-1 '\"", "k-1"),
        ("'k-1", "'k-1"),
        ("'", "'"),
        ("Bearer k-1", "k-1"),
        ("BEARER  'k-1'", "k-1"),
        ("Basic k-1", "k-1"),
        ("token k-1", "k-1"),
        ("ApiKey k-1", "k-1"),
        ("Bearerk-1", "Bearerk-1"),
        ("postgresql://h/d", "postgresql://h/d"),
        ("-----BEGIN X-----\\nab\\r\\n-----END X-----\\n", "-----BEGIN X----- ab -----END X-----"),
        ("-----BEGIN X-----\r\nab\n-----END X-----", "-----BEGIN X----- ab -----END X-----"),
    ],
)
def test_tokens(kind: str | None, text: str, token: str) -> None:
    assert owned(text, kind=kind) == {("token", token)}
    assert owned("", kind=kind) == owned(' "" ', kind=kind) == set()


OLD, NEW = "old-key-0123456789", "new/key+9876543210=="


@pytest.mark.parametrize(
    "text",
    [
        f"{OLD},{NEW}",
        f" '{OLD}' , \"{NEW}\" ",
        f'["{OLD}", "{NEW}"]',
    ],
)
def test_a_list_of_keys_holds_each_of_them(text: str) -> None:
    assert owned(text, kind="signing-key") > {("token", OLD), ("token", NEW)}


@pytest.mark.parametrize(
    "text",
    [
        "correct, horse",  # too short
        f"CN=Example Company,{OLD}",
        f"https://key@example.org/1,{OLD}",
        f'{{"type": "service_account", "{OLD}": 1}}',
        f"{OLD};{NEW}",
    ],
)
def test_control_a_comma_may_stand_for_anything(text: str) -> None:
    assert owned(text, kind="signing-key") == {("token", text)}


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
    (parts,) = url.readings("HTTP://us%65r:pw@a,b:1/p/q?X%59=1%2B1&&z&a=b=c")
    assert (parts.scheme, parts.user, parts.netloc, parts.path) == ("http", "user", "a,b:1", "p/q")
    assert parts.options == [("xy", "1+1"), ("z", ""), ("a", "b=c")]
    assert (parts.option("z", "xy"), parts.option("a"), parts.option("none")) == ("", "b=c", "")
    assert (parts.given("z", "xy"), parts.given("a"), parts.fragment) == (["1+1"], ["b=c"], "")
    assert url.standard("http://h#x").fragment == "x"
    assert url.standard("http://h").options == []


CUT = ("user", "netloc", "path", "fragment")


@pytest.mark.parametrize(
    ("rest", "readings"),
    [
        ("u:p@h/d", {("u", "h", "d", "")}),
        ("h/d?x=@", {("", "h", "d", "")}),
        ("u:p@q@h/d", {("u", "h", "d", ""), ("u", "q@h", "d", "")}),
        ("u:p/q@h/d", {("", "u:p", "q@h/d", ""), ("u", "h", "d", "")}),
        ("u:p#q@h/d", {("", "u:p", "", "q@h/d"), ("u", "h", "d", "")}),
        ("u:p?q@h/d", {("", "u:p", "", ""), ("u", "h", "d", "")}),
        ("a:1/b@h/d", {("", "a:1", "b@h/d", ""), ("a", "h", "d", "")}),
        ("a@b@c", {("a@b", "c", "", ""), ("a", "b@c", "", "")}),
        ("h/d#x", {("", "h", "d", "x"), ("", "h", "d#x", "")}),
        ("h\t/d\n", {("", "h", "d", ""), ("", "h\t", "d", "")}),
    ],
)
def test_every_reading_of_a_url(rest: str, readings: set[tuple[str, ...]]) -> None:
    found = url.readings(f" x://{rest}")
    assert {tuple(getattr(parts, name) for name in CUT) for parts in found} == readings


def test_a_plus_is_a_blank_for_some() -> None:
    assert [parts.options for parts in url.readings("x://h/?a=b+c")] == [[("a", "b+c")], [("a", "b c")]]
    assert len(url.readings("x+y://h+i/a+b")) == 1
