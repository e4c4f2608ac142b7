"""What can be known of PostgreSQL's stamp without a server. The rest is in tests/real/test_stamps_postgresql.py."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

import pytest

from firedoor.stamps import libpq
from firedoor.stamps import observation as told
from firedoor.stamps import postgresql as marker
from firedoor.stamps.observation import ClientMissing, NotAllowed, Observation, Overtaken, Unreachable
from firedoor.stamps.postgresql_answer import WHOLE
from support.stamping import address, refused, stamp, unreachable

if TYPE_CHECKING:
    from firedoor.stamps.address import Address
    from firedoor.stamps.stamp import Stamp

PLACE = address("database", "postgresql://ada:hunter2@h/shop", seconds=2.5)
BOUND = "postgresql:77:16384"
EMPTY = Observation(("postgresql", "77", "16384", "shop"), ("postgresql", "77"), BOUND)
LOCK = "LOCK TABLE firedoor.stamp IN SHARE ROW EXCLUSIVE MODE"
OWNER = "ALTER SCHEMA firedoor OWNER TO CURRENT_USER; REVOKE CREATE ON SCHEMA firedoor FROM PUBLIC"
DROP = "DROP TABLE firedoor.stamp CASCADE"
NEW_TABLE = [marker._NEW_TABLE, marker._GRANTEES]


class Session:
    """A session of libpq with a server that has one database; what is asked beside WHOLE is noted."""

    def __init__(self) -> None:
        self.stored = "-"
        self.place = "absent absent n"
        self.grantees: list[str] = []
        self.failure: libpq.Failure | None = None
        self.asked: list[str] = []
        self.closed = 0
        self.opened: list[Address] = []

    def connect(self, address: Address) -> Self:
        self.opened.append(address)
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed += 1

    def ask(self, statement: str) -> list[str]:
        if statement == WHOLE:
            return [f"77 base/16384/1259 x{b'shop'.hex()} {self.stored} n"]
        self.asked.append(statement)
        if self.failure is not None:
            raise self.failure
        insert = "INSERT INTO firedoor.stamp (stamp) VALUES (E'"
        if statement.startswith(insert):
            literal = statement.removeprefix(insert).removesuffix("')")
            assert re.fullmatch(r"(?:[^'\\]|''|\\\\)*", literal)
            text = literal.replace("''", "'").replace("\\\\", "\\")
            self.stored = "x" + text.encode().hex()
        elif statement.startswith("DELETE FROM firedoor.stamp"):
            self.stored = "-"
        return {marker._PLACE: [self.place], marker._GRANTEES: self.grantees}.get(statement, [])


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    made = Session()
    monkeypatch.setattr(libpq, "connect", made.connect)
    return made


def written(session: Session, mark: Stamp, replacing: Stamp | None = None) -> list[str]:
    """What was asked between BEGIN and the lock of the table, after proof that the stamp is there."""
    session.asked.clear()
    done = marker.write(PLACE, mark, replacing=replacing)
    assert done.stamp == mark.bound_to(BOUND)
    assert marker.observe(PLACE) == done
    begin, place, *prepared, lock, delete, insert, commit = session.asked
    assert begin == marker._BEGIN.format(milliseconds=2500)
    assert (place, lock, delete, commit) == (marker._PLACE, LOCK, "DELETE FROM firedoor.stamp", "COMMIT")
    assert insert.startswith("INSERT")
    return prepared


def test_a_database_says_who_it_is(session: Session) -> None:
    assert marker.observe(PLACE) == EMPTY
    assert (session.opened, session.closed, session.asked) == ([PLACE], 1, [])


@pytest.mark.parametrize(
    ("place", "prepared"),
    [
        ("absent absent n", [marker._NEW_SCHEMA, *NEW_TABLE]),
        ("absent absent y", [marker._NEW_SCHEMA, *NEW_TABLE]),
        ("ours absent n", NEW_TABLE),
        ("ours ours n", []),
        ("ours ours y", []),
        ("strange absent y", [OWNER, *NEW_TABLE]),
        ("strange ours y", [OWNER]),
        ("strange strange y", [OWNER, DROP, *NEW_TABLE]),
        ("ours strange y", [DROP, *NEW_TABLE]),
    ],
)
def test_nothing_of_a_strangers_is_kept(session: Session, place: str, prepared: list[str]) -> None:
    session.place = place
    assert written(session, stamp()) == prepared


@pytest.mark.parametrize(
    "place", ["strange absent n", "strange ours n", "ours strange n", "strange strange n"]
)
def test_a_stranger_who_is_in_the_way_is_not_removed_by_everybody(session: Session, place: str) -> None:
    session.place = place
    assert isinstance(refused(lambda: marker.write(PLACE, stamp(), replacing=None)), NotAllowed)
    assert session.asked == [marker._BEGIN.format(milliseconds=2500), marker._PLACE]
    assert session.closed == 1


def test_rights_that_a_new_table_was_born_with_are_taken_back(session: Session) -> None:
    session.grantees = ["ada", '"Eve A"']
    assert written(session, stamp()) == [
        marker._NEW_SCHEMA,
        *NEW_TABLE,
        "REVOKE ALL ON TABLE firedoor.stamp FROM ada CASCADE",
        'REVOKE ALL ON TABLE firedoor.stamp FROM "Eve A" CASCADE',
    ]


@pytest.mark.parametrize("by", ["ada", "O'Hara", "back\\slash", "\\'", "'; DROP TABLE x; --", "é 😀"])
def test_a_stamp_is_there_as_it_was(session: Session, by: str) -> None:
    first = stamp("staging", by=by)
    written(session, first)
    written(session, stamp(by=by), first.bound_to(BOUND))


def test_only_the_expected_stamp_is_replaced(session: Session) -> None:
    first = stamp("staging")
    written(session, first)
    for expected in (None, stamp("staging")):
        session.asked.clear()
        error = refused(lambda expected=expected: marker.write(PLACE, stamp(), replacing=expected))  # type: ignore[misc]  # a default binds the loop's own value
        assert isinstance(error, Overtaken)
        assert error.found == first.bound_to(BOUND)
        assert session.asked == [marker._BEGIN.format(milliseconds=2500)]


def test_what_cannot_be_read_stays(session: Session) -> None:
    session.stored = "?"
    assert isinstance(refused(lambda: marker.write(PLACE, stamp(), replacing=None)), NotAllowed)
    assert len(session.asked) == 1


@pytest.mark.parametrize(("seconds", "milliseconds"), [(0.0001, 1), (0.25, 250), (2.0019, 2001)])
def test_every_wait_is_bounded(session: Session, seconds: float, milliseconds: int) -> None:
    place = address("database", PLACE.text, seconds=seconds)
    marker.write(place, stamp(), replacing=None)
    assert session.asked[0] == marker._BEGIN.format(milliseconds=milliseconds)
    assert f"statement_timeout = {milliseconds};" in session.asked[0]


@pytest.mark.parametrize(
    ("code", "forbidden"),
    [("42501", True), ("25006", True), ("55000", True), ("42P01", False), ("", False)],
)
def test_what_a_server_refuses(session: Session, code: str, forbidden: bool) -> None:
    session.failure = libpq.Failure(told.BROKEN_OFF, code)
    error = refused(lambda: marker.write(PLACE, stamp(), replacing=None))
    assert isinstance(error, NotAllowed) is forbidden
    if not forbidden:
        assert isinstance(error, Unreachable)
        assert error.reason == told.BROKEN_OFF
    assert session.closed == 1


def test_errors_of_other_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Address) -> Session:
        raise ValueError("hunter2")

    monkeypatch.setattr(libpq, "connect", fail)
    assert unreachable(lambda: marker.observe(PLACE), "hunter2") == told.FAILED
    assert isinstance(marker._not_written(ValueError()), Unreachable)
    missing = marker._not_written(ModuleNotFoundError("No module named 'psycopg'"))
    assert isinstance(missing, ClientMissing)
    assert missing.extra == marker.EXTRA == "postgresql"


def test_what_an_administrator_is_told() -> None:
    assert marker.grants(PLACE) == (
        "GRANT CREATE ON DATABASE <database> TO <stamping role>;",
        "GRANT USAGE ON SCHEMA firedoor TO <application role>;",
        "GRANT SELECT ON firedoor.stamp TO <application role>;",
        "REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON firedoor.stamp FROM <application role>;",
    )
