"""mysqlclient under the guard, by a stand-in for its classes; the driver itself: tests/real/test_guard_mysqlclient.py."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self

import pytest

from firedoor.errors import GuardError
from firedoor.guard.adaptors import mysqlclient as adaptor
from firedoor.stamps.mysql_answer import WHOLE
from support.two_databases import REFUSED, guarded, outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

OWN, LIVE = "mysql://localhost/own", "mysql://127.0.0.1:3306/live"


class Raw:
    """The C type: what it was told, and what it was made to say."""

    _transactional = True
    failing = ""

    def __init__(self, *given: Any, **named: Any) -> None:
        self.told = (given, named)
        self.said: list[object] = []

    def select_db(self, db: str) -> None:
        self.said.append(("select", db))

    def close(self) -> None:
        raise AssertionError("nobody was to close it")


class Cursor:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute(self, statement: str) -> None:
        self.connection.said.append("asked" if statement == WHOLE else statement)
        if self.connection.failing == statement:
            raise RuntimeError(statement)

    def fetchall(self) -> Any:
        return ((f"mariadb x00 x{b'own'.hex()} - - n".encode(),),)

    def close(self) -> None:
        return None


class Connection(Raw):
    def cursor(self, kind: type = Cursor) -> Cursor:
        made: Cursor = kind(self)
        return made

    def autocommit(self, mode: bool) -> None:
        self.said.append(("autocommit", mode))


def connect_raw(**named: Any) -> Raw:
    return Raw(**named)


@pytest.fixture
def guard(project: ProjectFolder) -> Iterator[Guard]:
    with guarded(project, OWN, LIVE) as standing:
        yield standing


@pytest.fixture
def driver(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The driver's modules, armed: a class of its own for each test."""
    modules = {name: ModuleType(name) for name in ("MySQLdb", "MySQLdb._mysql", "MySQLdb.cursors")}
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    driver: Any = ModuleType(adaptor.LIBRARY)
    driver.Connection = type("Connection", (Connection,), {})
    driver._mysql = modules["MySQLdb._mysql"]
    driver._mysql.connect = connect_raw
    modules["MySQLdb.cursors"].Cursor = Cursor  # type: ignore[attr-defined]  # put there by the test
    undo = adaptor.arm(guard, driver)
    yield driver
    undo()
    assert "__init__" not in vars(driver.Connection)
    assert "select_db" not in vars(driver.Connection)
    assert driver._mysql.connect is connect_raw


LIVES: list[Callable[[Any], Any]] = [
    lambda connect: connect("localhost", "u", "p", "live"),
    lambda connect: connect(host="127.0.0.1", db="live"),
    lambda connect: connect(database="LIVE"),
    lambda connect: connect(db="live", unix_socket="/run/mysqld/mysqld.sock"),
    lambda connect: connect("127.0.0.1", database="live", port=3306, autocommit=True),
]


@pytest.mark.parametrize("live", LIVES)
def test_production_s_schema_by_every_spelling(driver: Any, live: Callable[[Any], Any]) -> None:
    assert outcome(lambda: live(driver.Connection)) == REFUSED
    assert outcome(lambda: live(lambda *given, **named: driver._mysql.connect(*given, **named))) == REFUSED


def test_the_server_is_asked_before_the_driver_s_own_words(driver: Any) -> None:
    made = driver.Connection("localhost", "u", "p", "own", init_command="SET @a = 1", charset="utf8mb4")
    told = {"host": "localhost", "user": "u", "password": "p", "database": "own", "charset": "utf8mb4"}
    assert made.told == ((), {**told, "autocommit": None})
    assert made.said == ["asked", "SET @a = 1", ("autocommit", False)]


def test_an_empty_first_command_and_modes(driver: Any) -> None:
    assert driver.Connection(db="own", autocommit=None).said == ["asked"]
    assert driver.Connection(db="own", autocommit=True).said == ["asked", ("autocommit", True)]
    driver.Connection._transactional = False
    assert driver.Connection(db="own").said == ["asked"]


def test_a_connection_of_c_to_one_s_own(driver: Any) -> None:
    assert driver._mysql.connect(db="own").told == ((), {"db": "own"})


def test_whatever_fails_on_the_way_closes(driver: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Raw] = []
    monkeypatch.setattr(Raw, "close", lambda self: made.append(self))
    driver.Connection.failing = "SET @a = 1"
    assert outcome(lambda: driver.Connection(db="own", init_command="SET @a = 1")) == "RuntimeError"
    assert made[0].said == ["asked", "SET @a = 1"]


def test_another_schema_later(driver: Any) -> None:
    made = driver.Connection("127.0.0.1", "u", "p", "own")
    assert outcome(lambda: made.select_db("live")) == REFUSED
    assert outcome(lambda: made.select_db("own_gw0")) == ""
    assert made.said[-1] == ("select", "own_gw0")
    assert "p" not in vars(made)["_firedoor_place"].values()


def test_a_connection_from_before_has_no_known_place(driver: Any, guard: Guard) -> None:
    with guard.unguarded():
        made = driver.Connection("127.0.0.1", "u", "p", "live", autocommit=True)
    assert made.told == (("127.0.0.1", "u", "p", "live"), {"autocommit": True})
    made.select_db("live")
    assert made.said == [("select", "live")]


def test_a_foreign_answer_closes(driver: Any, guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[object] = []
    monkeypatch.setattr(Raw, "close", lambda self: closed.append(self))

    def observe(ask: Any, *, variable: str) -> None:
        assert (variable, ask().identity[-1]) == ("DATABASE", "own")
        raise GuardError([guard.problem("FD522", "DATABASE", other="production")])

    monkeypatch.setattr(guard, "observe", observe)
    refused = [("FD522", "DATABASE", "production")]
    assert outcome(lambda: driver.Connection(db="own", init_command="SET @a = 1")) == refused
    assert [one.said for one in closed] == [["asked"]]  # type: ignore[attr-defined]  # known at run time only
