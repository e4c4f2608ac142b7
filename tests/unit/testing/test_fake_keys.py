"""Fake keys open nothing, and say so by their shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor import live_key
from firedoor.testing import fake_keys


@pytest.mark.parametrize(
    ("variable", "beginning"),
    [
        ("STRIPE_SECRET_KEY", "sk_test_"),
        ("OPENAI_API_KEY", "sk-test-"),
        ("anthropic_key", "sk-ant-test-"),
        ("RAZORPAY_KEY", "rzp_test_"),
        ("SENDGRID_KEY", "SG.test."),
        ("GITHUB_TOKEN", "ghtest_"),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("MAPS_KEY", "test-key-"),
    ],
)
def test_a_key_has_its_service_s_shape(variable: str, beginning: str) -> None:
    assert fake_keys.of(variable).startswith(beginning)


@given(st.text(min_size=1, max_size=40))
def test_a_fake_key_is_never_taken_for_a_real_one(variable: str) -> None:
    for name in (variable, f"STRIPE_{variable}", f"AWS_ACCESS_{variable}", f"OPENAI_{variable}"):
        assert not live_key.opens_more_than_a_test(fake_keys.of(name))


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_key_is_its_variable_s_own_and_always_the_same(one: str, other: str) -> None:
    assert fake_keys.of(one) == fake_keys.of(one)
    assert (fake_keys.of(one) == fake_keys.of(other)) == (one == other)
