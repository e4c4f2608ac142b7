"""URLs in parts: what each library takes for the host, the path and the options; lists of URLs; their wrappers."""

from __future__ import annotations

import pytest

from firedoor import resources
from firedoor.resources import Where, url


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        (" x://h\n", "x://h"),
        ("jdbc:x://h", "x://h"),
        (" JDBC:x://h ", "x://h"),
        ("r2dbc:x://h", "x://h"),
        ("R2DBCS:x://h", "x://h"),
        ("r2dbc:pool:x://h", "x://h"),
        ("r2dbcs:POOL:x://h", "x://h"),
        ("jdbc:between:x://h", "x://h"),
        ("jdbc:between:x://h:1/a://b:c", "x://h:1/a://b:c"),
        ("jdbc:x:y", "x:y"),
        ("r2dbc:x:y", "x:y"),
        ("jdbc:x", "x"),
        ("x:y://h", "x:y://h"),
        ("jdbcx://h", "jdbcx://h"),
    ],
)
def test_what_is_wrapped(text: str, bare: str) -> None:
    assert url.unwrapped(text) == bare


@pytest.mark.parametrize("wrapper", ["", "jdbc:", "JDBC:", "r2dbc:", "r2dbcs:", "r2dbc:pool:", "jdbc:tc:"])
def test_what_is_wrapped_leads_where_it_leads(wrapper: str) -> None:
    for scheme in ("postgresql", "PostgreSQL"):
        text = f"{wrapper}{scheme}://h:1/d"
        assert resources.family("database", text) == "postgresql"
        assert resources.identities("database", text, "/") == {("postgresql", "h", "1", "d")}
    assert resources.family("database", f"{wrapper}MySQL://h/d") == "mysql"


@pytest.mark.parametrize(
    ("text", "scheme"),
    [("QDRANT+https://h:1", "qdrant+https"), ("jdbc:X://h", "x"), ("qdrant", ""), (":", ""), ("A:b:c", "a")],
)
def test_the_scheme_with_its_driver(text: str, scheme: str) -> None:
    assert url.scheme_of(text) == scheme


@pytest.mark.parametrize(
    ("text", "scheme", "netloc", "path"),
    [
        ("X://h/d/", "x", "h", "d/"),
        ("X:d", "x", "", "d"),
        ("X:/d/", "x", "", "d/"),
        ("x:Xd", "x", "", "Xd"),
        ("x:///d", "x", "", "d"),
        ("x:////d", "x", "", "/d"),
        ("X", "x", "", ""),
    ],
)
def test_where_the_authority_begins(text: str, scheme: str, netloc: str, path: str) -> None:
    for parts in (url.standard(text), *url.readings(text)):
        assert (parts.scheme, parts.netloc, parts.path) == (scheme, netloc, path)
        assert (parts.user, parts.fragment, parts.options) == ("", "", [])


@pytest.mark.parametrize(
    ("rest", "cut"),
    [
        ("u:p@h/d?q#f", ("u:p", "h", "d", "q", "f")),
        ("u@v@h/d?q?r#f#g", ("u@v", "h", "d", "q?r", "f#g")),
        ("h/d@e", ("", "h", "d@e", "", "")),
        ("u:p/q@h", ("", "u:p", "q@h", "", "")),
        ("a\tb\nc\rd/e", ("", "abcd", "e", "", "")),
        ("h#f?q/d@e", ("", "h", "", "", "f?q/d@e")),
        ("h?q/d@e", ("", "h", "", "q/d@e", "")),
        ("@h", ("", "h", "", "", "")),
        ("", ("", "", "", "", "")),
    ],
)
def test_as_the_standard_has_it(rest: str, cut: tuple[str, ...]) -> None:
    assert url._standard(rest, "") == cut


@pytest.mark.parametrize(
    ("rest", "cut"),
    [
        ("u@v@h/d?q#f", ("u", "v@h", "d", "q", "f")),
        ("h/d@e", ("", "h", "d@e", "", "")),
        ("@h", ("", "h", "", "", "")),
    ],
)
def test_as_asyncpg_has_it(rest: str, cut: tuple[str, ...]) -> None:
    assert url._standard(rest, "@") == cut


@pytest.mark.parametrize(
    ("rest", "cut"),
    [
        ("u:p@h/d?q#f", ("u:p", "h", "d", "q#f", "")),
        ("u@v@h/d", ("u", "v@h", "d", "", "")),
        ("h/d@e", ("", "h", "d@e", "", "")),
        ("u?p@h/d", ("u?p", "h", "d", "", "")),
        ("u#p@h/d", ("u#p", "h", "d", "", "")),
        ("@h", ("", "h", "", "", "")),
        ("/d@e", ("", "", "d@e", "", "")),
        ("h", ("", "h", "", "", "")),
    ],
)
def test_as_libpq_has_it(rest: str, cut: tuple[str, ...]) -> None:
    assert url._first(rest) == cut


