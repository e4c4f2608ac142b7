"""Errors of a PostgreSQL server in firedoor's sentences, and options in libpq's quotes."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import pytest
from psycopg import pq

from firedoor.stamps import libpq
from firedoor.stamps import observation as told
from firedoor.stamps.hidden import Hidden
from support.stamping import address


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("57014", told.TIMED_OUT),
        ("55P03", told.TIMED_OUT),
        ("25P03", told.TIMED_OUT),
        ("42501", told.NOT_SUPPORTED),
        ("42883", told.NOT_SUPPORTED),
        ("42P01", told.NOT_SUPPORTED),
        ("0A000", told.NOT_SUPPORTED),
        ("42704", told.NOT_SUPPORTED),
        ("57P01", told.BROKEN_OFF),
        ("57P03", told.BROKEN_OFF),
        ("08006", told.BROKEN_OFF),
        ("", told.BROKEN_OFF),
        ("XX000", told.FAILED),
        ("53100", told.FAILED),
    ],
)
def test_every_code_has_a_sentence(code: str, sentence: str) -> None:
    assert libpq.sentence_of(code) == sentence


def test_a_failure_holds_its_sentence_and_its_code() -> None:
    failure = libpq.Failure(told.FAILED, "XX000")
    assert (failure.sentence, failure.code, str(failure)) == (told.FAILED, "XX000", told.FAILED)
    assert libpq.Failure(told.REFUSED).code == ""


def test_options_are_quoted_so_that_libpq_reads_them_back() -> None:
    from psycopg.conninfo import conninfo_to_dict

    hostile = {"user": "a b'c\\d", "password": "' host=evil '", "dbname": ""}
    text = libpq._conninfo(Hidden(hostile)).decode()
    assert conninfo_to_dict(text) == hostile


class Connection:
    """What libpq knows of a connection whose login came to an end."""

    def __init__(self, said: bytes = b"", host: bytes = b"", port: bytes = b"") -> None:
        self.error_message = said
        self.host = host
        self.port = port
        self.status = pq.ConnStatus.BAD
        self.nonblocking = 0
        self.finished = 0

    def finish(self) -> None:
        self.finished += 1


NO_DATABASE = b'FATAL:  database "hunter2" does not exist'


@pytest.mark.parametrize(
    ("stage", "said", "sentence"),
    [
        (pq.ConnStatus.SSL_STARTUP, NO_DATABASE, told.TLS_FAILED),
        (pq.ConnStatus.AWAITING_RESPONSE, NO_DATABASE, told.NO_SUCH_THING),
        (pq.ConnStatus.AUTH_OK, NO_DATABASE, told.NO_SUCH_THING),
        (pq.ConnStatus.AUTH_OK, b'database "hunter2" is not accepting connections', told.LOGIN_REFUSED),
        (pq.ConnStatus.AUTH_OK, b'role "hunter2" does not exist', told.LOGIN_REFUSED),
        (pq.ConnStatus.AUTH_OK, b"server closed the connection unexpectedly", told.BROKEN_OFF),
        (pq.ConnStatus.AUTH_OK, b"", told.LOGIN_REFUSED),
        (pq.ConnStatus.NEEDED, NO_DATABASE, told.REFUSED),
        (pq.ConnStatus.STARTED, NO_DATABASE, told.REFUSED),
    ],
)
def test_why_a_login_ended_is_known_by_how_far_it_came(
    stage: pq.ConnStatus, said: bytes, sentence: str
) -> None:
    assert libpq._why(Connection(said), stage) == sentence


def test_why_nobody_was_reached_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1]).encode()
        there = Connection(host=b"127.0.0.1", port=port)
        assert libpq._why(there, pq.ConnStatus.NEEDED) == told.FAILED
    assert libpq._why(there, pq.ConnStatus.NEEDED) == told.REFUSED
    asked: list[tuple[object, float]] = []

    def connect(place: object, seconds: float) -> None:
        asked.append((place, seconds))
        raise socket.gaierror(-2, "hunter2")

    monkeypatch.setattr(socket, "create_connection", connect)
    assert libpq._why(Connection(host=b"h\xff", port=b"5"), pq.ConnStatus.STARTED) == told.UNKNOWN_HOST
    assert asked == [(("h\ufffd", 5), 1.0)]
    for name in ("", "/run/postgresql", "@abstract"):
        assert libpq._why_not_reached(name, b"5") == told.REFUSED
    assert len(asked) == 1


def test_a_login_that_ends_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = Connection(NO_DATABASE)
    monkeypatch.setattr(pq, "PGconn", SimpleNamespace(connect_start=lambda _: ended))
    with pytest.raises(libpq.Failure):
        libpq.connect(address("database", "postgresql://h/d"))
    assert ended.finished == 1
    monkeypatch.setattr(libpq, "_log_in", lambda connection, deadline: None)
    with libpq.connect(address("database", "postgresql://h/d")):
        assert ended.nonblocking
        assert ended.finished == 1
    assert ended.finished == 2


class Result:
    def __init__(self, status: pq.ExecStatus, *cells: bytes | None, code: bytes | None = None) -> None:
        self.status = status
        self.ntuples = len(cells)
        self._cells = cells
        self._code = code

    def get_value(self, row: int, column: int) -> bytes | None:
        assert column == 0
        return self._cells[row]

    def error_field(self, field: int) -> bytes | None:
        assert field == pq.DiagnosticField.SQLSTATE
        return self._code


def asked(monkeypatch: pytest.MonkeyPatch, result: Result) -> list[str]:
    monkeypatch.setattr(libpq.Session, "_result", lambda self, statement: result)
    return libpq.Session(None, 0.0).ask("SELECT")


def test_rows_are_texts_and_nothing_is_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, Result(pq.ExecStatus.TUPLES_OK, b"a", None, b"\xff")) == ["a", "", "\ufffd"]
    assert asked(monkeypatch, Result(pq.ExecStatus.COMMAND_OK)) == []


@pytest.mark.parametrize(
    ("code", "sentence"), [(b"42501", told.NOT_SUPPORTED), (b"XX000", told.FAILED), (None, told.BROKEN_OFF)]
)
def test_an_error_is_told_by_its_code(
    monkeypatch: pytest.MonkeyPatch, code: bytes | None, sentence: str
) -> None:
    with pytest.raises(libpq.Failure) as caught:
        asked(monkeypatch, Result(pq.ExecStatus.FATAL_ERROR, code=code))
    assert (caught.value.sentence, caught.value.code) == (sentence, (code or b"").decode())
