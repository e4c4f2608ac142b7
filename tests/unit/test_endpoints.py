"""What identities mean to a socket, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration, endpoints, resources
from firedoor.endpoints import ANY_PORT, REACH, USUAL_PORTS, Endpoint
from firedoor.environment import Environment
from firedoor.origin import DEFAULT, FILE, Origin

if TYPE_CHECKING:
    from firedoor.resolve import Configuration
    from support.project import ProjectFolder

STAGING = Environment("staging")
LIVE = Environment("production", protected=True)
PG_SOCKETS = tuple(
    ("", 0, f"{folder}/.s.PGSQL.5432") for folder in ("/tmp", "/run/postgresql", "/var/run/postgresql")
)
AWS = (("", 0, ".amazonaws.com"), ("", 0, ".amazonaws.com.cn"))


def places(identity: tuple[str, ...]) -> list[tuple[str, int, str]]:
    return [(one.host, one.port, one.path) for one in endpoints.of_identity(identity, STAGING, "X", None)]


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (("postgresql", "db.example.org", "5432", "shop"), [("db.example.org", 5432, "")]),
        (("postgresql", "localhost", "5432", "shop"), [("localhost", 5432, ""), *PG_SOCKETS]),
        (("postgresql", "/run/pg", "5433", "shop"), [("", 0, "/run/pg/.s.PGSQL.5433")]),
        (("postgresql", "@pg", "5432", "shop"), [("", 0, "@pg/.s.PGSQL.5432")]),
        (("mysql", "db.example.org", "3306", "shop"), [("db.example.org", 3306, "")]),
        (("mysql", "socket", "/run/my.sock", "shop"), [("", 0, "/run/my.sock")]),
        (("mysql", "localhost", "3307", "shop"), [("localhost", 3307, "")]),
        (("redis", "socket", "/tmp/r.sock", "1"), [("", 0, "/tmp/r.sock")]),
        (("redis", "10.0.0.1", "6379", "1"), [("10.0.0.1", 6379, "")]),
        (("mongodb", "/tmp/mongodb.sock", "27017", "x"), [("", 0, "/tmp/mongodb.sock")]),
        (
            ("http", "api.example.org", "443", "x"),
            [("api.example.org", 443, ""), ("api.example.org", 80, "")],
        ),
        (("http", "api.example.org", "8000", "x"), [("api.example.org", 8000, "")]),
        (
            ("smtp", "mail.example.org", "25", ""),
            [("mail.example.org", port, "") for port in (25, 465, 587, 2525)],
        ),
        (("smtp", "mail.example.org", "26", ""), [("mail.example.org", 26, "")]),
        (("cassandra", "db.example.org", "9042", "x"), [("db.example.org", 9042, "")]),
        (("unheard-of", "db.example.org", "", "x"), [("db.example.org", 0, "")]),
        (("s3", "localhost:9000", "b", ""), [("localhost", 9000, "")]),
        (("s3", "s3.example.org", "b", "p"), [("s3.example.org", 443, ""), ("s3.example.org", 80, "")]),
        (("s3", "::9", "b", "p"), [("::9", 443, ""), ("::9", 80, "")]),
        (
            ("s3", "aws", "b", "p"),
            [("b.s3.amazonaws.com", 0, ""), (".amazonaws.com", 0, ""), (".amazonaws.com.cn", 0, "")],
        ),
        (("gs", "google", "b", "p"), [(".googleapis.com", 0, "")]),
        (("gs", "LOCALHOST:4443", "b", "p"), [("localhost", 4443, "")]),
        (
            ("az", "shop", "c", ""),
            [
                (f"shop.{end}", 0, "")
                for end in ("blob.core.windows.net", "dfs.core.windows.net", "blob.storage.azure.net")
            ],
        ),
        (("az", "", "c", ""), []),
        (("file", "/tmp/a.db"), []),
        (("inode", "1", "2"), []),
        (("token", "abc"), []),
        (("name", "shop"), []),
        (("name", "db.example.org"), [("db.example.org", 0, "")]),
        (("name", "db:6379"), [("db", 6379, "")]),
        (("name", "localhost"), [("localhost", 0, "")]),
        (("name", "::9"), [("::9", 0, "")]),
        (("postgresql", "", "5432", "shop"), []),
    ],
)
def test_the_addresses_of_an_identity(
    identity: tuple[str, ...], expected: list[tuple[str, int, str]]
) -> None:
    assert places(identity) == expected


@pytest.mark.parametrize("family", ["mysql", "redis"])
def test_sockets_of_the_machines_own_server(family: str) -> None:
    port = {"mysql": "3306", "redis": "6379"}[family]
    first, *sockets = places((family, "localhost", port, "x"))
    assert first == ("localhost", int(port), "")
    for _, _, path in sockets:
        query = {"mysql": f"mysql:///x?unix_socket={path}", "redis": f"unix://{path}"}[family]
        ((_, host, number, _),) = resources.identities(
            "cache" if family == "redis" else "database", query, "/"
        )
        assert (host, number) == ("localhost", port)
    assert sockets


KINDS = {
    "http": "http",
    "smtp": "smtp",
    "amqp": "queue",
    "kafka": "queue",
    "mqtt": "queue",
    "nats": "queue",
    "memcached": "cache",
    "qdrant": "vector",
    "chroma": "vector",
    "elasticsearch": "vector",
    "opensearch": "vector",
}


@pytest.mark.parametrize("family", sorted(set(USUAL_PORTS) - {"s3"}))
def test_the_usual_ports_are_those_that_readers_take_for_one(family: str) -> None:
    """The first stands for all of them in an identity."""
    for ports in USUAL_PORTS[family]:
        for port in ports if family not in {"chroma", "qdrant"} else ports[:-1]:
            found = resources.identities(
                KINDS.get(family, "database"), f"{family}://db.example.org:{port}/x", "/"
            )
            assert {identity[2] for identity in found} == {str(ports[0])}, port


def test_an_endpoint_as_a_value() -> None:
    origin = Origin(FILE, ".env.production", 1, 1)
    (one,) = endpoints.of_identity(("postgresql", "db.example.org", "5432", "x"), LIVE, "URL", origin)
    assert one == Endpoint(
        environment="production", family="postgresql", host="db.example.org", port=5432, variable="URL"
    )
    assert len({one, one.at("/x")}) == 2
    assert one != "db.example.org"
    assert (one.protected, one.origin, one.variable, one.path) == (True, origin, "URL", "")
    other = one.at("/run/x.sock")
    assert (other.path, other.host, other.port) == ("/run/x.sock", "", 0)
    assert (other.protected, other.origin, other.variable, other.family) == (
        True,
        origin,
        "URL",
        "postgresql",
    )
    assert repr(one) == "Endpoint('production', 'URL', postgresql)"
    assert (
        repr(Endpoint(environment="testing", family=REACH, host="h")) == "Endpoint('testing', 'reach', reach)"
    )


@pytest.mark.parametrize(
    ("family", "by_name"),
    [("http", True), ("s3", True), ("gs", True), ("az", True), ("postgresql", False), (REACH, False)],
)
def test_where_many_stand_behind_one_address(family: str, by_name: bool) -> None:
    assert Endpoint(environment="x", family=family, host="h").by_name is by_name


# --- of a project ---

DECLARED = """\
[environments.testing]
reach = ["127.0.0.1:9000", "mail.Example.org.", "/run/x.sock", "[::1]:9001", "[2001:db8::1]", "@example.org"]
[environments.staging]
[environments.production]
protected = true
[variables.URL]
resource = "database"
[variables.SHARED]
resource = "database"
shared = ["testing", "production"]
[variables.HALF]
resource = "database"
shared = ["staging", "production"]
[variables.ALL]
resource = "database"
shared = true
[variables.SERVER]
resource = "database"
shared_server = ["testing", "production"]
[variables.OTHER_SERVER]
resource = "database"
shared_server = ["testing", "staging"]
[variables.BUCKET]
resource = "bucket"
[variables.CACHE]
resource = "cache"
[variables.KEY]
resource = "key"
[variables.DEFAULTED]
resource = "http"
default = "http://127.0.0.1:8080"
"""


def configured(
    project: ProjectFolder, *, testing: str, production: str = "", staging: str = ""
) -> Configuration:
    project.write("firedoor.toml", DECLARED)
    for name, text in (("testing", testing), ("production", production), ("staging", staging)):
        project.write(f".env.{name}", text, mode=0o600)
    return boundary.configure(
        declaration.load(project.root), "testing", process={"OUTSIDE": "127.0.0.7"}, in_process=True
    )


def listed(found: tuple[Endpoint, ...]) -> list[tuple[str, str, int, str]]:
    return [(one.variable, one.host, one.port, one.path) for one in found]


def test_what_an_environment_declares(project: ProjectFolder) -> None:
    made = configured(
        project, testing="URL=postgresql://db.test/x\nKEY=0123456789abcdef\nCACHE=$UNKNOWN\nSERVER=\n"
    )
    assert listed(endpoints.declared(made)) == [
        ("URL", "db.test", 5432, ""),
        ("DEFAULTED", "localhost", 8080, ""),
        ("", "localhost", 9000, ""),
        ("", "mail.example.org", ANY_PORT, ""),
        ("", "", ANY_PORT, "/run/x.sock"),
        ("", "localhost", 9001, ""),
        ("", "2001:db8::1", ANY_PORT, ""),
    ]
    origins = [one.origin for one in endpoints.declared(made)[:3]]
    assert origins == [Origin(FILE, ".env.testing", 1, 1), Origin(DEFAULT, "DEFAULTED"), None]
    assert {one.environment for one in endpoints.declared(made)} == {"testing"}
    assert {one.protected for one in endpoints.declared(made)} == {False}


def test_what_protected_environments_own(project: ProjectFolder) -> None:
    production = """\
