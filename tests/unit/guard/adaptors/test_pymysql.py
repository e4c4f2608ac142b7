"""PyMySQL under the guard, without a server: what is refused never left the process."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

import pymysql
import pytest
from pymysql import connect as captured

from firedoor.errors import GuardError
from firedoor.guard.adaptors import pymysql as adaptor
from firedoor.stamps.mysql_answer import WHOLE
from firedoor.stamps.observation import Observation
from support.two_databases import REFUSED, guarded, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

OWN, LIVE = "mysql://127.0.0.1:1/own", "mysql://127.0.0.1:1/live"
NOBODY = "OperationalError"


@pytest.fixture
def guard(project: ProjectFolder) -> Iterator[Guard]:
    with guarded(project, OWN, LIVE) as standing:
        yield standing


def here(**parts: Any) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": 1, "user": "u", "password": "p", **parts}


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize(
    "parts",
    [
        here(database="live"),
        here(database="LIVE"),
        here(database=b"live"),
        here(host="localhost", database="live"),
        here(host="127.1", database="live"),
        here(host="::1", database="live"),
    ],
)
def test_production_s_schema_by_every_spelling(parts: dict[str, Any]) -> None:
    assert outcome(lambda: captured(**parts)) == REFUSED
    assert outcome(lambda: pymysql.connections.Connection(**parts)) == REFUSED


@pytest.mark.usefixtures("guard")
@pytest.mark.parametrize("schema", ["own", "own_gw0", "mysql", None])
def test_one_s_own_and_those_beside_it(schema: str | None) -> None:
    assert outcome(lambda: captured(**here(database=schema))) == NOBODY


@pytest.mark.usefixtures("guard")
def test_a_server_that_nobody_declared() -> None:
    assert outcome(lambda: captured(**here(port=2, database="own"))) == [("FD602", "", "")]


@pytest.mark.usefixtures("guard")
def test_another_schema_later() -> None:
    connection = pymysql.connect(**here(database="own"), defer_connect=True)
    assert outcome(lambda: connection.select_db("live")) == REFUSED
    assert outcome(lambda: connection.select_db("own")) == "InterfaceError"


def test_an_option_file(guard: Guard, project: ProjectFolder) -> None:
    assert guard.environment.name == "testing"
    project.write("my.cnf", "[client]\nhost=127.0.0.1\nport=1\ndatabase=live\n")
    path = str(project.root / "my.cnf")
    assert outcome(lambda: pymysql.connect(read_default_file=path)) == REFUSED


def test_a_guard_that_sleeps_sees_nothing(guard: Guard) -> None:
    with guard.unguarded():
        assert outcome(lambda: captured(**here(database="live"))) == NOBODY


def test_what_a_socket_refuses_is_said_without_the_host() -> None:
    refusal = GuardError([])

    def connect(error: Exception) -> None:
        raise error

    translated = pymysql.err.OperationalError(2003, "Can't connect to MySQL server on 'db.example.org'")
    translated.original_exception = refusal  # type: ignore[attr-defined]  # put there by the test
    with pytest.raises(GuardError) as raised:
        adaptor._untranslated(connect, translated)
    assert raised.value is refusal
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    with pytest.raises(pymysql.err.OperationalError):
        adaptor._untranslated(connect, pymysql.err.OperationalError(2003, "nobody listens"))


class Connection:
    """One that notes what it is made to say, and fails at the word that it is told."""

    def __init__(self, failing: str = "") -> None:
        self.failing = failing
        self.host, self.port, self.db, self.unix_socket = "127.0.0.1", 1, "own", None
        self.init_command: str | None = "SET @a = 1"
        self.autocommit_mode: bool | None = False
        self.said: list[object] = []

    def connect(self) -> None:
        self.say(("connected", self.init_command, self.autocommit_mode))

    def cursor(self, kind: object = None) -> Connection:
        assert kind in (None, pymysql.cursors.Cursor)
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute(self, statement: str) -> None:
        self.say("asked" if statement == WHOLE else statement)

    def fetchall(self) -> Any:
        return ((f"mariadb x00 x{b'own'.hex()} - - n",),)

    def close(self) -> None:
        return None

    def autocommit(self, mode: object) -> None:
        self.say(("autocommit", mode))

    def _force_close(self) -> None:
        self.said.append("closed")

    def say(self, what: object) -> None:
        self.said.append(what)
        if self.failing and self.failing in str(what):
            raise RuntimeError(self.failing)


def connecting(guard: Guard, connection: Connection) -> str:
    wrapped = adaptor._connected(guard, Connection.connect)
    return str(outcome(lambda: wrapped(connection)))


def test_the_server_is_asked_before_the_driver_s_own_words(guard: Guard) -> None:
    connection = Connection()
    assert connecting(guard, connection) == ""
    assert connection.said == [
        ("connected", None, None),
        "asked",
        "SET @a = 1",
        ("autocommit", False),
    ]
    assert (connection.init_command, connection.autocommit_mode) == ("SET @a = 1", False)


def test_words_that_the_driver_does_not_have(guard: Guard) -> None:
    connection = Connection()
    connection.init_command = connection.autocommit_mode = None
    assert connecting(guard, connection) == ""
    assert connection.said == [("connected", None, None), "asked"]


@pytest.mark.parametrize("failing", ["connected", "SET @a", "autocommit'"])
def test_whatever_fails_on_the_way_closes(guard: Guard, failing: str) -> None:
    connection = Connection(failing)
    assert connecting(guard, connection) == "RuntimeError"
    assert connection.said[-1] == "closed"
    assert (connection.init_command, connection.autocommit_mode) == ("SET @a = 1", False)


def test_a_foreign_answer_closes(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = SimpleNamespace(code="FD522", subject="DATABASE", facts={"other": "production"})

    def observe(ask: Any, *, variable: str) -> None:
        assert variable == "DATABASE"
        assert isinstance(ask(), Observation)
        raise GuardError([foreign])  # type: ignore[list-item]  # wrong on purpose, or a stand-in

    monkeypatch.setattr(guard, "observe", observe)
    connection = Connection()
    assert connecting(guard, connection) == "[('FD522', 'DATABASE', 'production')]"
    assert connection.said == [("connected", None, None), "asked", "closed"]
