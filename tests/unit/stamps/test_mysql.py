"""What can be known of MySQL's stamp without a server. The rest is in tests/real/test_stamps_mariadb.py."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import pymysql
import pytest

from firedoor.stamps import mysql as marker
from firedoor.stamps import observation as told
from firedoor.stamps.mysql_answer import WHOLE
from firedoor.stamps.mysql_session import Asker
from firedoor.stamps.observation import ClientMissing, NotAllowed, Observation, Overtaken, Unreachable
from support.stamping import address, refused, stamp, unreachable

if TYPE_CHECKING:
    from firedoor.stamps.stamp import Stamp

UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
PLACE = address("database", "mysql://ada:hunter2@h:1/shop", seconds=2.5)
BOUND = f"mysql:{UUID}:shop"
EMPTY = Observation(("mysql", UUID, "shop"), ("mysql", UUID), BOUND)


@pytest.mark.parametrize(
    ("code", "sentence", "forbidden"),
    [
        (1044, told.LOGIN_REFUSED, True),
        (1045, told.LOGIN_REFUSED, False),
        (1698, told.LOGIN_REFUSED, False),
        (1040, told.LOGIN_REFUSED, False),
        (1129, told.LOGIN_REFUSED, False),
        (1130, told.LOGIN_REFUSED, False),
        (1049, told.NO_SUCH_THING, False),
        (1193, told.NOT_SUPPORTED, False),
        (1064, told.NOT_SUPPORTED, False),
        (1205, told.TIMED_OUT, False),
        (1969, told.TIMED_OUT, False),
        (3024, told.TIMED_OUT, False),
        (1053, told.BROKEN_OFF, False),
        (1927, told.BROKEN_OFF, False),
        (2026, told.TLS_FAILED, False),
        (2006, told.BROKEN_OFF, False),
        (2013, told.BROKEN_OFF, False),
        (1142, told.FAILED, True),
        (1227, told.FAILED, True),
        (1290, told.FAILED, True),
        (1370, told.FAILED, True),
        (1836, told.FAILED, True),
        (1000, told.FAILED, False),
        (0, told.FAILED, False),
    ],
)
def test_every_code_has_a_sentence(code: int, sentence: str, forbidden: bool) -> None:
    error = pymysql.OperationalError(code, "hunter2")
    read, written = marker._unreachable(error), marker._not_written(error)
    assert isinstance(read, Unreachable)
    assert read.reason == sentence
    assert isinstance(written, NotAllowed) is forbidden
    if not forbidden:
        assert isinstance(written, Unreachable)
        assert written.reason == sentence


@pytest.mark.parametrize("translate", [marker._unreachable, marker._not_written])
def test_errors_without_a_code(translate: Any) -> None:
    assert translate(ValueError()).reason == told.FAILED
    assert translate(TimeoutError()).reason == told.TIMED_OUT
    late = pymysql.OperationalError(2013, "hunter2")
    late.__cause__ = TimeoutError()
    assert translate(late).reason == told.TIMED_OUT
    missing = translate(ModuleNotFoundError("No module named 'pymysql'"))
    assert isinstance(missing, ClientMissing)
    assert missing.extra == marker.EXTRA == "mysql"


def test_what_an_administrator_is_told() -> None:
    assert marker.grants(PLACE) == (
        "GRANT CREATE, ALTER ON <database>.* TO <stamping role>;",
        "GRANT SELECT ON <database>.firedoor_stamp TO <application role>;",
        "GRANT SELECT ON <database>.firedoor_birth TO <application role>;",
        "REVOKE ALTER, DROP ON <database>.* FROM <application role>;",
    )


class Server:
    """A MySQL server with one schema, and PyMySQL's connection to it: what the statements do to the two tables."""

    def __init__(self) -> None:
        self.comment: str | None = None
        self.has_birth = False
        self.lock: int | None = 1
        self.asked: list[str] = []
        self.given: dict[str, Any] = {}
        self.db: str | None = "shop"
        self.closed = 0
        self.cursors = 0
        self.row: tuple[object, ...] | None = None
        self.type: Any = str

    def connect(self, **given: Any) -> Self:
        self.given = given
        return self

    def close(self) -> None:
        self.closed += 1

    def cursor(self) -> Cursor:
        self.cursors += 1
        return Cursor(self)

    def execute(self, statement: str) -> None:
        self.row = None
        if statement == WHOLE:
            mark = "-" if self.comment is None else "x" + self.comment.encode().hex().upper()
            text = f"mysql {UUID} x{b'shop'.hex()} {mark} - n"
            self.row = (text if self.type is str else text.encode(),)
            return
        self.asked.append(statement)
        written = re.fullmatch(
            r"(CREATE|ALTER) TABLE firedoor_stamp (\(nothing INT\) )?COMMENT = '(.*)'", statement
        )
        if statement.startswith("SELECT GET_LOCK"):
            self.row = (self.lock,)
        elif statement.startswith("CREATE TABLE IF NOT EXISTS firedoor_birth (nothing INT)"):
            self.has_birth = True
        elif written is not None:
            assert self.asked[-3] == "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'"
            assert (written[1] == "CREATE") is (self.comment is None) is bool(written[2])
            self.comment = written[3].replace("''", "'")
        else:
            assert statement == "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'"


