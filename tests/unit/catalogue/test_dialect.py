"""The codes of dialect constructs: their words come from the table of constructs."""

from __future__ import annotations

import pytest

from firedoor import catalogue
from firedoor.catalogue.dialect import slug
from firedoor.dialects import CONSTRUCTS, TOOLS
from firedoor.problem import Problem


@pytest.mark.parametrize(
    ("name", "slugged"),
    [
        ("tab before #", "tab-before-hash"),
        ("${X:-default}", "dollar-x-colon-default"),
        ("${X-default}", "dollar-x-default"),
        ("$$", "dollar-dollar"),
        ("\\' in double quotes", "backslash-apostrophe-in-double-quotes"),
    ],
)
def test_slug(name: str, slugged: str) -> None:
    assert slug(name) == slugged


@pytest.mark.parametrize("construct", CONSTRUCTS.values(), ids=lambda construct: construct.code)
def test_words_are_the_constructs(construct: object) -> None:
    code, name = construct.code, construct.name  # type: ignore[attr-defined]  # known at run time only
    entry = catalogue.entry(code)
    what = catalogue.what(Problem(code, count="3"))
    assert what.startswith(f"Not all tools read this alike: {name}. ")
    assert what.endswith(". Places in this file: 3.")
    for tool, reading in construct.reads.items():  # type: ignore[attr-defined]  # known at run time only
        assert TOOLS[tool] in what
        assert reading in what
    assert catalogue.action(Problem(code)) == f"Write instead: {construct.portable}."  # type: ignore[attr-defined]  # known at run time only
    assert entry.severity == construct.severity  # type: ignore[attr-defined]  # known at run time only


def test_tools_that_read_alike_are_told_together() -> None:
    assert catalogue.what(Problem("FD235")) == (
        "Not all tools read this alike: # inside an unquoted value. Docker Compose, python-dotenv, bash: keeps it as "
        "part of the value; node dotenv: ends the value there."
    )


def test_what_nobody_could_see_is_spelled_for_printf() -> None:
    example = catalogue.entry("FD237").example
    assert example is not None
    assert example.commands == ("printf 'A=x\\011# c\\012' > .env.testing", "firedoor check testing")
    plain = catalogue.entry("FD235").example
    assert plain is not None
    assert plain.files[".env.testing"] == "A=x#c\n"
