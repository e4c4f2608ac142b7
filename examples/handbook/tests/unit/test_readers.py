"""Reader tokens."""

import pytest

from src.readers import issue_token, reader_of

pytestmark = pytest.mark.unit


def test_a_token_names_its_reader_under_the_key_that_signed_it():
    token = issue_token("one key")
    assert reader_of(token, "one key") == token.partition(".")[0]


def test_every_reader_is_another():
    assert issue_token("one key") != issue_token("one key")


@pytest.mark.parametrize("spoil", [str.upper, lambda token: token[:-1], lambda token: "x" + token])
def test_a_changed_token_names_nobody(spoil):
    assert reader_of(spoil(issue_token("one key")), "one key") is None


@pytest.mark.parametrize("token", ["", ".", "nobody", "nobody.", "é.ü"])
def test_nonsense_names_nobody(token):
    assert reader_of(token, "one key") is None


def test_another_environments_token_names_nobody():
    assert reader_of(issue_token("staging's key"), "production's key") is None
