"""SQLAlchemy under the guard: engines of drivers that have no adaptor of their own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine

from support.two_databases import REFUSED, guarded, outcome

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from support.project import ProjectFolder


class NobodyListens(Exception):  # noqa: N818 - a driver's
    """What the driver says itself."""

    errno = 2003


def connect(*_given: Any, **_named: Any) -> None:
    raise NobodyListens


def engine(url: str, **parts: Any) -> Engine:
    """An engine of a driver that is not installed, whose module only fails."""
    errors = dict.fromkeys(("Error", "OperationalError", "ProgrammingError", "InterfaceError"), NobodyListens)
    driver = SimpleNamespace(connect=connect, paramstyle="format", __version__="1.31.2", **errors)
    return create_engine(url, module=driver, connect_args=parts)


MYSQL, POSTGRESQL = "mysql+mysqlconnector", "postgresql+pg8000"
CASES = [
    (f"{MYSQL}://u:p@127.0.0.1:1/live", {}, "mysql"),
    ("mariadb+mysqlconnector://u:p@localhost:1/LIVE", {}, "mysql"),
    (f"{MYSQL}://u:p@127.0.0.1:1/own", {"database": "live"}, "mysql"),
    (f"{POSTGRESQL}://u:p@127.0.0.1:1/live", {}, "postgresql"),
    (f"{POSTGRESQL}://u:p@[::1]:1/live", {}, "postgresql"),
    (f"{POSTGRESQL}://live:p@127.0.0.1:1", {}, "postgresql"),
    (f"{POSTGRESQL}://u:p@/live", {"unix_sock": "/srv/.s.PGSQL.9"}, "socket"),
]
ADDRESSES = {
    "mysql": ("mysql://127.0.0.1:1/own", "mysql://127.0.0.1:1/live"),
    "postgresql": ("postgresql://127.0.0.1:1/own", "postgresql://127.0.0.1:1/live"),
    "socket": ("postgresql:///own?host=/srv&port=9", "postgresql:///live?host=/srv&port=9"),
}


@pytest.mark.parametrize(("url", "parts", "server"), CASES)
def test_production_s_database_by_what_the_driver_is_told(
    url: str, parts: dict[str, Any], server: str, project: ProjectFolder
) -> None:
    made = engine(url, **parts)
    own = engine(
        url.lower().replace("live", "own"),
        **{key: told.replace("live", "own") for key, told in parts.items()},
    )
    with guarded(project, *ADDRESSES[server]):
        assert outcome(made.connect) == REFUSED
        assert outcome(own.connect) == "DBAPIError"
    assert outcome(made.connect) == "DBAPIError"


def test_a_server_that_nobody_declared_and_one_of_another_kind(project: ProjectFolder) -> None:
    with guarded(project, *ADDRESSES["mysql"]):
        assert outcome(engine(f"{MYSQL}://u@127.0.0.1:2/own").connect) == [("FD602", "", "")]
        assert outcome(engine(f"{MYSQL}://u@/own").connect) == [("FD602", "", "")]
        assert outcome(lambda: create_engine("sqlite://").connect().close()) == ""


def test_a_driver_that_has_an_adaptor_is_asked_itself(project: ProjectFolder) -> None:
    made = create_engine("mysql+pymysql://u@127.0.0.1:1/live")
    with guarded(project, *ADDRESSES["mysql"]):
        assert outcome(made.connect) == REFUSED
        assert outcome(create_engine("mysql+pymysql://u@127.0.0.1:1/own").connect) == "OperationalError"
