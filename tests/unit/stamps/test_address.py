from __future__ import annotations

import traceback

import pytest

from firedoor.stamps.address import SECONDS, Address

SECRET = "hunter2"


def test_a_traceback_that_shows_it_shows_no_secret() -> None:
    place = Address("CACHE", "cache", f"redis://:{SECRET}@h", "/shop", {"TOKEN": SECRET})
    assert repr(place) == "Address(variable='CACHE', kind='cache', root='/shop', seconds=5.0, ambient=False)"
    assert SECRET not in f"{place} {place!r}"
    with pytest.raises(ValueError, match="CACHE") as caught:
        fail(place)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert SECRET not in str(shown.stack[-1].locals)


def fail(place: Address) -> None:
    raise ValueError(place)


def test_what_need_not_be_said() -> None:
    place = Address("CACHE", "cache", "redis://h")
    assert (place.root, place.variables, place.seconds, place.ambient) == ("", {}, SECONDS, False)
    assert SECONDS == 5.0
