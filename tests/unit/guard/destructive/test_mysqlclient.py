"""mysqlclient's classes as they are written in Python: what a connection is told, and what it sends."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import FiredoorWarning
from firedoor.guard.destructive import mysqlclient, templates
from support.destroying import production, refusal, told, unlock
from support.guarding import armed

if TYPE_CHECKING:
    from support.project import ProjectFolder


class Connection:
    """Takes what the library's takes, and keeps what it would send."""

    def __init__(self, *given: Any, **named: Any) -> None:
        self.sent: list[object] = []

        self.database = named.get("database") or named.get("db") or (given[3] if len(given) > 3 else None)
        self.rows = dict if named.get("host") == "db.example.org" else tuple

    def query(self, text: object) -> None:
        self.sent.append(text)

    def cursor(self) -> Cursor:
        return Cursor(self)


class Cursor:
    """Answers the one question that is asked."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execute(self, text: str) -> None:
        assert text == "SELECT DATABASE()"

    def fetchone(self) -> object:
        found = self.connection.database
        return {"DATABASE()": found} if self.connection.rows is dict else (found,)


def library() -> ModuleType:
    module = ModuleType("MySQLdb.connections")
    module.Connection = type("Connection", (Connection,), dict(vars(Connection)))  # type: ignore[attr-defined]  # put there by the test
    return module


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((), {"host": "db.example.org", "database": "shop"}),
        ((), {"host": "db.example.org", "db": "shop", "port": 3306}),
        (("db.example.org", "kim", "secret", "shop"), {}),
        (("db.example.org", "kim", "secret", "shop", 3306), {}),
    ],
)
def test_where_it_went(given: tuple[Any, ...], named: dict[str, Any], project: ProjectFolder) -> None:
    module = library()
    configuration = production(project, DATABASE_URL="mysql://db.example.org/shop")
    with armed(configuration) as guard:
        before = module.Connection(*given, **named)
        undo = mysqlclient.arm(guard, module)
        connection = module.Connection(*given, **named)
        connection.query(b"DELETE FROM orders WHERE id = 1")
        assert told(refusal(lambda: connection.query(b"TRUNCATE orders"))) == [
            ("FD615", "DATABASE_URL", "TRUNCATE", "")
        ]
        assert told(refusal(lambda: connection.query("TRUNCATE other.orders"))) == [
            ("FD615", "", "TRUNCATE", "")
        ]
        assert told(refusal(lambda: before.query("TRUNCATE orders"))) == [("FD615", "", "TRUNCATE", "")]
        connection.database = "other"  # USE other
        assert told(refusal(lambda: connection.query("TRUNCATE orders"))) == [("FD615", "", "TRUNCATE", "")]
        connection.database = "shop"
        unlock(configuration)
        with pytest.warns(FiredoorWarning, match="FD618"):
            connection.query("TRUNCATE orders")
        assert connection.sent == [b"DELETE FROM orders WHERE id = 1", "TRUNCATE orders"]
        undo()
        before.query("TRUNCATE orders")
        assert before.sent == ["TRUNCATE orders"]


@pytest.mark.parametrize(
    ("named", "variable"),
    [
        ({"unix_socket": "/run/my.sock", "database": "shop"}, "ARCHIVE_URL"),
        ({"host": "db.example.org", "database": "shop", "read_default_file": "~/.my.cnf"}, ""),
        ({"host": "db.example.org", "database": "shop", "read_default_group": "client"}, ""),
        ({"host": "db.example.org"}, ""),
    ],
)
def test_sockets_and_files(named: dict[str, Any], variable: str, project: ProjectFolder) -> None:
    module = library()
    addresses = {
        "DATABASE_URL": "mysql://db.example.org/shop",
        "ARCHIVE_URL": "mysql:///shop?unix_socket=/run/my.sock",
    }
    with armed(production(project, **addresses)) as guard:
        mysqlclient.arm(guard, module)
        connection = module.Connection(**named)
        assert told(refusal(lambda: connection.query("DROP TABLE a"))) == [
            ("FD615", variable, "DROP TABLE", "")
        ]


@pytest.mark.parametrize("values", [(), [], {}, (1, "a", b"b", None, 1.5, True), {"a": "b"}, ["a"]])
def test_plain_values(values: object) -> None:
    assert templates.values_are_plain(values)


@pytest.mark.parametrize(
    "values", [(object(),), {"a": []}, "abc", 3, iter(()), (type("Text", (str,), {})("x"),)]
)
def test_values_that_may_be_sql(values: object) -> None:
    assert not templates.values_are_plain(values)
