"""Where a value came from, as people read it."""

from __future__ import annotations

import pytest

from firedoor.origin import DECLARATION, DEFAULT, FILE, OVERRIDE, PROCESS, REQUEST, Origin


@pytest.mark.parametrize(
    ("origin", "shown"),
    [
        (Origin(FILE, ".env.testing", 3, 1), ".env.testing:3:1"),
        (Origin(FILE, ".env.testing"), ".env.testing"),
        (Origin(DECLARATION, "firedoor.toml", 2, 5), "firedoor.toml:2:5"),
        (Origin(DECLARATION, "the declared default"), "the declared default"),
        (Origin(PROCESS, "APP_ENV"), "process variable APP_ENV"),
        (Origin(OVERRIDE, "PORT"), "override PORT"),
        (Origin(DEFAULT, "PORT"), "default of PORT"),
        (Origin(REQUEST, "-e"), "-e"),
    ],
)
def test_text(origin: Origin, shown: str) -> None:
    assert str(origin) == shown
    assert repr(origin) == f"Origin({shown!r})"


def test_equality_is_of_the_whole() -> None:
    origins = [
        Origin(FILE, "a", 1, 1),
        Origin(FILE, "a", 1, 2),
        Origin(FILE, "a", 2, 1),
        Origin(FILE, "b", 1, 1),
        Origin(DECLARATION, "a", 1, 1),
    ]
    assert len(set(origins)) == len(origins)
    assert Origin(FILE, "a", 1, 1) == origins[0]
    assert hash(Origin(FILE, "a", 1, 1)) == hash(origins[0])
    assert origins[0] != "a:1:1"
