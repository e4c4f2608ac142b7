"""What people call environments."""

from __future__ import annotations

import pytest

from firedoor.discovery import names


@pytest.mark.requirement("C1")
def test_the_four_stages_stand_in_the_order_of_promotion() -> None:
    """C1: Development → Testing → Staging → Production."""
    mixed = ["production", "qa", "stage", "dev", "test", "local", "foo", "preprod", "prod-eu"]
    assert sorted(mixed, key=names.rank) == [
        "local",
        "dev",
        "test",
        "qa",
        "foo",
        "stage",
        "preprod",
        "production",
        "prod-eu",
    ]


@pytest.mark.parametrize(
    "name", ["production", "prod", "prd", "live", "Production", "prod-eu", "eu_production", "eu.prod"]
)
def test_production_by_any_usual_name(name: str) -> None:
    assert names.is_production(name)


@pytest.mark.parametrize(
    "name",
    [
        "pre-prod",
        "preprod",
        "non-prod",
        "not-production",
        "prod-test",
        "prod-copy",
        "product",
        "dev",
        "foo",
        "staging-prod",
    ],
)
def test_names_that_only_sound_like_production(name: str) -> None:
    assert not names.is_production(name)


@pytest.mark.parametrize(
    ("name", "family", "counterpart"),
    [
        ("dev", "development", "development"),
        ("development", "development", "dev"),
        ("DEV", "development", None),
        ("test", "testing", "testing"),
        ("staging", "staging", "stage"),
        ("prd", "production", None),
        ("local", "local", None),
        ("eu-west", "eu-west", None),
    ],
)
def test_spellings_of_one_environment(name: str, family: str, counterpart: str | None) -> None:
    assert names.family(name) == family
    assert names.counterpart(name) == counterpart


@pytest.mark.parametrize(("text", "known"), [("dev", True), ("dev-kim", True), ("kim", False), ("", False)])
def test_known_names(text: str, known: bool) -> None:
    assert names.is_known(text) is known


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("dev", True),
        ("eu-west_1", True),
        ("1st", False),
        ("", False),
        ("a b", False),
        ("dév", False),
        ("a" * 33, False),
    ],
)
def test_what_could_be_a_name(text: str, is_name: bool) -> None:
    assert names.is_name(text) is is_name


def test_usual_names_are_those_that_code_means() -> None:
    assert names.is_usual("prod")
    assert not names.is_usual("live")
