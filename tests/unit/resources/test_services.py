"""libpq's service files: which of them counts, and what of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import resources
from firedoor.resources import Where, postgresql_service

if TYPE_CHECKING:
    from pathlib import Path

FILE = """\
# comment
[other]
host=never

  [one]
  host=h
host=second
 port = 1
#dbname=never
DBNAME=d=e
[one]
user=never
"""


def test_the_section_of_a_service() -> None:
    assert postgresql_service.section(FILE, "one") == {"host": "h", "port": "1", "dbname": "d=e"}
    assert postgresql_service.section(FILE, "on") is None
    assert postgresql_service.section("[one]", "one") == {}
    assert postgresql_service.section("host=h\n[two]\n", "one") is None


def test_a_directory_is_asked_elsewhere() -> None:
    text = "[one]\nldap://x/y?z\nhost=h\n"
    assert postgresql_service.section(text, "one") == "its service is looked up in a directory (LDAP)"
    assert postgresql_service.section("ldap://x\n[one]\n", "one") == {}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a system folder, each with a service file."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / ".pg_service.conf").write_text("[home]\nhost=of-home\n[both]\nhost=of-home\n")
    (tmp_path / "system").mkdir()
    (tmp_path / "system" / "pg_service.conf").write_text("[both]\nhost=of-system\n[system]\nhost=of-system\n")
    (tmp_path / "own.conf").write_text("[own]\nhost=of-own\nport=7\ndatabase=o\nuser=u\nhostaddr=10.0.0.1\n")
    (tmp_path / "ldap.conf").write_text("[own]\nldap://x\n")
    return tmp_path


@pytest.mark.parametrize(
    ("service", "variables", "host"),
    [
        ("home", {}, "of-home"),
        ("both", {}, "of-home"),
        ("system", {}, "of-system"),
        ("own", {"PGSERVICEFILE": "own.conf"}, "of-own"),
        ("both", {"PGSERVICEFILE": "own.conf"}, "of-system"),
        ("both", {"PGSERVICEFILE": "absent.conf"}, "of-system"),
    ],
)
def test_the_user_s_file_then_the_system_s(
    folder: Path, service: str, variables: dict[str, str], host: str
) -> None:
    where = Where(str(folder), {**variables, "PGSYSCONFDIR": "system"})
    found = postgresql_service.find(service, "", where)
    assert isinstance(found, dict)
    assert found["host"] == host


def test_why_nobody_can_say(folder: Path) -> None:
    where = Where(str(folder), {"PGSYSCONFDIR": "system"})
    assert postgresql_service.find("own", "", where) == "no service file defines its service"
    assert postgresql_service.find("own", "system", where) == "its service file cannot be read"
    assert postgresql_service.find("own", "ldap.conf", where) == postgresql_service.ELSEWHERE
    assert postgresql_service.find("own", "", Where(str(folder))) == postgresql_service.NOT_FOUND


@pytest.mark.parametrize(
    ("text", "identities", "unknown"),
    [
        (
            "postgresql:///?service=own&servicefile=own.conf",
            {("of-own", "7", "o"), ("10.0.0.1", "7", "o")},
            "",
        ),
        ("service=own servicefile=own.conf dbname=d host=x", {("x", "7", "d"), ("10.0.0.1", "7", "d")}, ""),
        ("postgresql://x:1/d?service=home", {("x", "1", "d")}, ""),
        ("postgresql://u@x/?service=home", {("x", "5432", "u")}, ""),
        ("postgresql://x/d?service=none", {("x", "5432", "d")}, "no service file defines its service"),
        ("postgresql:///d?service=none", set(), "no service file defines its service"),
        ("service=none", set(), "no service file defines its service"),
    ],
)
def test_what_a_service_adds(
    folder: Path, text: str, identities: set[tuple[str, str, str]], unknown: str
) -> None:
    found, reason = resources.read("database", text, Where(str(folder), {"PGSYSCONFDIR": "system"}))
    assert {identity[1:] for identity in found} == identities
    assert reason == unknown


@pytest.mark.parametrize(
    ("text", "variables", "identities"),
    [
        ("postgresql:///d", {"PGHOST": "x"}, {("x", "5432", "d")}),
        ("postgresql:///d", {"PGHOST": "/srv/run"}, {("/srv/run", "5432", "d")}),
        (
            "postgresql:///d",
            {"PGHOST": "a,b", "PGPORT": "1,2"},
            {("a", "1", "d"), ("b", "2", "d"), ("a", "5432", "d"), ("b", "5432", "d")},
        ),
        ("postgresql://x/d", {"PGHOST": "y"}, {("x", "5432", "d")}),
        ("postgresql://x/d", {"PGHOSTADDR": "127.2"}, {("x", "5432", "d"), ("127.0.0.2", "5432", "d")}),
        ("postgresql://x:1/d", {"PGPORT": "2"}, {("x", "1", "d")}),
        ("postgresql://x/d", {"PGPORT": "2"}, {("x", "2", "d")}),
        ("postgresql://x", {"PGDATABASE": "e", "PGUSER": "u"}, {("x", "5432", "e")}),
        ("postgresql://x", {"PGUSER": "u"}, {("x", "5432", "u")}),
        ("dbname=d", {"PGHOST": "x", "PGPORT": "1"}, {("x", "1", "d")}),
        ("", {"PGHOST": "x", "PGDATABASE": "d"}, {("x", "5432", "d")}),
        ("", {"PGPORT": "1"}, set()),
        ("postgresql:///d", {"PGSERVICE": "home"}, {("of-home", "5432", "d")}),
        ("host=y dbname='postgresql://x/d'", {}, {("y", "5432", "postgresql://x/d"), ("x", "5432", "d")}),
        ("dbname='host=x dbname=d'", {}, {("localhost", "5432", "host=x dbname=d"), ("x", "5432", "d")}),
        ("host='' port='' dbname='' user=u", {"PGHOST": "x", "PGPORT": "1"}, {("localhost", "5432", "u")}),
        ("jdbc:postgresql://x/d?PGHOST=y", {}, {("x", "5432", "d"), ("y", "5432", "d")}),
        ("postgresql://u.Ref:p@eu.pooler.supabase.com/d", {}, {("ref.eu.pooler.supabase.com", "5432", "d")}),
    ],
)
def test_what_variables_add(
    folder: Path, text: str, variables: dict[str, str], identities: set[tuple[str, str, str]]
) -> None:
    found = resources.identities("database", text, Where(str(folder), variables))
    assert {identity[1:] for identity in found} == identities


@pytest.mark.parametrize(
    ("text", "variables", "identities"),
    [
        ("mysql:///d", {"MYSQL_HOST": "x"}, {("x", "3306", "d")}),
        ("mysql://x/d", {"MYSQL_HOST": "y"}, {("x", "3306", "d")}),
        ("mysql://x/d", {"MYSQL_TCP_PORT": "1"}, {("x", "3306", "d"), ("x", "1", "d")}),
        ("mysql://x:2/d", {"MYSQL_TCP_PORT": "1"}, {("x", "2", "d")}),
        (
            "mysql://localhost/d",
            {"MYSQL_UNIX_PORT": "/a"},
            {("localhost", "3306", "d"), ("socket", "/a", "d")},
        ),
        ("mysql://x/d", {"MYSQL_UNIX_PORT": "/a"}, {("x", "3306", "d")}),
        ("mysql:///?read_default_file=my.cnf", {}, {("of-file", "7", "f")}),
        ("mysql://x:1/d?read_default_file=my.cnf", {}, {("x", "1", "d")}),
        ("mysql:///d?read_default_file=socket.cnf", {}, {("socket", "/a", "d")}),
        ("mysql:///d?read_default_file=my.cnf&read_default_group=two", {}, {("of-two", "3306", "d")}),
        ("mysql:///d?read_default_file=absent.cnf", {}, {("localhost", "3306", "d")}),
    ],
)
def test_what_option_files_and_variables_add_to_mysql(
    tmp_path: Path, text: str, variables: dict[str, str], identities: set[tuple[str, str, str]]
) -> None:
    text_of_file = (
        "[client]\nhost = 'of-file'\nport=7\n#host=never\n;port=8\ndatabase=f\n[two]\nhost=of-two\n"
    )
    (tmp_path / "my.cnf").write_text(text_of_file)
    (tmp_path / "socket.cnf").write_text("[client]\nsocket=/a\n")
    found = resources.identities("database", text, Where(str(tmp_path), variables))
    assert {identity[1:] for identity in found} == identities
