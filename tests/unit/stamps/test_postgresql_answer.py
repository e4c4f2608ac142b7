"""What a PostgreSQL server's answer means."""

from __future__ import annotations

import re

import pytest

from firedoor.stamps import postgresql_answer
from firedoor.stamps.observation import Observation
from firedoor.stamps.postgresql_answer import WHOLE, Answer
from support.stamping import stamp

MINE = stamp().bound_to("postgresql:77:16384")


def encoded(text: str) -> str:
    return "x" + text.encode().hex()


def answer(
    mark: str = "-", forgeable: str = "n", path: str = "base/16384/1259", name: str = "shöp db"
) -> Answer:
    return Answer(f"77 {path} {encoded(name)} {mark} {forgeable}")


UNSTAMPED = Observation(
    identity=("postgresql", "77", "16384", "shöp db"),
    server=("postgresql", "77"),
    bound="postgresql:77:16384",
)


def test_a_database_without_a_stamp() -> None:
    assert answer().observation() == UNSTAMPED
    assert not answer().is_stamped


def test_a_database_in_another_tablespace_has_its_oid_at_the_same_place() -> None:
    assert answer(path="pg_tblspc/16385/PG_15_202209061/16384/1259").observation() == UNSTAMPED


def test_a_stamp_is_read() -> None:
    seen = answer(encoded(MINE.to_text()), "y")
    assert seen.observation() == Observation(
        identity=UNSTAMPED.identity,
        server=UNSTAMPED.server,
        bound="postgresql:77:16384",
        stamp=MINE,
        forgeable=True,
    )
    assert seen.is_stamped
    assert not answer(encoded(MINE.to_text())).forgeable


@pytest.mark.parametrize(
    "mark", ["?", "x", encoded("{}"), encoded("\xff"), f"{encoded('a')},{encoded('b')}", "xff"]
)
def test_whatever_is_no_single_stamp_is_unreadable(mark: str) -> None:
    seen = answer(mark)
    assert (seen.observation().stamp, seen.observation().unreadable) == (None, True)
    assert seen.again() is None


def test_two_stamps_are_none() -> None:
    twice = f"{encoded(MINE.to_text())},{encoded(MINE.to_text())}"
    assert answer(twice).observation().unreadable


def test_the_next_connection_is_asked_whether_anything_has_changed() -> None:
    stamped = answer(encoded(MINE.to_text())).again()
    assert stamped == (postgresql_answer._AGAIN_STAMPED, ("77", "base/16384/1259", MINE.to_text()))
    assert answer().again() == (postgresql_answer._AGAIN_UNSTAMPED, ("77", "base/16384/1259", ""))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "77",
        "77 base/1/1259 x -",
        "77 1259 x - n extra more",
        "77 base/1/1259 xzz - n",
        "77 base/1/1259 x  - n",
    ],
)
def test_what_is_no_answer_is_an_error(text: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        Answer(text)


@pytest.mark.parametrize(
    "statement", [WHOLE, postgresql_answer._AGAIN_STAMPED, postgresql_answer._AGAIN_UNSTAMPED]
)
def test_no_name_in_a_statement_is_left_to_the_search_path(statement: str) -> None:
    """Functions, types, tables and operators: a search_path can put others before those of pg_catalog."""
    code = re.sub(r"'[^']*'", "''", statement.replace("$m$", " "))
    called = set(re.findall(r"(?<![\w.])(\w+)\s*\(", code))
    assert called <= {
        "SELECT",
        "EXISTS",
        "COALESCE",
        "VALUES",
        "OPERATOR",
        "JOIN",
        "AND",
        "OR",
        "one",
        "FROM",
    }, called
    for name in re.findall(r"(?:FROM|JOIN)\s+(?:ONLY\s+)?([a-z_.]+)", code):
        assert name.startswith(("pg_catalog.", "firedoor."))
    assert not re.search(r"::(?!pg_catalog\.)", code)
    assert not re.search(r"[=<>](?!\))", code.replace("OPERATOR(pg_catalog.=)", "").replace("<h>", ""))
