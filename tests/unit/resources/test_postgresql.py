"""PostgreSQL's addresses where a text says a thing twice, half, or with nothing in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor import resources
from firedoor.resources import Where, postgresql

if TYPE_CHECKING:
    from pathlib import Path

NONE = "no service file defines its service"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a service file, and service files beside it."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    (tmp_path / "one").write_bytes(b"# \xff\n[one]\nport=7\ndbname=s\nhost=of-one\n")
    (tmp_path / "two").write_text("[one]\ndatabase=t\nhost=of-two\n[a,b]\nhost=comma\n[bare]\nport=7\n")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        # every word for a thing
        ("jdbc:postgresql://h/d?PGPORT=1", {("h", "1", "d"), ("h", "5432", "d")}),
        ("jdbc:postgresql://h/d?PGDBNAME=e", {("h", "5432", "d"), ("h", "5432", "e")}),
        ("postgresql://h?username=u", {("h", "5432", "u")}),
        ("postgresql://h?xusername=u", {("h", "5432", "")}),
        ("host=h username=u", {("h", "5432", "u")}),
        ("host=h user=v username=u", {("h", "5432", "v")}),
        ("server=h dbname=d", {("h", "5432", "d")}),
        ("PGSQL:host=h;dbname=d", {("h", "5432", "d")}),
        ("jdbc:PostgreSQL:d", {("localhost", "5432", "d")}),
        # slashes around the path
        ("postgresql://h/Xd/", {("h", "5432", "Xd")}),
        ("postgresql://h//d/?port=1", {("h", "1", "d"), ("h", "5432", "d")}),
        ("postgresql://h/Xd/?port=1", {("h", "1", "Xd"), ("h", "5432", "Xd")}),
        # lists of hosts, with and without ports
        ("postgresql://,h/d?port=1", {(n, p, "d") for n in ("h", "localhost") for p in ("1", "5432")}),
        ("postgresql://a:1,b:2/d?dbname=e", {(*p, d) for p in (("a", "1"), ("b", "2")) for d in "de"}),
        (
            "postgresql://a:1,b/d?host=x,y",
            {("a", "1", "d"), ("b", "5432", "d"), ("x", "1", "d"), ("y", "1", "d")},
        ),
        (
            "postgresql://a:1,b:2/d?host=x,y",
            {(*p, "d") for p in (("a", "1"), ("b", "2"), ("x", "1"), ("y", "2"))},
        ),
        ("postgresql://a:1/d?host=x:3,y", {("a", "1", "d"), ("x", "3", "d"), ("y", "1", "d")}),
        ("postgresql://h:1/d?host=i&port=2", {("h", "1", "d"), ("i", "2", "d")}),
        ("postgresql://h/d?host=i&port=2", {("h", "2", "d"), ("h", "5432", "d"), ("i", "2", "d")}),
        ("postgresql://h/d?host=:5433", {("h", "5432", "d"), ("localhost", "5433", "d")}),
        ("postgresql:///d?host=:", {(":", "5432", "d")}),
        # options that are there and empty
        ("postgresql://h/d?port=", {("h", "5432", "d")}),
        ("postgresql://h:1/d?port=", {("h", "1", "d"), ("h", "5432", "d")}),
        ("postgresql://u@h/d?dbname=", {("h", "5432", "d"), ("h", "5432", "u")}),
        ("postgresql://u@/d?host=x&dbname=", {("x", "5432", "d"), ("x", "5432", "u")}),
        ("postgresql://u@h/d?dbname=&port=1", {("h", "1", "d"), ("h", "5432", "d"), ("h", "1", "u")}),
        ("dbname='' database=e host=h", {("h", "5432", "e")}),
        ("dbname=d database=e host=h", {("h", "5432", "d"), ("h", "5432", "e")}),
        # the last one counts
        ("postgresql://h/?user=a&user=b", {("h", "5432", "b")}),
        ("postgresql://h/d?hostaddr=127.2&hostaddr=127.3", {("127.0.0.3", "5432", "d"), ("h", "5432", "d")}),
        # addresses beside hosts
        ("postgresql://h:1/d?hostaddr=127.2", {("127.0.0.2", "1", "d"), ("h", "1", "d")}),
        (
            "postgresql://h:1/d?hostaddr=127.2&port=2",
            {("127.0.0.2", "2", "d"), ("h", "1", "d"), ("h", "2", "d")},
        ),
        ("hostaddr=127.2 dbname=d", {("127.0.0.2", "5432", "d")}),
        ("hostaddr=127.2 host=h port=1 dbname=d", {("127.0.0.2", "1", "d"), ("h", "1", "d")}),
        (
            "host=a,b hostaddr=127.2,127.3 port=1,2 dbname=d",
            {("a", "1", "d"), ("b", "2", "d"), ("127.0.0.2", "1", "d"), ("127.0.0.3", "2", "d")},
        ),
        # pairs of .NET
        ("Host=h;odd;Database=d;Database", {("h", "5432", "d")}),
        ("Host = 'h' ; Database = \"Xd\" ; port=1", {("h", "1", "Xd")}),
        ("Host=h;Database=d=e", {("h", "5432", "d=e"), ("localhost", "5432", "")}),
        # what looks like keywords and is no database
        ("postgresql://host=x/d", {("host=x", "5432", "d")}),
        ("postgresql://h:host=x/d", {("h", "host=x", "d")}),
        # names that the server cuts
        ("host=h dbname=" + "x" * 63, {("h", "5432", "x" * 63)}),
        ("host=h dbname=" + "x" * 64, {("h", "5432", "x" * 63)}),
        ("host=h dbname=" + "\u00fc" * 32, {("h", "5432", "\u00fc" * 31)}),
        ("host=h dbname=\udcff", {("h", "5432", "\udcff")}),
        # a host of many projects
        ("postgresql://u.Ref:p@h/d", {("h", "5432", "d")}),
        ("postgresql://u:p@x.pooler.supabase.com/d", {("x.pooler.supabase.com", "5432", "d")}),
        ("postgresql://a.b.Ref:p@x.pooler.supabase.com/d", {("ref.x.pooler.supabase.com", "5432", "d")}),
    ],
)
def test_what_it_leads_to(text: str, identities: set[tuple[str, ...]]) -> None:
    assert resources.read("database", text, "/nowhere") == (
        frozenset(("postgresql", *one) for one in identities),
        "",
    )


@pytest.mark.parametrize(
    ("text", "variables", "identities", "reason"),
    [
        ("postgresql://h/d?service=none", {}, {("h", "5432", "d")}, NONE),
        ("hostaddr=127.2 service=none dbname=d", {}, {("127.0.0.2", "5432", "d")}, NONE),
        (
            "postgresql://h/d?service=none&service=one&servicefile=two&servicefile=one",
            {},
            {("h", "7", "d")},
            "",
        ),
        ("postgresql:///?service=one&servicefile=one", {}, {("of-one", "7", "s")}, ""),
        ("postgresql:///?service=one&servicefile=two", {}, {("of-two", "5432", "t")}, ""),
        ("postgresql://h:1/?service=one&servicefile=one", {}, {("h", "1", "s")}, ""),
        ("service=one servicefile=one", {"PGSERVICE": "none"}, {("of-one", "7", "s")}, ""),
        ("dbname=d", {"PGSERVICE": "a,b", "PGSERVICEFILE": "two"}, {("comma", "5432", "d")}, ""),
        ("service=bare dbname=d", {"PGSERVICEFILE": "two"}, {("localhost", "7", "d")}, ""),
        ("service=bare dbname=d", {"PGSERVICEFILE": "two", "PGHOST": "x"}, {("x", "7", "d")}, ""),
        ("host=h user=u", {"PGUSER": "v", "PGDATABASE": ""}, {("h", "5432", "u")}, ""),
        ("host=h dbname='' user=u", {"PGDATABASE": "e"}, {("h", "5432", "u")}, ""),
        ("host=h user=u", {"PGDATABASE": "e"}, {("h", "5432", "e")}, ""),
        ("host=h", {"PGUSER": "v"}, {("h", "5432", "v")}, ""),
    ],
)
def test_with_a_service_or_variables(
    folder: Path, text: str, variables: dict[str, str], identities: set[tuple[str, ...]], reason: str
) -> None:
    found = resources.read("database", text, Where(str(folder), variables))
    assert found == (frozenset(("postgresql", *one) for one in identities), reason)


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        ("postgresql://u@v@h/d", {("h", "5432", "d"), ("v@h", "5432", "d")}),
        ("postgresql://h/d#host=x", {("h", "5432", "d", "host=x")}),
        ("postgresql://h/d?collection_name=c", {("h", "5432", "d", "c")}),
        (
            "postgresql://h/d?collection=b&collection_name=c",
            {("h", "5432", "d", "b"), ("h", "5432", "d", "c")},
        ),
        (f"postgresql://h/{'d' * 70}#{'c' * 70}", {("h", "5432", "d" * 63, "c" * 70)}),
    ],
)
def test_collections(text: str, identities: set[tuple[str, ...]]) -> None:
    assert resources.identities("vector", text, "/nowhere") == {("postgresql", *one) for one in identities}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("@X", ("@X", "1")),
        ("X@", ("x@", "1")),
        ("H", ("h", "1")),
        ("/tmp", ("localhost", "1")),
        ("/tmp/", ("localhost", "1")),
        ("/tmp//", ("localhost", "1")),
        ("/run/postgresql", ("localhost", "1")),
        ("/var/run/postgresql/", ("localhost", "1")),
        ("/tmpX", ("/led/tmpX", "1")),
        ("/srv/a\0b", ("/led/srv/a", "1")),
    ],
)
def test_sockets(name: str, place: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "realpath", lambda path: f"/led{path}")  # as /tmp is in /private on macOS
    assert postgresql._server(name, "1") == place


def test_a_link_behind_a_nul_is_followed(tmp_path: Path) -> None:
    (tmp_path / ".s.PGSQL.1").symlink_to("/tmp/.s.PGSQL.2")
    assert postgresql._server(f"{tmp_path}\0x", "1") == ("localhost", "2")
    assert postgresql._server(f"{tmp_path}x\0x", "1") == (f"{tmp_path}x", "1")


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("host=h", [("host", "h")]),
        (" Host = h  PORT='1 2' ", [("host", "h"), ("port", "1 2"), ("", "")]),
        ("a='it\\'s' b=\\'c\\\\ d=", [("a", "it's"), ("b", "'c\\"), ("d", "")]),
        ("a=b\\", [("a", "b")]),
        ("a='b", [("a", "b")]),
        ("a", [("a", "")]),
        ("", []),
    ],
)
def test_keywords(text: str, pairs: list[tuple[str, str]]) -> None:
    assert postgresql._keywords(text) == pairs