@pytest.mark.parametrize(
    ("rest", "cut"),
    [
        ("u:p/q@h/d?q#f", ("u:p/q", "h", "d", "q#f", "")),
        ("u:p@q@h", ("u:p", "q@h", "", "", "")),
        ("u@v@h/d", ("u@v", "h", "d", "", "")),
        ("u@h:1/p@x", ("u@h:1/p", "x", "", "", "")),
        ("u@h:1/p", ("u", "h:1", "p", "", "")),
        ("h/d@e", ("", "h", "d@e", "", "")),
        ("h:1/d", ("", "h:1", "d", "", "")),
        (":p@h", (":p", "h", "", "", "")),
        ("@h", ("", "h", "", "", "")),
        ("u@h", ("u", "h", "", "", "")),
        ("h", ("", "h", "", "", "")),
        ("", ("", "", "", "", "")),
    ],
)
def test_as_sqlalchemy_has_it(rest: str, cut: tuple[str, ...]) -> None:
    assert url._last(rest) == cut


def test_a_reading_of_each_kind() -> None:
    found = {
        (parts.user, parts.netloc, parts.path, parts.fragment) for parts in url.readings("x://u@v@h/d#f")
    }
    assert found == {
        ("u", "v@h", "d", "f"),
        ("u@v", "h", "d", "f"),
        ("u", "v@h", "d#f", ""),
        ("u@v", "h", "d#f", ""),
    }


@pytest.mark.parametrize(
    ("rest", "count"),
    [
        ("u:p@h:1/d?a=b&c=d", 1),
        ("u:p@h:1/d?a=b+c", 2),
        ("u+p@h/d+e", 1),
        ("u:p/q@r@h/d#x", 3),
        ("h/d#x+y", 2),
    ],
)
def test_each_reading_once(rest: str, count: int) -> None:
    found = url.readings(f"x://{rest}")
    assert len(found) == count
    assert [len(url.readings("x://h?a")), len(url.readings("x://h?+"))] == [1, 2]


def test_options_of_each_reading() -> None:
    assert url.standard("x://h?a=b+c").options == [("a", "b+c")]
    assert [parts.options for parts in url.readings("x://h?a=b+c&&d")] == [
        [("a", "b+c"), ("d", "")],
        [("a", "b c"), ("d", "")],
    ]
    parts = url.standard("x://h?a=1&b=2&a=3&c=")
    assert (parts.option("a"), parts.option("b", "a"), parts.option("c", "b")) == ("3", "3", "")
    assert (parts.given("a"), parts.given("b", "a"), parts.given("c")) == (["1", "3"], ["1", "2", "3"], [])


@pytest.mark.parametrize(
    ("netloc", "places"),
    [
        ("a", [("a", "5")]),
        ("A:06,b.:%37", [("a", "6"), ("b", "7")]),
        ("a%2Cb:6", [("a", "6"), ("b", "6")]),
        ("[::2]:9", [("::2", "5")]),
        ("", [("localhost", "5")]),
    ],
)
def test_the_places_of_an_authority(netloc: str, places: list[tuple[str, str]]) -> None:
    assert list(url.standard(f"x://{netloc}").places("5", "9")) == places


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("x", ["x"]),
        ("x://a", ["x://a"]),
        ("x://a,y://b", ["x://a", "y://b"]),
        ("xy://ab,xyz://bc", ["xy://ab", "xyz://bc"]),
        ("x://a/1;y+z://b/2;v-w.u://c/3", ["x://a/1", "y+z://b/2", "v-w.u://c/3"]),
        ("x://a, y://b", ["x://a", "y://b"]),
        ("x://a\ty://b", ["x://a", "y://b"]),
        ("x://a\r\ny://b", ["x://a", "y://b"]),
        ("x://a y://b", ["x://a", "y://b"]),
        ("x://aX;y://b", ["x://aX", "y://b"]),
        ("x://a?u=y://b", ["x://a?u=y://b"]),
        ("x://a/y://b", ["x://a/y://b"]),
        (",x://a", [",x://a"]),
        (",x://a,y://b", [",x://a", "y://b"]),
        ("x://a,://b", ["x://a", "://b"]),
    ],
)
def test_the_urls_of_a_list(text: str, urls: list[str]) -> None:
    assert resources._listed(text) == urls