URL=postgresql://$OUTSIDE/x
SHARED=postgresql://shared.prod.test/x
HALF=postgresql://half.prod.test/x
ALL=postgresql://all.prod.test/x
SERVER=postgresql://server.prod.test/x
OTHER_SERVER=postgresql://other.prod.test/x
BUCKET=s3://live
CACHE=redis://redis/0
KEY=0123456789abcdef
"""
    made = configured(project, testing="", production=production, staging="URL=postgresql://staging.test/x\n")
    found = {one.variable: one for one in endpoints.of_protected(made)}
    assert set(found) == {"URL", "HALF", "OTHER_SERVER", "BUCKET"}
    assert (found["URL"].host, found["URL"].origin) == ("127.0.0.7", Origin(FILE, ".env.production", 1, 1))
    assert (found["BUCKET"].host, found["BUCKET"].environment) == ("live.s3.amazonaws.com", "production")
    assert {one.protected for one in found.values()} == {True}


def test_identities_of_others_are_of_open_ones_too(project: ProjectFolder) -> None:
    made = configured(
        project,
        testing="",
        production="SERVER=postgresql://p.test/x\n",
        staging="URL=sqlite:///s.db\nHALF=postgresql://h.test/x\n",
    )
    found = {
        (environment.name, variable.name, identity[0])
        for environment, variable, _, identity in endpoints.identities_of_others(made)
    }
    assert found == {
        ("production", "SERVER", "postgresql"),
        ("staging", "URL", "file"),
        ("staging", "HALF", "postgresql"),
    }


def test_what_is_said_once_for_all_is_nobodys_own_unless_it_is_data(project: ProjectFolder) -> None:
    templates = '[files]\ntemplates = ["base.env", ".env.{env}"]\noptional = ["more.env"]\n'
    project.write("firedoor.toml", templates + DECLARED)
    project.write("base.env", "CACHE=redis://base.test/0\nURL=postgresql://base.test/x\n", mode=0o600)
    project.write("more.env", "DEFAULTED=http://more.test\n", mode=0o600)
    for name in ("testing", "staging", "production"):
        text = "HALF=postgresql://half.test/x\n" if name == "production" else "X=1\n"
        project.write(f".env.{name}", text, mode=0o600)
    made = boundary.configure(declaration.load(project.root), "testing", process={}, in_process=True)
    assert [one.variable for one in endpoints.of_protected(made)] == ["URL", "HALF"]


def test_where_no_file_of_others_is_here(project: ProjectFolder) -> None:
    made = configured(project, testing="URL=postgresql://db.test/x\n")
    for name in (".env.production", ".env.staging"):
        (project.root / name).unlink()
    made = boundary.configure(declaration.load(project.root), "testing", process={}, in_process=True)
    assert endpoints.of_protected(made) == ()
    assert [*endpoints.identities_of_others(made)] == []
