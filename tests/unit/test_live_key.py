"""Keys that open more than a test account. Shapes themselves: test_secret.py."""

from __future__ import annotations

import pytest

from firedoor import live_key

LONG_LIVED = "AKIA" + "Q3W5E7R2T4Y6U7I2"
SQUARE = "sq0atp-" + "aB3dE5fG7hJ9kL1mN2pQ4r"


@pytest.mark.parametrize(
    "text",
    [
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        SQUARE,
        "access-production-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        "sq0csp-" + ("aB3dE5fG7hJ9kL1mN2pQ4r" * 2)[:43],
        "FLWSECK-" + "aB3dE5fG7hJ9kL1m" * 2,
        "EZAK" + ("aB3dE5fG7hJ9kL1mN2pQ4r" * 3)[:54],
        "dp.st.prd." + ("aB3dE5fG7hJ9kL1mN2pQ4r" * 2)[:40],
        LONG_LIVED,  # it does not say which account it opens
        f"{LONG_LIVED}:a1b2c3d4",
        f"{LONG_LIVED} {SQUARE}",
    ],
)
def test_more_than_a_test(text: str) -> None:
    assert live_key.opens_more_than_a_test(text) is True
    assert live_key.may_hold_one(f"first\n{text}\nlast") is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        "AKIA",
        "AKIAIOSFODNN7EXAMPLE",
        f"{LONG_LIVED}x",
        "ASIA" + "Q3W5E7R2T4Y6U7I2",  # lives for hours
        "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",  # whose it is depends on whom it was given to
        "delivered",
        "production",
    ],
)
def test_no_more_than_a_test(text: str) -> None:
    assert live_key.opens_more_than_a_test(text) is False
    assert live_key.looks_live_key(text) is False


def test_a_long_lived_key_is_no_live_one_by_its_shape() -> None:
    assert live_key.looks_live_key(LONG_LIVED) is False


def test_most_values_are_not_looked_at() -> None:
    assert live_key.may_hold_one("postgresql://localhost/x\ntrue\n8000") is False
