from __future__ import annotations

import re
from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor.stamps.s3_tags import above, any_stamp, from_tags, of_prefix, to_tags
from support.stamping import stamp

VALUE = re.compile(r"[A-Za-z0-9_-]{1,256}")
KEY = re.compile(r"firedoor:(bucket|[0-9a-f]{16}):\d+")


def test_a_stamp_of_the_whole_bucket() -> None:
    mark = stamp(bound="0" * 32)
    tags = to_tags(mark, "")
    assert list(tags) == ["firedoor:bucket:0", "firedoor:bucket:1"]
    assert len(tags["firedoor:bucket:0"]) == 256
    text = "".join(tags.values())
    assert urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode() == mark.to_text()


def test_a_prefix_has_keys_of_its_own_that_do_not_name_it() -> None:
    tags = to_tags(stamp(bound="0" * 32), "customers/uploads")
    assert list(tags) == ["firedoor:abe7fb47fcf36d58:0", "firedoor:abe7fb47fcf36d58:1"]


@given(st.text(max_size=300), st.text(max_size=30), st.text(max_size=30))
def test_what_is_stored_is_what_is_read(by: str, prefix: str, other: str) -> None:
    mark = stamp(by=by)
    tags = to_tags(mark, prefix)
    assert all(KEY.fullmatch(name) for name in tags)
    assert all(VALUE.fullmatch(value) for value in tags.values())
    foreign = {"team": "shop", "firedoor": "x", **(to_tags(stamp(), other) if other != prefix else {})}
    own = of_prefix({**foreign, **dict(reversed(tags.items()))}, prefix)
    assert own == tags
    assert from_tags(own) == mark


def test_more_than_ten_tags_keep_their_order() -> None:
    mark = stamp(by="x" * 3000)
    tags = to_tags(mark, "")
    assert len(tags) > 10
    assert from_tags(dict(sorted(tags.items()))) == mark


def test_a_prefix_of_any_name() -> None:
    mark = stamp()
    assert from_tags(of_prefix(to_tags(mark, "\udcff"), "\udcff")) == mark


@pytest.mark.parametrize(
    ("prefix", "wider"), [("", []), ("a", [""]), ("a/b/c", ["a/b", "a", ""]), ("a//b", ["a", ""])]
)
def test_what_a_prefix_is_a_part_of(prefix: str, wider: list[str]) -> None:
    assert list(above(prefix)) == wider


def test_any_stamp_of_a_bucket() -> None:
    one, other = stamp("production"), stamp("test")
    assert any_stamp({"team": "shop", "firedoor:x:0": "?", **to_tags(one, "a")}) == one
    both = {**to_tags(one, "a"), **to_tags(other, "b")}
    assert any_stamp(both) == any_stamp(dict(reversed(both.items())))  # the same one each time
    assert any_stamp({"team": "shop", "firedoor:x:0": "?", "firedoor": "x"}) is None


def test_no_tags_hold_no_stamp() -> None:
    assert of_prefix({}, "") == {}
    assert from_tags({}) is None


@pytest.mark.parametrize("broken", ["", "x", "é", "AAAA", "===", "bm8gc3RhbXA", "/w"])
def test_what_is_no_stamp(broken: str) -> None:
    assert from_tags({"firedoor:bucket:0": broken}) is None


def test_a_missing_piece_makes_it_no_stamp() -> None:
    first, second = to_tags(stamp(bound="0" * 32), "").items()
    assert from_tags(dict([first])) is None
    assert from_tags(dict([second])) is None
    assert from_tags({first[0]: first[1], "firedoor:bucket:2": second[1]}) is None


@given(
    st.dictionaries(st.text(max_size=20).map("firedoor:bucket:{}".format), st.text(max_size=50), max_size=4)
)
def test_no_tags_are_an_error(tags: dict[str, str]) -> None:
    assert from_tags(of_prefix(tags, "")) is None


def test_the_first_stamp_by_the_digests_of_their_names_and_nobody_elses_tags() -> None:
    stamps = {prefix: stamp(prefix) for prefix in ("a", "b", "c", "d", "e")}
    both = {name: value for prefix, one in stamps.items() for name, value in to_tags(one, prefix).items()}
    first = min(stamps, key=lambda prefix: min(to_tags(stamps[prefix], prefix)))
    assert any_stamp(both) == any_stamp(dict(reversed(both.items()))) == stamps[first]
    mine = to_tags(stamps["a"], "a")
    others = {name.replace("firedoor:", "aaa:"): value for name, value in to_tags(stamp("till"), "a").items()}
    assert any_stamp({**others, **mine}) == stamps["a"]
    broken = {"firedoor:0:0": "?", "firedoor:0:1": "?"}
    assert any_stamp({**broken, **mine}) == stamps["a"]


def test_a_place_is_told_from_one_whose_name_begins_like_it() -> None:
    mark = stamp("a")
    pieces = [*to_tags(mark, "").values()]
    longer = {f"firedoor:bucket0:{number}": piece for number, piece in enumerate(pieces)}
    assert any_stamp({"firedoor:bucket:0": "?", **longer}) == mark
