"""Errors of a PostgreSQL server in firedoor's sentences, and options in libpq's quotes."""

from __future__ import annotations

import pytest

from firedoor.stamps import libpq
from firedoor.stamps import observation as told
from firedoor.stamps.hidden import Hidden


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
