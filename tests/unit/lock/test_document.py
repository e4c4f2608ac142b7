"""The lock as data: equal by content, stable in order, silent in its repr."""

from __future__ import annotations

from firedoor.lock.document import Lock, Marks, Taken

A, B = "a" * 32, "b" * 32


def lock(**changes: object) -> Lock:
    fields: dict[str, object] = {
        "project": "shop",
        "salt": b"salt",
        "cost": (2, 1, 1),
        "pins": {"b": "2", "a": "1"},
        "accepted": 1,
        "ledger": "l",
        "environments": {"z": Taken(1, "t", {}), "a": Taken(2, "t", {})},
    }
    return Lock(**{**fields, **changes})  # type: ignore[arg-type] # as the constructor's own


def test_everything_counts_for_equality() -> None:
    assert lock() == lock()
    assert hash(lock()) == hash(lock())
    others: tuple[dict[str, object], ...] = (
        {"project": "x"},
        {"salt": b"x"},
        {"cost": (4, 1, 1)},
        {"pins": {"a": "1"}},
        {"accepted": 2},
        {"ledger": ""},
        {"environments": {}},
    )
    for changes in others:
        assert lock(**changes) != lock()
    assert lock() != "lock"
    assert Taken(1, "t", {"A": Marks((A,))}) != Taken(1, "t", {"A": Marks((B,))})
    assert hash(Taken(1, "t", {})) == hash(Taken(1, "t", {}))
    assert Taken(1, "t", {}) != 1
    assert Marks((A,)) != Marks((), (A,))
    assert Marks((A,)) != Marks((A,), common=(A,))
    assert hash(Marks((A,))) == hash(Marks((A,)))
    assert Marks() != ()


def test_order_is_that_of_names() -> None:
    assert list(lock().pins) == ["a", "b"]
    assert list(lock().environments) == ["a", "z"]
    assert list(Taken(1, "t", {"B": Marks(), "A": Marks()}).variables) == ["A", "B"]


def test_the_newer_taking_has_the_greater_key() -> None:
    assert Taken(2, "2020", {}).key() > Taken(1, "2030", {}).key()


def test_an_id_is_that_of_the_salt() -> None:
    assert lock().id == lock(project="other").id
    assert lock().id != lock(salt=b"other").id
    assert len(lock().id) == 16


def test_repr_counts_and_shows_no_fingerprint() -> None:
    assert (
        repr(Marks((A,), (A, B))) == "Marks(1 spelled, 2 resolved, 0 observed, 0 within, 0 server, 0 common)"
    )
    assert repr(Taken(3, "t", {"A": Marks((A,))})) == "Taken(3, 't', 1 variables)"
    assert repr(lock()) == f"Lock('shop', {lock().id}, ['a', 'z'])"
