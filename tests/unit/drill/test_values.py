"""Made-up values: addresses that lead to a stand-in, keys that open nothing, texts of the declared type."""

from __future__ import annotations

import pytest

from firedoor import typed_text
from firedoor.declaration import Variable
from firedoor.drill import values
from firedoor.environment import Environment

TESTING = Environment("testing")
WHOLE = {
    "database": "postgresql://drill_my_env@127.0.0.2:9/drill_my_env",
    "cache": "redis://127.0.0.2:9/0",
    "bucket": "http://127.0.0.2:9/drill-my_env",
    "vector": "http://127.0.0.2:9/drill-my_env",
    "queue": "amqp://127.0.0.2:9/drill_my_env",
    "http": "http://127.0.0.2:9/",
    "smtp": "smtp://127.0.0.2:9",
    "of another package": "",
}


@pytest.mark.parametrize("kind", WHOLE)
def test_an_address_of_each_kind(kind: str) -> None:
    assert values.address(kind, "My-Env", "127.0.0.2", 9) == WHOLE[kind]


def variable(**told: object) -> Variable:
    return Variable("X", **told)  # type: ignore[arg-type]  # what a test gives


@pytest.mark.parametrize(
    ("required", "text"),
    [((False,), "false"), ((True, False), "true"), (("ERROR", "WARNING"), "ERROR"), ((3,), "3")],
)
def test_what_is_required_comes_first(required: tuple[object, ...], text: str) -> None:
    told = Environment("production", require={"X": required})  # type: ignore[dict-item]  # wrong on purpose, or a stand-in
    assert values.plain(told, variable(type="str", default="other", secret=True)) == text


def test_a_secret_is_long_and_new_each_time() -> None:
    found = {values.plain(TESTING, variable(resource="signing-key", default="x")) for _ in range(3)}
    assert len(found) == 3
    assert min(map(len, found)) >= 40


def test_a_default_then_the_first_value() -> None:
    assert values.plain(TESTING, variable(type="enum", values=("A", "B"), default="B")) == "B"
    assert values.plain(TESTING, variable(type="enum", values=("A", "B"))) == "A"


@pytest.mark.parametrize("kind", ["bool", "int", "float", "url", "list", "json", "path"])
def test_a_text_of_its_type(kind: str) -> None:
    assert typed_text.fits(kind, values.plain(TESTING, variable(type=kind)))


def test_a_plain_text_only_where_it_is_required() -> None:
    assert values.plain(TESTING, variable()) == ""
    assert values.plain(TESTING, variable(required=True)) == "drill"
    assert values.plain(TESTING, variable(required=("production",))) == ""
