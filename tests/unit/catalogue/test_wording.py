"""Filling sentences: what is known is said, what is missing is worded around, and nothing ever fails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor import catalogue
from firedoor.catalogue.entries import Entry
from firedoor.catalogue.wording import fill, printable
from firedoor.origin import FILE, PROCESS, Origin
from firedoor.problem import Problem

ANY_TEXT = st.text(st.characters())
ENTRIES = catalogue.entries_in_order()


def said(template: object, **facts: str) -> str:
    problem = Problem(
        "FD000", subject="KEY", environment="testing", origin=Origin(FILE, ".env", 2, 3), **facts
    )
    return fill(template, problem)  # type: ignore[arg-type]  # wrong on purpose, or a stand-in


@pytest.mark.parametrize(
    ("template", "facts", "text"),
    [
        ("plain", {}, "plain"),
        ("{subject} in {environment}", {}, "KEY in testing"),
        ("{origin}, that is {place}", {}, ".env:2:3, that is .env"),
        ("see {file}", {"file": ".env"}, "see .env"),
        ("see {file:the file}", {}, "see the file"),
        ("see {file:the file}", {"file": ""}, "see the file"),
        ("see {file:{subject}'s file}", {}, "see KEY's file"),
        ("${{{file}:-x}} {{env}}", {"file": "A"}, "${A:-x} {env}"),
        (("one", "two {file}"), {}, "one"),
        (("one", "two {file}"), {"file": "f"}, "one two f"),
        ((("with {file}", "without"),), {}, "without"),
        ((("with {file}", "without"),), {"file": "f"}, "with f"),
        ((("{file}", "{other}"), "end"), {}, "end"),
        ("{file}", {}, ""),
        ("{file}", {"file": "{subject} %s"}, "{subject} %s"),
    ],
)
def test_filling(template: object, facts: dict[str, str], text: str) -> None:
    assert said(template, **facts) == text


def test_a_problem_that_knows_nothing() -> None:
    template = "{subject:it} {environment:here} {origin:there} {place:somewhere}"
    assert fill(template, Problem("FD000")) == "it here there somewhere"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, Grüße, 環境", "plain text, Grüße, 環境"),
        ("", ""),
        (3, "3"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines\ttab\r", "two\\nlines\\ttab\\r"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\udc80bytes", "\\udc80bytes"),
        ("no\u00a0break", "no\\xa0break"),
        ("\U000e0041tag", "\\U000e0041tag"),
        ("a" * 2001, "a" * 2000 + "..."),
    ],
)
def test_printable(text: object, shown: str) -> None:
    assert printable(text) == shown


@given(ANY_TEXT)
def test_what_is_printable_is_always_printable(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown or len(shown) > 2000
    shown.encode("utf-8")


@given(st.sampled_from(ENTRIES), st.data())
def test_words_are_found_for_any_facts(entry: Entry, data: st.DataObject) -> None:
    """Law: whichever facts are given or missing, and whatever they hold, both sentences are there, in one line."""
    names = sorted({*entry.facts, "stray"})
    facts = data.draw(st.dictionaries(st.sampled_from(names), ANY_TEXT))
    problem = Problem(
        entry.code,
        subject=data.draw(ANY_TEXT),
        environment=data.draw(st.none() | ANY_TEXT),
        origin=data.draw(st.none() | st.builds(Origin, st.sampled_from([FILE, PROCESS]), ANY_TEXT)),
        **facts,
    )
    for text in (catalogue.what(problem), catalogue.action(problem)):
        assert text
        assert text.isprintable()


def test_the_facts_of_an_entry_are_what_its_templates_name() -> None:
    entry = Entry(
        "FD000",
        "test",
        summary="",
        why="",
        what=("{subject} {b:{place}}", ("{a}", "{origin}")),
        do="{c:neutral} {{d}}",
    )
    assert entry.facts == ("a", "b", "c")
