"""What reads a text: by scheme, by kind where it has none, by another package where nothing built in does."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import declaration, resources
from firedoor.errors import DeclarationError
from firedoor.resources import Where, plugins
from firedoor.schema import fields

if TYPE_CHECKING:
    from support.project import ProjectFolder


@pytest.mark.parametrize(
    ("kind", "text", "family"),
    [
        (None, "postgresql://h/d", "token"),
        ("key", "x", "token"),
        ("database", " POSTGRES+asyncpg://h/d", "postgresql"),
        ("database", "jdbc:mariadb://h/d", "mysql"),
        ("database", "r2dbc:pool:mysql://h/d", "mysql"),
        ("database", "sqlite:///x", "sqlite"),
        ("database", "duckdb:///x", "duckdb"),
        ("database", "x.sqlite3", "sqlite"),
        ("database", "a/b", "sqlite"),
        ("database", r"a\b", "sqlite"),
        ("database", "host=h", "postgresql"),
        ("database", "u@tcp(h)/d", "mysql"),
        ("database", "u@unix(/s)/d", "mysql"),
        ("database", "Server=h;Database=d", "mssql"),
        ("database", "Data Source=h;Database=d", "mssql"),
        ("database", "Host=h;Database=d", "postgresql"),
        ("database", "localhost", "name"),
        ("database", "redis:6379", "name"),
        ("database", "mongo+srv://h", "mongodb"),
        ("database", "x://h", "x"),
        ("cache", "rediss://h", "redis"),
        ("cache", "h:1", "name"),
        ("queue", "amqps://h", "amqp"),
        ("queue", "h", "name"),
        ("http", "https://h", "http"),
        ("http", "api.example.com", "http"),
        ("http", "h:1", "http"),
        ("http", "h/x", "http"),
        ("http", "api", "name"),
        ("smtp", "h", "smtp"),
        ("bucket", "~/x", "file"),
        ("bucket", r"C:\x", "file"),
        ("vector", r"C:\x", "file"),
        ("vector", "https://h", "http"),
        ("cache", "https://h:6333", "http"),
        ("ours", "https://h", "ours"),
    ],
)
def test_the_family(kind: str | None, text: str, family: str) -> None:
    assert resources.family(kind, text) == family


@pytest.mark.parametrize(
    ("kind", "text", "identities"),
    [
        ("database", "DB.Example.com.", {("name", "db.example.com")}),
        ("database", "2130706434", {("name", "127.0.0.2")}),
        ("database", "127.2:05432", {("name", "127.0.0.2:5432")}),
        ("cache", "a:1, B:2", {("name", "a:1"), ("name", "b:2")}),
        ("cache", "1", {("name", "1")}),
        ("cache", "0", {("name", "0")}),
        ("cache", "a:b", {("name", "a:b")}),
        ("http", "API", {("name", "api")}),
        ("http", "api.example.com/v1/", {("http", "api.example.com", "443", "v1")}),
        ("smtp", "Mail.example.com:587", {("smtp", "mail.example.com", "25", "")}),
        ("smtp", "mail.example.com:1025", {("smtp", "mail.example.com", "1025", "")}),
        ("database", "", set()),
        ("bucket", " ", set()),
    ],
)
def test_texts_without_a_scheme(kind: str, text: str, identities: set[tuple[str, ...]]) -> None:
    assert resources.identities(kind, text, "/root") == identities


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("http://a/x,http://b/y", 2),
        ("http://a/x, http://b/y", 2),
        ("http://a/x;https://b/y", 2),
        ("http://a/x\nhttp://b/y", 2),
        ("http://a/x?u=http://b/y", 1),
        ("http://a/http://b", 1),
        ("http://a,http://b,http://c", 3),
    ],
)
def test_lists_of_urls(text: str, count: int) -> None:
    assert len(resources.identities("http", text, "/")) == count


@pytest.mark.parametrize(
    ("identity", "host", "moved"),
    [
        (("postgresql", "h", "1", "d"), "h", ("postgresql", "x", "1", "d")),
        (("postgresql", "h", "1", "d", "c"), "h", ("postgresql", "x", "1", "d", "c")),
        (("s3", "h:9000", "b", ""), "h", ("s3", "x:9000", "b", "")),
        (("s3", "h", "b", ""), "h", ("s3", "x", "b", "")),
        (("s3", "2001:db8::1", "b", ""), "2001:db8::1", ("s3", "x", "b", "")),
        (("name", "h:1"), "h", ("name", "x:1")),
        (("name", "h"), "h", ("name", "x")),
        (("postgresql", "2001:db8::1", "1", "d"), "2001:db8::1", ("postgresql", "x", "1", "d")),
    ],
)
def test_the_host(identity: tuple[str, ...], host: str, moved: tuple[str, ...]) -> None:
    assert resources.host_of(identity) == host
    assert resources.with_host(identity, "x") == moved


@pytest.mark.parametrize(
    "identity",
    [
        ("s3", "aws", "b", ""),
        ("postgresql", "/run/x", "1", "d"),
        ("postgresql", "@x", "1", "d"),
        ("redis", "socket", "/run/x", "0"),
        ("gs", "google", "b", ""),
        ("az", "acc", "c", ""),
        ("file", "/x"),
        ("inode", "1", "2"),
        ("token", "x"),
        ("odd",),
    ],
)
def test_what_has_no_host(identity: tuple[str, ...]) -> None:
    assert resources.host_of(identity) == ""


def test_a_host_may_be_called_socket() -> None:
    assert resources.host_of(("redis", "socket", "6379", "0")) == "socket"


def test_a_bucket_s_endpoint_may_be_a_container() -> None:
    assert resources.service_name(("s3", "minio:9000", "b", "")) == "minio"
    assert resources.service_name(("postgresql", "db", "1", "d", "c")) == "db"
    assert resources.service_name(("name", "db")) == ""


def test_where_shows_nothing() -> None:
    where = Where("/root", {"PGHOST": "SECRET"})
    assert repr(where) == "Where(1 variables)"
    assert (where.said("X", "PGHOST"), where.said("X")) == ("SECRET", "")


# --- other packages ---


@pytest.fixture
def brought(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Bring a kind or scheme by a package: its name, and the object that its entry point loads."""

    def bring(name: str, thing: object) -> None:
        module = SimpleNamespace(thing=thing)
        monkeypatch.setitem(sys.modules, "brought_for_a_test", module)
        point = EntryPoint(name, "brought_for_a_test:thing", plugins.GROUP)
        monkeypatch.setitem(plugins._points, name, point)
        monkeypatch.setattr(
            "importlib.metadata.entry_points", lambda group: [point] * (group == plugins.GROUP)
        )

    return bring


