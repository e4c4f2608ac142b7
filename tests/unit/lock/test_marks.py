"""Fingerprints: equal exactly for equal identities under one salt, and dear to guess."""

from __future__ import annotations

import _thread
import hashlib
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firedoor.lock import marks
from firedoor.lock.document import Lock

QUICK = (2, 1, 1)
SALT = b"0123456789abcdef"
IDENTITIES = st.lists(st.text(max_size=4), min_size=1, max_size=4).map(tuple)


@given(IDENTITIES, IDENTITIES)
def test_law_fingerprints_are_equal_exactly_when_identities_are(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert (marks.mark(one, SALT, QUICK) == marks.mark(other, SALT, QUICK)) == (one == other)


@settings(max_examples=20)
@given(IDENTITIES)
def test_law_another_salt_or_cost_gives_another_fingerprint(identity: tuple[str, ...]) -> None:
    made = marks.mark(identity, SALT, QUICK)
    assert made != marks.mark(identity, b"another salt....", QUICK)
    assert made != marks.mark(identity, SALT, (4, 1, 1))
    assert made != marks.mark(identity, SALT, (2, 2, 1))
    assert made != marks.mark(identity, SALT, (2, 1, 2))


def test_a_fingerprint_is_scrypt_of_the_parts_with_their_lengths() -> None:
    expected = hashlib.scrypt(b"8:database4:\xc3\xa9\xed\xa0\x801", salt=SALT, n=2, r=1, p=1, dklen=16).hex()
    assert marks.mark(("database", "é\ud8001"[:2] + "1"), SALT, QUICK) != expected  # three letters, not four
    expected = hashlib.scrypt(b"8:database3:\xc3\xa9\xed\xa0\x801", salt=SALT, n=2, r=1, p=1, dklen=16).hex()
    assert marks.mark(("database", "é\ud8001"), SALT, QUICK) == expected


def test_the_cost_of_a_guess_is_what_we_say() -> None:
    """4096 x 11 x 128 bytes: 5.5 MiB. The time is measured by bench/lock.py."""
    assert marks.COST == (4096, 11, 1)
    assert marks.is_acceptable(marks.COST)


@pytest.mark.parametrize(
    ("cost", "acceptable"),
    [
        ((4096, 11, 1), True),
        ((8192, 11, 1), True),
        ((65536, 16, 1), True),
        ((65536, 17, 1), False),
        ((4096, 10, 1), False),
        ((2048, 11, 1), False),
        ((2048, 22, 1), True),
        ((4097, 11, 1), False),
        ((4096, 11, 2), False),
        ((4096, 11, 0), False),
        ((4096, -11, 1), False),
        ((0, 11, 1), False),
        ((1, 45056, 1), False),
        ((-4096, -11, 1), False),
    ],
)
def test_a_cheap_or_endless_cost_is_no_lock_of_ours(cost: tuple[int, int, int], acceptable: bool) -> None:
    assert marks.is_acceptable(cost) is acceptable


def test_several_are_made_at_once_and_given_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    lock = Lock("shop", SALT, QUICK)
    identities = [("a", str(number)) for number in range(50)]
    expected = {identity: marks.mark(identity, SALT, QUICK) for identity in identities}
    for processors in (None, 1, 2, 64):
        monkeypatch.setattr("os.cpu_count", lambda processors=processors: processors)
        made = marks.marks([*identities, *identities], lock)
        assert made == expected
        assert list(made) == identities
    assert marks.marks([], lock) == {}


def test_all_processors_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers meet: with one alone, the barrier would break."""
    meeting = threading.Barrier(2, timeout=20)

    def meet(*_: object) -> str:
        meeting.wait()
        return "met"

    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(marks, "mark", meet)
    assert marks.marks([("a",), ("b",)], Lock("shop", SALT, QUICK)) == {("a",): "met", ("b",): "met"}


def test_what_fails_in_any_of_them_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(identity: tuple[str, ...], *_: object) -> str:
        if identity == ("bad",):
            raise MemoryError
        return "fine"

    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(marks, "mark", fail)
    with pytest.raises(MemoryError):
        marks.marks([("a",), ("b",), ("bad",), ("c",)], Lock("shop", SALT, QUICK))


def test_without_threads_one_does_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("os.cpu_count", lambda: 8)
    monkeypatch.setattr("_thread.start_new_thread", refuse)
    assert len(marks.marks([("a",), ("b",), ("c",)], Lock("shop", SALT, QUICK))) == 3


def test_a_door_opens_when_the_work_behind_it_has_ended() -> None:
    def fail() -> None:
        assert door.locked()
        raise KeyboardInterrupt

    door = _thread.allocate_lock()
    door.acquire()
    with pytest.raises(KeyboardInterrupt):
        marks._work_behind(fail, door)
    assert not door.locked()
