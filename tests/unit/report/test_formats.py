"""Laws of every format: whatever the problems hold, there is a report, it is safe to print, and it is one report."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor import catalogue
from firedoor.origin import DECLARATION, DEFAULT, FILE, OVERRIDE, PROCESS, REQUEST, Origin
from firedoor.problem import Problem
from firedoor.report import FORMATS, text
from support.problems import ENVIRONMENTS, PROBLEMS, SARIF

KINDS = (FILE, PROCESS, OVERRIDE, DEFAULT, DECLARATION, REQUEST)
NAMES = sorted({name for entry in catalogue.entries_in_order() for name in entry.facts})

any_text = st.text(st.characters(), max_size=20)
names = st.sampled_from([*ENVIRONMENTS, "DATABASE_URL", ".env.testing", "firedoor.toml"]) | any_text
origins = st.builds(Origin, st.sampled_from(KINDS), names, st.integers(0, 9), st.integers(0, 9))


@st.composite
def problem_of_any_kind(draw: st.DrawFn) -> Problem:
    return Problem(
        draw(st.sampled_from(catalogue.CODES) | any_text),
        subject=draw(names),
        environment=draw(st.none() | names),
        origin=draw(st.none() | origins),
        severity=draw(st.sampled_from(["error", "warning", "note"]) | any_text),
        **draw(st.dictionaries(st.sampled_from(NAMES), any_text, max_size=3)),
    )


some_problems = st.lists(problem_of_any_kind(), max_size=3)


def test_the_registry_has_the_contracted_formats() -> None:
    assert list(FORMATS) == ["text", "json", "sarif", "github"]


@pytest.mark.parametrize("form", FORMATS)
def test_whole_outputs_end_with_a_line_break_or_are_empty(form: str) -> None:
    assert FORMATS[form](PROBLEMS, environments=ENVIRONMENTS).endswith("\n")
    assert not FORMATS[form](PROBLEMS).endswith("\n\n")
    empty = FORMATS[form]([])
    assert empty == "" or empty.endswith("\n")


def test_the_registry_renders_what_the_modules_do() -> None:
    assert FORMATS["text"](PROBLEMS, environments=ENVIRONMENTS) == (
        text.render(PROBLEMS, environments=ENVIRONMENTS) + "\n"
    )
    assert "file=sub/.env.testing" in FORMATS["github"](PROBLEMS, folder="sub")


@pytest.mark.parametrize("form", FORMATS)
@given(problems=some_problems)
def test_no_format_fails_or_lets_a_name_drive_the_reader(form: str, problems: list[Problem]) -> None:
    output = FORMATS[form](problems, environments=ENVIRONMENTS)
    assert output.replace("\n", "").isprintable()
    output.encode("utf-8")


@pytest.mark.parametrize("form", FORMATS)
@given(data=st.data(), problems=some_problems)
def test_the_order_of_finding_does_not_matter(
    form: str, data: st.DataObject, problems: list[Problem]
) -> None:
    shuffled = data.draw(st.permutations([*problems, *problems[:1]]))
    assert FORMATS[form](shuffled, environments=ENVIRONMENTS) == FORMATS[form](
        problems, environments=ENVIRONMENTS
    )


@given(problems=some_problems)
def test_sarif_is_always_valid(problems: list[Problem]) -> None:
    try:
        SARIF.validate(json.loads(FORMATS["sarif"](problems)))
    except jsonschema.ValidationError as error:  # its own text would print the whole log
        pytest.fail(f"{error.json_path}: {error.message[:200]}")


@given(problems=some_problems)
def test_json_counts_what_it_lists(problems: list[Problem]) -> None:
    report = json.loads(FORMATS["json"](problems))
    assert len(report["problems"]) == len(set(problems))
    for severity, number in report["counts"].items():
        assert number == sum(problem["severity"] == severity for problem in report["problems"])


@given(problems=some_problems)
def test_github_writes_one_command_in_one_line_for_each_problem(problems: list[Problem]) -> None:
    lines = FORMATS["github"](problems).splitlines()
    assert len(lines) == len(set(problems))
    assert all(line.split(" ")[0] in ("::error", "::warning", "::notice") for line in lines)


@given(problems=some_problems, width=st.none() | st.integers(0, 200), quiet=st.booleans())
def test_text_is_the_same_with_and_without_colour(
    problems: list[Problem], width: int | None, *, quiet: bool
) -> None:
    plain = text.render(problems, width=width, quiet=quiet)
    painted = text.render(problems, width=width, quiet=quiet, colour=True)
    for code in ("\x1b[1m", "\x1b[1;31m", "\x1b[33m", "\x1b[36m", "\x1b[32m", "\x1b[0m"):
        painted = painted.replace(code, "")
    assert painted == plain
