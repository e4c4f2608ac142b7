"""Claims and salts of one environment are no other's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core import signing  # type: ignore[import-untyped]  # it ships no types

from firedoor.errors import HandshakeError
from firedoor.problem import Problem
from firedoor.web.tokens import CLAIM, Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor import Configuration

    Environment = Callable[[str], Configuration]


def problem(other: str = "", environment: str = "production") -> Problem:
    facts = {"other": other} if other else {}
    return Problem("FD656", environment=environment, origin=None, **facts)


def test_a_token_of_the_environment_is_taken(environment: Environment) -> None:
    tokens = Tokens(environment("testing"))
    claims = tokens.mark({"sub": "42"})
    assert claims == {"sub": "42", CLAIM: "shop/testing"}
    assert tokens.mark(claims) == claims
    tokens.check(claims)
    tokens.check({CLAIM: "shop/dev"})
    tokens.check({"sub": "42"}, require=False)
    assert repr(tokens) == "Tokens('shop/testing')"


@pytest.mark.parametrize(
    ("claims", "other"),
    [
        ({CLAIM: "shop/staging"}, "shop/staging"),
        ({CLAIM: "other/production"}, "other/production"),
        ({CLAIM: "Production"}, ""),
        ({CLAIM: ["shop/production"]}, ""),
        ({CLAIM: None}, ""),
    ],
)
def test_a_token_of_another_is_not(environment: Environment, claims: dict[str, Any], other: str) -> None:
    tokens = Tokens(environment("production"))
    tokens.check({CLAIM: "shop/production"})
    for require in (True, False):
        with pytest.raises(HandshakeError) as refused:
            tokens.check(claims, require=require)
        assert refused.value.problems == (problem(other),)
    with pytest.raises(HandshakeError) as refused:
        tokens.mark(claims)
    assert refused.value.problems == (problem(other),)


def test_a_token_that_says_nothing_is_not_taken_where_that_is_required(environment: Environment) -> None:
    with pytest.raises(HandshakeError) as refused:
        Tokens(environment("production")).check({"sub": "42"})
    assert refused.value.problems == (problem(),)


def test_a_salt_keeps_signatures_of_one_key_apart(environment: Environment) -> None:
    staging, production = (Tokens(environment(name)).salt("activate") for name in ("staging", "production"))
    assert staging == "shop/staging activate"
    signed = signing.TimestampSigner(key="the same key", salt=staging, fallback_keys=[]).sign("42")
    assert signing.TimestampSigner(key="the same key", salt=staging, fallback_keys=[]).unsign(signed) == "42"
    with pytest.raises(signing.BadSignature):
        signing.TimestampSigner(key="the same key", salt=production, fallback_keys=[]).unsign(signed)
