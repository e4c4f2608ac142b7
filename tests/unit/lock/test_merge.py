"""Laws of merging: whatever order branches come together in, one lock comes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor.lock.document import Lock, Marks, Taken
from firedoor.lock.merge import Foreign, merge

A, B = "a" * 32, "b" * 32
LISTED = st.sampled_from(((), (A,), (B,), (A, B)))
TAKEN = st.builds(
    Taken,
    st.integers(0, 2),
    st.sampled_from(("t1", "t2")),
    st.dictionaries(st.sampled_from(("X", "Y")), st.builds(Marks, LISTED), max_size=2),
)
PINS = st.fixed_dictionaries(
    {},
    optional={
        "environments.production.protected": st.sampled_from(("true", "false")),
        "environments.testing.fallback": st.sampled_from(("never", "process", "file")),
        "environments.testing.unstamped": st.sampled_from(("error", "warning", "note")),
        "environments.production.require.DEBUG": st.sampled_from(("False", "False | True", "True")),
        "variables.X.shared": st.sampled_from(("everywhere", "testing", "staging | testing", "staging")),
        "variables.X.owned": st.sampled_from(("database", "cache")),
        "names.prod": st.sampled_from(("production", "testing")),
        "project.default": st.sampled_from(("production", "testing")),
        "environments": st.sampled_from(("testing | production", "production | testing")),
    },
)
LOCKS = st.builds(
    lambda pins, accepted, ledger, environments: Lock(
        "shop", b"salt", (2, 1, 1), pins=pins, accepted=accepted, ledger=ledger, environments=environments
    ),
    PINS,
    st.integers(0, 1),
    st.sampled_from(("", "a", "b")),
    st.dictionaries(st.sampled_from(("testing", "production")), TAKEN, max_size=2),
)


@given(LOCKS, LOCKS)
def test_law_merging_is_commutative(one: Lock, other: Lock) -> None:
    assert merge(one, other) == merge(other, one)


@given(LOCKS, LOCKS, LOCKS)
def test_law_merging_is_associative(one: Lock, other: Lock, third: Lock) -> None:
    assert merge(merge(one, other), third) == merge(one, merge(other, third))


@given(LOCKS)
def test_law_merging_is_idempotent(lock: Lock) -> None:
    assert merge(lock, lock) == lock


@given(LOCKS, LOCKS)
def test_law_nothing_that_was_taken_is_lost(one: Lock, other: Lock) -> None:
    merged = merge(one, other)
    assert set(merged.environments) == {*one.environments, *other.environments}
    for name, taken in merged.environments.items():
        offered = [lock.environments[name] for lock in (one, other) if name in lock.environments]
        assert taken == max(offered, key=Taken.key)


def test_the_newer_taking_wins_and_the_other_is_kept() -> None:
    old, new = Taken(1, "2030", {"X": Marks((A,))}), Taken(2, "2020", {"X": Marks((B,))})
    one = Lock("shop", b"salt", (2, 1, 1), environments={"production": new, "testing": old})
    other = Lock("shop", b"salt", (2, 1, 1), environments={"production": old})
    assert merge(one, other).environments == {"production": new, "testing": old}
    assert merge(other, one).environments == {"production": new, "testing": old}


def test_what_was_accepted_on_purpose_is_kept_and_the_rest_is_the_stricter() -> None:
    name = "environments.production.protected"
    strict = Lock("shop", b"salt", (2, 1, 1), pins={name: "true", "names.a": "a"})
    loose = Lock("shop", b"salt", (2, 1, 1), pins={name: "false", "names.b": "b"})
    assert merge(strict, loose).pins == {name: "true", "names.a": "a", "names.b": "b"}
    accepted = Lock("shop", b"salt", (2, 1, 1), pins={name: "false"}, accepted=1)
    assert merge(strict, accepted).pins == {name: "false"}
    assert merge(strict, accepted).accepted == 1


def test_the_ledgers_newest_lines_of_both_sides_are_kept() -> None:
    def merged(one: str, other: str) -> str:
        return merge(
            Lock("shop", b"salt", (2, 1, 1), ledger=one), Lock("shop", b"salt", (2, 1, 1), ledger=other)
        ).ledger

    assert merged("b", "a") == merged("a", "b") == merged("a b", "a") == "a b"
    assert (merged("a", "a"), merged("", "a"), merged("", "")) == ("a", "a", "")


@pytest.mark.parametrize(
    "other",
    [
        Lock("other", b"salt", (2, 1, 1)),
        Lock("shop", b"other", (2, 1, 1)),
        Lock("shop", b"salt", (4, 1, 1)),
    ],
)
def test_locks_of_two_keys_are_not_merged(other: Lock) -> None:
    with pytest.raises(Foreign):
        merge(Lock("shop", b"salt", (2, 1, 1)), other)