class Ours:
    @staticmethod
    def identities(text: str, where: Where) -> list[list[str]]:
        return [["ours", where.root, where.said("PGHOST"), text]]


def test_a_scheme_that_a_package_brings(brought: Any) -> None:
    brought("ours", Ours)
    where = Where("/r", {"PGHOST": "h"})
    assert resources.read("database", " ours+x://y ", where) == (
        frozenset({("ours", "/r", "h", "ours+x://y")}),
        "",
    )
    assert resources.read("database", "others://y", where) == (frozenset({("others", "y", "", "")}), "")


def test_a_kind_that_a_package_brings(brought: Any, project: ProjectFolder) -> None:
    toml = '[environments.dev]\n[variables.X]\nresource = "ours"\n'
    project.write("firedoor.toml", toml)
    with pytest.raises(DeclarationError) as refused:
        declaration.load(project.root, use_cache=False)
    assert [problem.facts["expected"] for problem in refused.value.problems] == [
        "one of " + ", ".join(fields.KINDS)
    ]
    brought("ours", Ours)
    assert declaration.load(project.root, use_cache=False).variables["X"].resource == "ours"
    assert resources.read("ours", "https://h", "/r") == (frozenset({("ours", "/r", "", "https://h")}), "")


def test_a_kind_is_a_text() -> None:
    assert fields._kind(1) == ("one of " + ", ".join(fields.KINDS), None)
    assert fields._kind("database") == ("", "database")
    assert fields.BROUGHT_KINDS == plugins.GROUP


def test_a_kind_that_no_package_brings_any_more_is_unknown() -> None:
    assert resources.read("gone", "https://h", "/r") == (frozenset(), "no installed package reads its kind")
    assert resources.read("gone", "", "/r") == (frozenset(), "")


@pytest.mark.parametrize(
    "result", [RuntimeError("SECRET"), [("x", 1)], [()], 7, [["x", None]], SystemExit], ids=repr
)
def test_a_broken_package_says_so_and_nothing_else(brought: Any, result: Any) -> None:
    def identities(text: str, where: Where) -> Any:
        if isinstance(result, Exception):
            raise result
        return result

    brought("ours", SimpleNamespace(identities=identities))
    assert resources.read("database", "ours://y", "/r") == (
        frozenset(),
        "the package that reads its kind does not work",
    )
    brought("ours", object())
    assert resources.read("ours", "y", "/r")[1] == plugins.BROKEN


def test_names_of_what_is_brought(brought: Any) -> None:
    before = plugins.names()
    brought("ours", Ours)
    assert plugins.names() == before | {"ours"}
