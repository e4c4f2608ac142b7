from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor.stamps.stamp import FORMAT, Stamp, from_text, new_id

STAMP = Stamp(
    project="shop",
    environment="production",
    resource="DATABASE_URL",
    id="0123456789abcdef0123456789abcdef",
    time="2026-11-27T06:00:00Z",
    by="ada",
    bound="7412/16384",
    cleaned="staging",
)
TEXT = (
    '{"bound":"7412/16384","by":"ada","cleaned":"staging","environment":"production","firedoor":1,'
    '"id":"0123456789abcdef0123456789abcdef","project":"shop","resource":"DATABASE_URL","time":"2026-11-27T06:00:00Z"}'
)
texts = st.text(max_size=40)
stamps = st.builds(
    Stamp,
    project=texts,
    environment=texts,
    resource=texts,
    id=st.text(min_size=1, max_size=40),
    time=texts,
    by=texts,
    bound=texts,
    cleaned=texts,
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_a_stamp_is_one_line_that_stays_the_same() -> None:
    assert STAMP.to_text() == TEXT
    assert from_text(TEXT) == STAMP


@given(stamps)
def test_what_is_stored_is_what_is_read(stamp: Stamp) -> None:
    text = stamp.to_text()
    assert from_text(text) == stamp
    assert "\n" not in text
    assert text.isascii()


@given(st.text() | values.map(json.dumps))
def test_no_stored_text_is_an_error(text: str) -> None:
    found = from_text(text)
    assert found is None or found.id


@given(st.dictionaries(st.sampled_from(["firedoor", *(field.name for field in fields(Stamp))]), values))
def test_a_stamp_holds_only_texts(document: dict[str, object]) -> None:
    found = from_text(json.dumps({"firedoor": FORMAT, **document}))
    assert found is None or all(isinstance(getattr(found, field.name), str) for field in fields(Stamp))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '"firedoor"',
        "{",
        "1e999",
        "[" * 4000,
        TEXT.replace('"firedoor":1', '"firedoor":2'),
        TEXT.replace('"firedoor":1,', ""),
        TEXT.replace("0123456789abcdef0123456789abcdef", ""),
        TEXT.replace('"ada"', "5"),
        TEXT.replace('"ada"', "null"),
        TEXT + " " * 4097,
        TEXT + "x",
    ],
)
def test_what_is_no_stamp(text: str) -> None:
    assert from_text(text) is None


def test_the_longest_text_is_still_read() -> None:
    assert from_text(TEXT + " " * (4096 - len(TEXT))) == STAMP
    assert from_text(TEXT + " " * (4097 - len(TEXT))) is None


def test_a_field_that_an_older_version_did_not_write_is_empty() -> None:
    document = json.loads(TEXT)
    del document["cleaned"], document["bound"]
    assert from_text(json.dumps(document)) == replace(STAMP, cleaned="", bound="")


def test_a_field_of_a_newer_version_is_passed_over() -> None:
    assert from_text(json.dumps({**json.loads(TEXT), "more": [1]})) == STAMP


def test_a_new_stamp_is_bound_to_nothing_and_of_nobodys_data() -> None:
    new = Stamp("shop", "production", "DATABASE", "ab" * 16, "2026-11-27T06:00:00Z", "ada")
    assert (new.bound, new.cleaned) == ("", "")


def test_bound_to_another_place_it_is_the_same_stamp() -> None:
    moved = STAMP.bound_to("elsewhere")
    assert (moved.bound, moved.id) == ("elsewhere", STAMP.id)
    assert replace(moved, bound=STAMP.bound) == STAMP


def test_every_id_is_new() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert {len(one) for one in ids} == {32}
    assert all(int(one, 16) >= 0 for one in ids)