def test_a_comma_before_a_url_is_no_empty_url_before_it() -> None:
    where = Where("/", {"PGHOST": "h"})
    text = ",postgresql://a/d,postgresql://b/d"
    assert ("postgresql", "h", "5432", "") not in resources.identities("database", text, where)


@pytest.mark.parametrize(
    ("kind", "text", "family"),
    [
        ("database", "sqlite", "name"),
        ("database", "file", "name"),
        ("database", "duckdb", "name"),
        ("database", "sqlite:x", "sqlite"),
        ("database", "duckdb:x", "duckdb"),
        ("database", "file:1", "file"),
        ("database", "sqlite+aiosqlite:app", "sqlite"),
        ("database", "mysql:host=h", "mysql"),
        ("database", "unheard:host=h", "postgresql"),
        ("cache", "redis:x", "name"),
        ("cache", "redis:6379", "name"),
        ("database", "X1://h", "x1"),
        ("database", "a-b://h", "a-b"),
        *(("cache", f"a{mark}b://h", "name") for mark in " ='\"/\\@,;\t\n"),
    ],
)
def test_what_is_a_scheme(kind: str, text: str, family: str) -> None:
    assert resources.family(kind, text) == family


def test_paths_without_slashes() -> None:
    assert resources.identities("database", "sqlite+aiosqlite:none", "/nowhere") == {
        ("file", "/nowhere/none")
    }
    assert resources.identities("database", "file:1", "/nowhere") == {("file", "/nowhere/1")}
    assert resources.identities("database", "duckdb:none", "/nowhere") == {("file", "/nowhere/none")}


@pytest.mark.parametrize(
    ("variables", "identities", "reason"),
    [
        ({"PGHOST": "h"}, {("postgresql", "h", "5432", "")}, ""),
        ({"PGHOSTADDR": "127.2"}, {("postgresql", "127.0.0.2", "5432", "")}, ""),
        ({"PGDATABASE": "d"}, {("postgresql", "localhost", "5432", "d")}, ""),
        ({"PGSERVICE": "none"}, set(), "no service file defines its service"),
        ({"PGUSER": "u"}, set(), ""),
    ],
)
def test_what_an_empty_address_is(
    variables: dict[str, str], identities: set[tuple[str, ...]], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/nowhere")
    assert resources.read("database", " ", Where("/", variables)) == (frozenset(identities), reason)
    assert resources.read("cache", " ", Where("/", variables)) == (frozenset(), "")


@pytest.mark.parametrize(
    ("text", "cut"), [("postgresql://h/d%00x", True), ("postgresql://h/d%01x", False), ("file:/d%00x", False)]
)
def test_what_is_cut_short_for_some_is_said(text: str, *, cut: bool) -> None:
    assert resources.read("database", text, "/")[1] == (resources.CUT_SHORT if cut else "")


def test_the_whole_of_what_is_read() -> None:
    assert resources.read("key", "k", "/") == (frozenset({("token", "k")}), "")
    assert resources.read(None, "k", "/") == (frozenset({("token", "k")}), "")
    assert resources.read("http", "http://h,http://i", "/") == (
        frozenset({("http", "h", "443", ""), ("http", "i", "443", "")}),
        "",
    )
    assert (resources.is_token(None), resources.is_token("key"), resources.is_token("http")) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("identity", "host", "moved"),
    [
        (("kafka", "a:b", "1", ""), "a:b", ("kafka", "x", "1", "")),
        (("name", "1:1"), "1", ("name", "x:1")),
        (("file", "C:\\x"), "", None),
        (("odd",), "", None),
    ],
)
def test_the_host_of_the_odd(identity: tuple[str, ...], host: str, moved: tuple[str, ...] | None) -> None:
    assert resources.host_of(identity) == host
    if moved is not None:
        assert resources.with_host(identity, "x") == moved


def test_what_is_above_a_container() -> None:
    assert resources.within(("az", "acc", "c", "")) == (("az", "acc", "", ""),)
    assert resources.server_of(("az", "", "c", "x")) == ("az", "", "c")
    assert resources.server_of(("s3", "aws", "", "")) == ("s3", "aws", "")


@pytest.mark.parametrize(
    ("text", "path"),
    [("kafka://h/x/", "x"), ("kafka://h//x/y/", "x/y"), ("kafka://h/Xa", "Xa"), ("kafka://h/%61", "a")],
)
def test_the_path_of_any_url(text: str, path: str) -> None:
    assert resources.identities("queue", text, "/") == {("kafka", "h", "9092", path)}
