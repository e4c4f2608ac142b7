"""A mark has one spelling, and a header may hold several."""

from __future__ import annotations

import pytest

from firedoor.web.marks import Mark, Said, parse, said


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        (Mark("shop", "testing"), "shop/testing"),
        (Mark("my shop", "a/b"), "my%20shop/a%2Fb"),
        (Mark("a/b", "c"), "a%2Fb/c"),
        (Mark("ö,;=", "x"), "%C3%B6%2C%3B%3D/x"),
    ],
)
def test_a_mark_is_a_text_and_back(mark: Mark, text: str) -> None:
    assert str(mark) == text
    assert parse(text) == mark


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "shop",
        "shop/",
        "/testing",
        "a/b/c",
        "my shop/x",
        "%73hop/x",
        "%ff/x",
        "a/%zz",
        "a/b ",
        "a" * 600 + "/b",
    ],
)
def test_what_is_spelled_otherwise_is_no_mark(text: str) -> None:
    assert parse(text) is None


def test_what_a_header_says() -> None:
    a, b = Mark("shop", "a"), Mark("shop", "b")
    assert list(said([])) == []
    assert list(said(["shop/a", "shop/b"])) == [Said(a, ()), Said(b, ())]
    assert list(said(["shop/a,\t shop/b ;x=1", "", "shop/b;"])) == [Said(a, ()), None, None, None]
    assert list(said(["shop/a;at=1;mac==="])) == [Said(a, (("at", "1"), ("mac", "==")))]
    assert list(said(["shop/a;=1", "shop/a;at"])) == [None, None]
