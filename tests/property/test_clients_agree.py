"""Where each client library sets out to is among what we read: SQLAlchemy's dialects, redis-py, sqlite3, PyMySQL."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pymysql
import pytest
import redis
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.mysql.pymysql import MySQLDialect_pymysql
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from firedoor import resources
from firedoor.resources import host, postgresql

PIECES = (
    *("a", "b", "127.0.0.2", "127.2", "localhost", "[::1]", "prod_db", "%70rod", "5432", "1"),
    *(":", "@", "/", "?", "#", ",", "&", "=", "+", "%40", "%2F"),
    *("host=", "port=", "database=", "dbname=", "db=", "unix_socket=/run/a", "user="),
)
RAW = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)
NO_NAME = frozenset("%@,=?#&+ []")  # no host has such a name: who asks for it reaches nobody
ATTACKS = (
    "benign:5432/test@127.0.0.2/prod_db",
    "u@127.0.0.2,x@127.0.0.9/db",
    "u:p@ss@127.0.0.2/db",
    "u:p/w@127.0.0.2/prod_db",
    "u:p?w@127.0.0.2/prod_db#x",
    "benign/test?host=127.0.0.2&dbname=prod_db&database=prod_db",
    "/prod_db?host=127.0.0.9:1&host=127.0.0.2:2",
    "benign/prod_db?host=127.0.0.2:7",
    "benign/test?unix_socket=/run/a",
)


def connect_arguments(dialect: object, text: str) -> dict[str, object]:
    """What SQLAlchemy gives to the driver; refused texts are nobody's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _, options = dialect.create_connect_args(make_url(text))  # type: ignore[attr-defined]  # known at run time only
        except (ArgumentError, ValueError, AssertionError, TypeError):
            assume(False)
    return dict(options)


def listed(value: object) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [str(one) for one in value]
    return [] if value is None else str(value).split(",")


def read(kind: str, text: str) -> frozenset[resources.Identity]:
    found, unknown = resources.read(kind, text, "/root")
    return frozenset() if unknown else found


def plain(found: frozenset[resources.Identity]) -> set[tuple[str, ...]]:
    """Slashes around a database's name are no part of a real one."""
    return {(*identity[:3], identity[3].strip("/")) for identity in found}


@pytest.mark.parametrize(
    ("dialect", "driver"),
    [(PGDialect_psycopg, "psycopg"), (PGDialect_psycopg2, "psycopg2"), (PGDialect_asyncpg, "asyncpg")],
)
@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(rest=RAW)
@example(ATTACKS[0])
@example(ATTACKS[1])
@example(ATTACKS[2])
@example(ATTACKS[3])
@example(ATTACKS[4])
@example(ATTACKS[5])
@example(ATTACKS[6])
@example(ATTACKS[7])
def test_postgresql_by_sqlalchemy(dialect: type, driver: str, rest: str) -> None:
    assume(all(one[:1] in ("", ":", "/", "?") for one in rest.split("]")[1:]))  # the rest of it is lost
    text = f"postgresql+{driver}://{rest}"
    options = connect_arguments(dialect(), text)
    hosts, ports = listed(options.get("host")) or [""], listed(options.get("port")) or [""]
    assume(all(not port.strip() or port.strip().isdigit() for port in ports))
    assume(len(ports) in {1, len(hosts)})
    assume(not NO_NAME & set("".join(hosts)))
    database = options.get("dbname") or options.get("database") or options.get("user") or ""
    assume(isinstance(database, str))  # twice the same option is refused by the drivers
    assume("=" not in str(database) and "://" not in text.partition("://")[2])
    assume(not database or str(database).strip("/"))
    expected = set()
    for index, name in enumerate(hosts):
        port = ports[index if len(ports) > 1 else 0]
        server, number = postgresql._server(name, host.port(port, "5432"))
        expected.add(("postgresql", server, number, str(database).strip("/")))
    assert expected <= plain(read("database", text)), (text, options)


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(RAW)
@example(ATTACKS[0])
@example(ATTACKS[2])
@example(ATTACKS[3])
@example(ATTACKS[5])
@example(ATTACKS[8])
def test_mysql_by_sqlalchemy_and_pymysql(rest: str) -> None:
    assume(all(one[:1] in ("", ":", "/", "?") for one in rest.split("]")[1:]))
    text = f"mysql+pymysql://{rest}"
    options = connect_arguments(MySQLDialect_pymysql(), text)
    assume(
        all(
            not isinstance(options.get(key), (list, tuple))
            for key in ("host", "port", "database", "db", "unix_socket")
        )
    )
    kept = {key: options[key] for key in ("host", "port", "database", "db", "unix_socket") if key in options}
    assume("dbname" not in options)  # PyMySQL knows no such argument
    try:
        kept["port"] = int(str(kept.get("port") or 0))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            client: Any = pymysql.connections.Connection(**kept, defer_connect=True)  # type: ignore[call-overload]  # wrong on purpose, or a stand-in
    except (TypeError, ValueError):
        assume(False)
    assume(not NO_NAME & set(client.host))
    database = client.db.decode() if isinstance(client.db, bytes) else client.db or ""
    if client.unix_socket:
        expected = {("mysql", "socket", client.unix_socket, database.strip("/"))}
    else:
        expected = {("mysql", host.canonical(client.host), str(client.port), database.strip("/"))}
    assert expected <= plain(read("database", text)), (text, options)


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(RAW, st.sampled_from(("redis", "rediss", "unix")))
@example("127.0.0.2/1?db=5", "redis")
@example("/0?host=127.0.0.2&port=1", "redis")
@example("u:p@ss@127.0.0.2:1/2", "rediss")
@example("/run/a?db=3", "unix")
def test_redis(rest: str, scheme: str) -> None:
    text = f"{scheme}://{rest}"
    try:
        options = redis.connection.parse_url(text)  # type: ignore[no-untyped-call]  # redis says no types of it
    except ValueError:
        assume(False)
    index = str(options.get("db", 0))
    assume(not NO_NAME & set(str(options.get("host") or "")))
    if scheme == "unix":
        assume(options.get("path"))
        expected = ("redis", "socket", os.path.realpath(options["path"]), index)
    else:
        expected = (
            "redis",
            host.canonical(options.get("host") or "localhost"),
            host.port(str(options.get("port") or ""), "6379"),
            index,
        )
    assert expected in read("cache", text), (text, options)


