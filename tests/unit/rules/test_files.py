"""A file that says it is another environment's is the wrong file."""

from __future__ import annotations

import pytest

from firedoor import dotenv
from firedoor.declaration import Project
from firedoor.environment import Environment
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem
from firedoor.rules import files
from firedoor.sources import Layer

DEV = Environment("development", aliases=("dev",))
PROD = Environment("production", order=1, aliases=("prod",), protected=True)
PROJECT = Project(root="/p", path="/p/firedoor.toml", name="p", environments=(DEV, PROD))


def judge(text: str, *, shared: bool = False) -> list[Problem]:
    return files.selector_lines(PROJECT, DEV, [Layer(".env.dev", dotenv.parse(text), shared=shared)])


def wrong(code: str, selector: str = "ENV", line: int = 2, **facts: str) -> Problem:
    return Problem(
        code,
        subject=selector,
        environment="development",
        origin=Origin(FILE, ".env.dev", line, 1),
        selector=selector,
        **facts,
    )


@pytest.mark.parametrize("said", ["development", "dev"])
def test_its_own_name_and_aliases_are_right(said: str) -> None:
    assert judge(f"A=1\nENV={said}\nAPP_ENV={said}\n") == []


@pytest.mark.parametrize("said", ["production", "prod"])
def test_another_environment_s_name(said: str) -> None:
    assert judge(f"A=1\nENV={said}\n") == [wrong("FD204", other="production", file=".env.dev")]


def test_a_name_that_nobody_declared() -> None:
    other = "something that is not declared"
    assert judge("A=1\nENV=Dev\n") == [wrong("FD204", other=other, file=".env.dev")]


@pytest.mark.parametrize("said", ["$WORLD", "${WORLD:-dev}", "", "''"])
def test_no_plain_name(said: str) -> None:
    assert judge(f"A=1\nENV={said}\n") == [wrong("FD106")]


def test_every_selector_line_is_judged() -> None:
    assert [(found.code, found.subject) for found in judge("APP_ENV=prod\nENV=${X}\n")] == [
        ("FD204", "APP_ENV"),
        ("FD106", "ENV"),
    ]


def test_other_variables_may_say_what_they_like() -> None:
    assert judge("ENVIRONMENT=production\nMODE=\n") == []


def test_a_file_that_every_environment_reads_only_chooses_the_default() -> None:
    assert judge("ENV=production\n", shared=True) == []