class Cursor:
    def __init__(self, server: Server) -> None:
        self.server = server
        self.execute = server.execute

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.server.cursors -= 1

    def fetchone(self) -> object:
        return self.server.row

    def fetchall(self) -> object:
        return [self.server.row]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr(pymysql, "connect", made.connect)
    return made


def test_one_session_in_bounded_time_for_each_question(server: Server) -> None:
    assert marker.observe(PLACE) == EMPTY
    assert server.given == {
        "user": "ada",
        "password": "hunter2",
        "host": "h",
        "port": 1,
        "database": "shop",
        "charset": "utf8mb4",
        "autocommit": True,
        "connect_timeout": 2.5,
        "read_timeout": 2.5,
        "write_timeout": 2.5,
        "program_name": "firedoor",
    }
    assert (server.closed, server.cursors, server.asked) == (1, 0, [])


def written(server: Server, mark: Stamp, replacing: Stamp | None) -> Observation:
    done = marker.write(PLACE, mark, replacing=replacing)
    assert marker.observe(PLACE) == done
    return done


@pytest.mark.parametrize("by", ["ada", "O'Hara \\ '' \\'", "😀 é \n"])
def test_a_stamp_is_there_afterwards_as_it_was(server: Server, by: str) -> None:
    first = stamp("staging", by=by)
    seen = written(server, first, None)
    assert seen.stamp == first.bound_to(BOUND)
    assert server.has_birth
    assert server.asked[0] == "SELECT GET_LOCK('firedoor_stamp', 2)"
    newer = stamp(by=by)
    assert written(server, newer, seen.stamp).stamp == newer.bound_to(BOUND)
    assert server.closed == 4


def test_less_than_a_second_is_a_second(server: Server) -> None:
    marker.write(address("database", PLACE.text, seconds=0.5), stamp(), replacing=None)
    assert server.asked[0] == "SELECT GET_LOCK('firedoor_stamp', 1)"


@pytest.mark.parametrize("lock", [0, None])
def test_a_lock_that_somebody_holds(server: Server, lock: int | None) -> None:
    server.lock = lock
    assert unreachable(lambda: marker.write(PLACE, stamp(), replacing=None)) == told.TIMED_OUT
    assert (server.comment, server.closed) == (None, 1)


def test_only_the_expected_stamp_is_replaced(server: Server) -> None:
    first = written(server, stamp("staging"), None).stamp
    for expected in (None, stamp("staging")):
        error = refused(partial(marker.write, PLACE, stamp(), replacing=expected))
        assert isinstance(error, Overtaken)
        assert error.found == first
    assert marker.observe(PLACE).stamp == first


@pytest.mark.parametrize("comment", ["", "{}", "mine"])
def test_what_is_no_stamp_stays(server: Server, comment: str) -> None:
    server.comment = comment
    assert marker.observe(PLACE).unreadable
    assert isinstance(refused(lambda: marker.write(PLACE, stamp(), replacing=None)), NotAllowed)
    assert server.comment == comment


@pytest.mark.parametrize("over", [0, 1])
def test_a_stamp_that_is_longer_than_a_comment_may_be(server: Server, over: int) -> None:
    short = len(stamp(by="").bound_to(BOUND).to_text())
    mark = stamp(by="x" * (2048 - short + over))
    if over:
        assert unreachable(lambda: marker.write(PLACE, mark, replacing=None)) == told.FAILED
        assert server.comment is None
    else:
        assert written(server, mark, None).stamp == mark.bound_to(BOUND)


def test_a_server_without_a_schema_is_not_asked(server: Server) -> None:
    bare = address("database", "mysql://h")
    assert unreachable(lambda: marker.observe(bare)) == told.NOT_ONE
    assert server.given == {}


@pytest.mark.parametrize("option", ["read_default_file=/my.cnf", "read_default_group=shop"])
@pytest.mark.parametrize("says", [True, False])
def test_an_option_file_may_say_the_schema(server: Server, option: str, says: bool) -> None:
    place = address("database", f"mysql://h/?{option}")
    if says:
        assert marker.observe(place) == EMPTY
    else:
        server.db = None
        assert unreachable(lambda: marker.observe(place)) == told.NOT_ONE
    assert server.closed == 1


@pytest.mark.parametrize("kind", [str, bytes])
def test_a_connection_that_somebody_else_opened_is_asked(server: Server, kind: type) -> None:
    server.type = kind
    assert Asker("any", is_async=False)(server) == EMPTY
    assert (server.cursors, server.closed) == (0, 0)
