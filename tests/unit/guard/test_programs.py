"""What of a command line or a set of variables is another environment's."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest

from firedoor.endpoints import REACH, Endpoint
from firedoor.guard import programs
from firedoor.guard.policy import DECLARED, Policy
from firedoor.guard.programs import Started
from support.guarding import declare, guard_of, refused

if TYPE_CHECKING:
    from firedoor.guard.core import Guard
    from support.project import ProjectFolder


def live(host: str = "", port: int = 0, path: str = "") -> Endpoint:
    return Endpoint(
        environment="production",
        family="redis",
        host=host,
        port=port,
        path=path,
        variable="X",
        protected=True,
    )


def own(host: str, port: int) -> Endpoint:
    return Endpoint(environment="testing", family="redis", host=host, port=port, variable="X")


DB, NAMED, HERE = live("127.0.0.2", 5432), live("db.example.org", 5432), live("localhost", 6380)
SOCKET, FOLDER = live(path="/run/live/x.sock"), live(path="/run/pg/.s.PGSQL.5432")
BOTH = live("127.0.0.3", 5432)
POLICY = Policy(
    DECLARED,
    [own("127.0.0.3", 6379), Endpoint(environment="testing", family=REACH, host="127.0.0.4")],
    [DB, NAMED, HERE, SOCKET, FOLDER, live(path="/tmp/.s.PGSQL.5432"), BOTH, live("127.0.0.4", 99)],
)


def aliases(name: str) -> tuple[str, ...]:
    return ("127.0.0.2",) if name == "innocent.test" else ()


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["psql", "-h", "127.0.0.2"], DB),
        (["psql", "-h127.2"], DB),
        (["psql", "-h", "127.2"], DB),
        (["psql", "--host=2130706434"], DB),
        (["psql", "host=0x7f000002 dbname=x"], DB),
        (["psql", "postgresql://u:p@127.0.0.2/shop"], DB),
        (["psql", "postgresql://u:p@127.0.0.2:5432/shop"], DB),
        (["psql", "postgresql://u:p@127%2E0.0.2/shop"], DB),
        (["psql", "postgresql://127.0.0.9,127.0.0.2/shop"], DB),
        (["psql", "postgresql://localhost/x?hostaddr=127.0.0.2"], DB),
        (["curl", "http://[::ffff:127.0.0.2]/"], DB),
        (["nc", "::ffff:127.0.0.2", "5432"], DB),
        (["psql", "-h", "DB.example.ORG."], NAMED),
        (["psql", "-h", "innocent.test"], DB),
        (["python", "-c", "import socket; socket.create_connection(('127.0.0.2', 5432))"], DB),
        (["sh", "-c", "psql -h '127.0.0.2'"], DB),
        (["psql", "-h", "127.0.0.2", "-p", "5433"], DB),
        (["nc", "127.0.0.2:5433"], None),
        # a host of both is told by the port
        (["psql", "-h", "127.0.0.3"], None),
        (["psql", "-h", "127.0.0.3", "-p", "5432"], BOTH),
        (["redis-cli", "-h", "127.0.0.3", "-p", "6379"], None),
        (["nc", "127.0.0.4"], None),
        (["nc", "127.0.0.4", "99"], live("127.0.0.4", 99)),
        # this machine is in every other command
        (["serve", "--bind", "127.0.0.1", "--port", "6380"], None),
        (["redis-cli", "-u", "redis://localhost:6380/1"], HERE),
        (["redis-cli", "-u", "redis://localhost:6379/1"], None),
        # and what is nobody's
        (["echo", "127.0.0.20", "db.example.org.evil.test", "example.org"], None),
        (["echo", "", " ", "'", ":", "[", "]:5"], None),
        (["echo", "99999999999999999999"], None),
    ],
)
def test_what_a_command_names(texts: list[str], found: Endpoint | None) -> None:
    assert programs.foreign(texts, POLICY, aliases) == found


def test_nobody_is_asked_where_nothing_is_protected() -> None:
    def nobody(name: str) -> tuple[str, ...]:
        raise AssertionError(name)

    assert programs.foreign(["psql -h 127.0.0.2"], Policy(DECLARED, [], []), nobody) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/run/live/x.sock", SOCKET),
        ("--socket=/run/live/x.sock", SOCKET),
        ("connect('/run/live/x.sock')", SOCKET),
        ("host=/run/pg", FOLDER),
        ("/run/pg/", FOLDER),
        ("/run/live", None),
        ("/tmp", None),
        ("s = '/run/live/x.sock'", SOCKET),
        ("/run/other/x.sock", None),
        ("", None),
    ],
)
def test_sockets_by_path_or_folder(text: str, found: Endpoint | None) -> None:
    assert programs.sockets(["psql", text], POLICY) == found


def test_a_socket_of_both_is_ones_own() -> None:
    mine = Endpoint(environment="testing", family="redis", path="/run/live/x.sock", variable="X")
    assert programs.sockets(["/run/live/x.sock"], Policy(DECLARED, [mine], [SOCKET])) is None


def test_the_words_of_a_text() -> None:
    assert list(programs.words("a=b,c://d e%2Ff")) == [
        "a",
        "b",
        "c:",
        "d",
        "e%2Ff",
        "a",
        "b",
        "c:",
        "d",
        "e",
        "f",
    ]
    assert list(programs.words("-hx -h")) == ["-hx", "x", "-h"]
    assert list(programs.words("x" * 70000)) == ["x" * 65536]


def test_the_paths_of_a_text() -> None:
    assert list(programs.paths("a=b 'c'")) == ["a=b 'c'", "b 'c'", "a=b", "c"]
    assert list(programs.paths("\0")) == []
    assert list(programs.paths("")) == []


# --- a guarded project ---


@pytest.fixture
def guard(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> Guard:
    made = guard_of(project)
    project.write("prod.db", "").write("test.db", "")
    (project.root / "hard.db").hardlink_to(project.root / "prod.db")
    monkeypatch.chdir(project.root)
    return made


FACTS = {"program": "x", "other": "production", "caller": ""}


def facts(
    guard: Guard, *arguments: object, variables: object = None, folder: object = None
) -> list[tuple[str, str]]:
    found = refused(lambda: guard.check_program(arguments, variables, folder))  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
    assert list(guard.refusals) == list(found)
    for one in found:
        assert {name: one.facts[name] for name in FACTS} == {**FACTS, "caller": one.facts["caller"]}
    return [(one.code, one.subject) for one in found]


@pytest.mark.parametrize(
    ("arguments", "subject"),
    [
        (("x", "-h", "127.0.0.2"), "DATABASE_URL"),
        (("x -h 127.0.0.2",), "DATABASE_URL"),
        ((b"x", b"127.0.0.2"), "DATABASE_URL"),
        (("/bin/x", PurePath("prod.db")), "ARCHIVE"),
        (("x", "hard.db"), "ARCHIVE"),
        (("x", "--file=hard.db"), "ARCHIVE"),
        (("x", "file:%70rod.db?mode=ro"), "ARCHIVE"),
        (("x", "import sqlite3; sqlite3.connect('prod.db')"), "ARCHIVE"),
        (("x", "/run/live.sock"), "CACHE"),
        (("x", "tok_0123456789abcdef_live"), ""),
    ],
)
def test_what_a_started_program_is_told(guard: Guard, arguments: tuple[object, ...], subject: str) -> None:
    assert facts(guard, *arguments) == [("FD604", subject)]


@pytest.mark.parametrize(
    "arguments",
    [("x", "test.db"), ("x", "-h", "127.0.0.1"), ("x", 7, None), (), ("x", "a\0b"), ("x", "a" * 5000)],
)
def test_what_it_may_be_told(guard: Guard, arguments: tuple[object, ...]) -> None:
    assert facts(guard, *arguments) == []


def test_files_are_found_from_the_folder_that_the_program_starts_in(
    guard: Guard, project: ProjectFolder
) -> None:
    project.write("sub/x", "")
    assert facts(guard, "x", "../prod.db", folder=str(project.root / "sub")) == [("FD604", "ARCHIVE")]


def test_variables_that_are_new(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    assert facts(guard, "x", variables={"PGHOST": "127.0.0.1"}) == []
    assert facts(guard, "x", variables={"PGHOST": "127.0.0.2"}) == [("FD604", "DATABASE_URL")]
    guard.refusals.clear()
    assert facts(guard, "x", variables={b"T": b"tok_0123456789abcdef_live"}) == [("FD604", "")]
    guard.refusals.clear()
    assert facts(guard, "x", variables=[b"PGHOST=127.0.0.2"]) == [("FD604", "DATABASE_URL")]
    guard.refusals.clear()
    monkeypatch.setenv("PGHOST", "127.0.0.2")
    assert facts(guard, "x") == [("FD604", "DATABASE_URL")]


def test_variables_that_the_process_began_with_were_judged(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKUP_HOST", "127.0.0.2")
    made = guard_of(project)
    assert refused(lambda: made.check_program(["x"])) == ()


def test_another_open_environments_text_is_refused_where_only_the_declared_is_reached(
    project: ProjectFolder,
) -> None:
    text = "postgresql://127.0.0.1/shop_dev"
    assert [one.code for one in refused(lambda: guard_of(project).check_program(["x", text]))] == ["FD604"]
    declare(project, testing='network = "not-protected"')
    made = guard_of(project, testing='network = "not-protected"')
    assert refused(lambda: made.check_program(["x", text])) == ()
    assert [one.code for one in refused(lambda: made.check_program(["x", "127.0.0.2"]))] == ["FD604"]


def test_nothing_of_a_program_is_shown() -> None:
    assert repr(Started(["psql", "secret"], {"A": "secret"}, None, known={})) == "Started(2 arguments)"
