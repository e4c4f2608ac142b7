from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor import typed_text


@pytest.mark.parametrize("text", ["true", "TRUE", "True", "1", "yes", "Yes", "on", "ON"])
def test_true(text: str) -> None:
    assert typed_text.parse_bool(text) is True


@pytest.mark.parametrize("text", ["false", "FALSE", "0", "no", "No", "off", "oFF"])
def test_false(text: str) -> None:
    assert typed_text.parse_bool(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "ture",
        "1 ",
        " true",
        "true\n",
        "t",
        "f",
        "y",
        "n",
        "2",
        "-1",
        "None",
        "01",
        "ﬀ",
        "ＴＲＵＥ",
        "oﬀ",
    ],
)
def test_neither(text: str) -> None:
    assert typed_text.parse_bool(text) is None


@given(st.text())
def test_bool_is_one_of_eight_words(text: str) -> None:
    known = text in {
        word for w in ("true", "false", "1", "0", "yes", "no", "on", "off") for word in _cases(w)
    }
    assert (typed_text.parse_bool(text) is not None) == known


def _cases(word: str) -> set[str]:
    found = {""}
    for letter in word:
        found = {head + case for head in found for case in {letter.lower(), letter.upper()}}
    return found


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("-5", -5), ("+7", 7), ("007", 7), ("9" * 4000, int("9" * 4000))]
)
def test_int(text: str, number: int) -> None:
    assert typed_text.parse_int(text) == number


@pytest.mark.parametrize("text", ["", "-", "+", "1_000", " 1", "1 ", "1.0", "0x10", "--1", "٣", "9" * 4001])
def test_no_int(text: str) -> None:
    assert typed_text.parse_int(text) is None


@given(st.integers())
def test_every_int_is_read_back(number: int) -> None:
    assert typed_text.parse_int(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_float_is_read_back(number: float) -> None:
    assert typed_text.parse_float(repr(number)) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        "inf",
        "-inf",
        "1e999",
        "1_0.0",
        " 1.0",
        "1,5",
        "e5",
        "1e",
        "--1",
        "x1",
        "1x",
        "\u0663",
        "1\u06632",
        "+",
        " ",
    ],
)
def test_no_float(text: str) -> None:
    assert typed_text.parse_float(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com",
        "postgresql+asyncpg://u:p@h/d",
        "sqlite://",
        "sqlite+aiosqlite:///:memory:",
        "a.b-c://x",
        "sqlite+libsql://",
        "https://a/?next=http://b",
        "S3+V4://x",
    ],
)
def test_url(text: str) -> None:
    assert typed_text.is_url(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "://x",
        "http://",
        "1http://x",
        "ht tp://x",
        "http://a b",
        "http://a\nb",
        "htt\u00fcp://x",
        "sqlite",
        "a_b://x",
        "+a://x",
        "ht_tp://x",
        "\u212a://x",
        "no-sqlite://",
        "\u00fchttp://x",
    ],
)
def test_no_url(text: str) -> None:
    assert not typed_text.is_url(text)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("bool", "on", "ture"),
        ("int", "3", "3.5"),
        ("float", "3.5", "x"),
        ("url", "redis://h", "h"),
        ("json", '{"a": [1]}', "{a}"),
        ("list", "a,b", "[a"),
        ("list", '["a"]', '["a"'),
        ("path", "/x", ""),
        ("path", "a b", "a\0b"),
    ],
)
def test_fits(kind: str, good: str, bad: str) -> None:
    assert typed_text.fits(kind, good)
    assert not typed_text.fits(kind, bad)


def test_every_text_is_a_str() -> None:
    assert typed_text.fits("str", "\n")


def test_deep_json_is_refused_not_a_crash() -> None:
    assert not typed_text.fits("json", "[" * 200_000)


@pytest.mark.parametrize(
    ("text", "allowed", "same"),
    [
        ("False", False, True),
        ("0", False, True),
        ("true", False, False),
        ("ture", False, False),
        ("4", 4, True),
        ("4.0", 4, True),
        ("5", 4, False),
        ("x", 4, False),
        ("INFO", "INFO", True),
        ("info", "INFO", False),
        ("0.50", 0.5, True),
        ("0.51", 0.5, False),
        ("1", True, True),
        ("1", 1, True),
        ("true", 1, False),
    ],
)
def test_equals(text: str, allowed: object, same: bool) -> None:
    assert typed_text.equals(text, allowed) is same


def test_parse_dispatches_by_kind() -> None:
    assert typed_text.parse("bool", "no") is False
    assert typed_text.parse("int", "x") is None
    parsed = typed_text.parse("float", "0.5")
    assert isinstance(parsed, float)
    assert math.isclose(parsed, 0.5)


def test_every_type_says_what_it_expects() -> None:
    kinds = {*typed_text._PARSERS, *typed_text._TESTS}
    assert set(typed_text.EXPECTED) == kinds
    assert all(typed_text.EXPECTED.values())


@pytest.mark.parametrize(("text", "valid"), [("[]", True), ("[", False), ("", False), ('"a"', True)])
def test_json(text: str, valid: bool) -> None:
    assert typed_text.is_json(text) is valid


def test_no_letter_of_another_alphabet_makes_a_boolean() -> None:
    """Some letters become ASCII when they are made small: none of them is in our words."""
    small = "".join(map(chr, range(128, 0x110000))).lower()
    becoming = {letter for letter in set(small) if letter.isascii()}
    assert becoming == {"i", "k"}
    assert becoming.isdisjoint("".join((*typed_text._TRUE, *typed_text._FALSE)))