FILES = st.lists(
    st.sampled_from(
        (
            "a",
            "b",
            ".db",
            "/",
            "..",
            ".",
            "%61",
            "%2F",
            "%00",
            "#",
            "?",
            "+",
            "file:",
            "mode=memory",
            "mode=rwc",
            "&",
            "uri=true",
            "vfs=unix",
            "cache=shared",
        )
    ),
    min_size=1,
    max_size=7,
).map("".join)


@pytest.mark.parametrize("dialect", [SQLiteDialect_pysqlite, SQLiteDialect_aiosqlite])
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture])
@given(rest=FILES)
@example("file:prod%61.db?uri=true&mode=rwc")
@example("prod.db?mode=memory")
@example("b/../a.db#x")
def test_sqlite_by_sqlalchemy(dialect: type, rest: str) -> None:
    """The file that was really opened."""
    with tempfile.TemporaryDirectory() as name:
        folder = os.path.realpath(name)
        text = f"sqlite:///{folder}/{rest}" if "file:" not in rest else f"sqlite:///{rest}"
        before = os.getcwd()
        os.chdir(folder)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                arguments, options = dialect().create_connect_args(make_url(text))
            connection = sqlite3.connect(str(arguments[0]), uri=bool(options.get("uri")))
            opened = connection.execute("PRAGMA database_list").fetchall()[0][2]
            connection.close()
        except (sqlite3.Error, ArgumentError, ValueError, TypeError):
            assume(False)
        finally:
            os.chdir(before)
        found = resources.identities("database", text, folder)
        if opened:
            assert ("file", os.path.realpath(opened)) in found, (text, opened)


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(FILES)
@example("%61.db?mode=rwc")
@example("a%00.db")
@example("//localhost/x.db")
def test_sqlite_s_own_uris(rest: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = os.path.realpath(name)
        text = f"file:{rest}"
        before = os.getcwd()
        os.chdir(folder)
        try:
            connection = sqlite3.connect(text, uri=True)
            opened = connection.execute("PRAGMA database_list").fetchall()[0][2]
            connection.close()
        except (sqlite3.Error, ValueError):
            assume(False)
        finally:
            os.chdir(before)
        found = resources.identities("database", text, folder)
        if opened:
            assert ("file", os.path.realpath(opened)) in found, (text, opened)
        else:
            assert found == frozenset() or "memdb" in text or not Path(folder, "x").exists()


def test_a_hard_link_is_the_file_that_sqlite_opens(tmp_path: Path) -> None:
    """And the control: a copy is another file."""
    original, link, copy = (tmp_path / name for name in ("prod.db", "test.db", "copy.db"))
    connection = sqlite3.connect(original)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    os.link(original, link)
    copy.write_bytes(original.read_bytes())
    owned = resources.identities("database", f"sqlite:///{original}", "/")
    assert owned & resources.identities("database", f"sqlite:///{link}", "/")
    assert not owned & resources.identities("database", f"sqlite:///{copy}", "/")


@given(
    st.text(),
    st.sampled_from(("database", "cache", "bucket", "vector", "queue", "http", "smtp", "key", None)),
)
def test_whatever_it_is_it_is_read(text: str, kind: str | None) -> None:
    for identity in resources.read(kind, text, "/root")[0]:
        assert all(isinstance(part, str) for part in identity)
        assert resources.server_of(identity) in {(), identity[:3]}
        assert resources.host_of(identity) in identity[1] if len(identity) > 1 else True


@given(st.text())
def test_a_host_s_one_spelling_is_its_own(text: str) -> None:
    once = host.canonical(text)
    assert host.canonical(once) == once


@given(st.text())
def test_a_token_s_one_spelling_is_its_own(text: str) -> None:
    for _, token in resources.identities("key", text, "/"):
        assert resources.identities("key", token, "/") == {("token", token)}


@given(
    st.sampled_from(("postgresql", "mysql", "redis", "amqp", "mongodb", "http", "smtp")),
    st.sampled_from(("a", "127.0.0.2", "localhost")),
    st.integers(1, 65535).map(str),
    st.sampled_from(("x", "1", "y/z")),
)
def test_an_identity_written_as_a_url_is_itself(scheme: str, name: str, port: str, part: str) -> None:
    """Normalising what is normal changes nothing."""
    found = resources.identities("database", f"{scheme}://{name}:{port}/{part}", "/")
    again = {
        one
        for identity in found
        for one in resources.identities(
            "database", f"{identity[0]}://{identity[1]}:{identity[2]}/{quote(identity[3])}", "/"
        )
    }
    assert again == found
