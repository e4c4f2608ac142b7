"""Who chose the environment: origins, several problems at once, and what the process really was started with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firedoor.declaration import Project
from firedoor.environment import Environment
from firedoor.errors import SelectionError
from firedoor.origin import PROCESS, Origin
from firedoor.selection import Choice, choose, unknown

if TYPE_CHECKING:
    from support.project import ProjectFolder

DEV = Environment("development", aliases=("dev",), order=0)
PROD = Environment("production", aliases=("prod",), order=1, protected=True)


@pytest.fixture
def declared(project: ProjectFolder) -> Project:
    return build(project)


def build(project: ProjectFolder, **fields: Any) -> Project:
    return Project(
        root=str(project.root),
        path=str(project.root / "firedoor.toml"),
        name="x",
        environments=(DEV, PROD),
        **fields,
    )


def refusal(
    project: Project, requested: str | None = None, *, duplicates: tuple[str, ...] = (), **process: str
) -> list[tuple[str, str, str]]:
    with pytest.raises(SelectionError) as refused:
        choose(project, requested, process, duplicates)
    return [(problem.code, problem.subject, str(problem.origin)) for problem in refused.value.problems]


def test_a_choice_tells_who_made_it(declared: Project) -> None:
    choice = choose(declared, None, {"ENV": "prod"})
    assert (choice.environment, str(choice.origin), choice.spelling) == (PROD, "process variable ENV", "prod")
    assert repr(choice) == "Choice('production', 'process variable ENV')"
    asked = choose(declared, "dev", {"ENV": "prod"}, asked_by="-e")
    assert (asked.environment, str(asked.origin)) == (DEV, "-e")


def test_every_selector_that_is_wrong_is_told(declared: Project) -> None:
    assert refusal(declared, APP_ENV="nope", ENV="") == [
        ("FD102", "'nope'", "process variable APP_ENV"),
        ("FD105", "ENV", "process variable ENV"),
    ]


def test_one_wrong_selector_is_not_outvoted_by_a_right_one(declared: Project) -> None:
    assert refusal(declared, APP_ENV="dev", ENV="nope") == [("FD102", "'nope'", "process variable ENV")]


def test_disagreement_is_told_beside_what_is_unknown(project: ProjectFolder) -> None:
    three = build(project, selectors=("A", "B", "C"))
    assert [code for code, *_ in refusal(three, A="dev", B="prod", C="x")] == ["FD102", "FD103"]


def test_a_selector_that_stands_twice(declared: Project) -> None:
    assert refusal(declared, duplicates=("APP_ENV", "OTHER"), APP_ENV="dev") == [
        ("FD104", "APP_ENV", "process variable APP_ENV")
    ]
    assert refusal(declared, duplicates=("ENV",)) == [("FD104", "ENV", "process variable ENV")]
    assert choose(declared, "dev", {"APP_ENV": "x"}, ("APP_ENV",)).environment is DEV


def test_the_declared_default_comes_last(project: ProjectFolder) -> None:
    defaulted = build(project, default="production")
    assert choose(defaulted, None, {}).environment is PROD
    project.write(".env", "OTHER=1\n")
    assert str(choose(defaulted, None, {}).origin) == "the declared default"
    project.write(".env", "ENV=dev\n")
    assert str(choose(defaulted, None, {}).origin) == ".env:1:1"
    assert refusal(defaulted, APP_ENV="") == [("FD105", "APP_ENV", "process variable APP_ENV")]


def test_another_fallback_file_chooses_where_it_is_declared(project: ProjectFolder) -> None:
    other = build(project, fallback_file="defaults.env")
    project.write(".env", "ENV=prod\n").write("defaults.env", b"\n\n  ENV=dev\n")
    assert str(choose(other, None, {}).origin) == "defaults.env:3:3"


def test_both_lines_of_env_are_told(project: ProjectFolder, declared: Project) -> None:
    project.write(".env", "APP_ENV=\nENV=$X\n")
    assert refusal(declared) == [("FD106", "ENV", ".env:2:1"), ("FD105", "APP_ENV", ".env:1:1")]


def test_nothing_chosen_names_them_all(declared: Project) -> None:
    with pytest.raises(SelectionError) as refused:
        choose(declared, None, {"OTHER": "dev"})
    (problem,) = refused.value.problems
    assert (problem.code, problem.facts) == (
        "FD101",
        {"names": "development, production", "selector": "APP_ENV"},
    )


@pytest.mark.parametrize(
    ("spelling", "suggestion"),
    [
        ("prodution", "production"),
        ("PROD", "prod"),
        (" dev ", "dev"),
        ("zzzzzz", ""),
        ("Production", "production"),
    ],
)
def test_a_near_miss_is_suggested_and_never_taken(declared: Project, spelling: str, suggestion: str) -> None:
    problem = unknown(declared, spelling, Origin(PROCESS, "ENV"), "ENV")
    assert (problem.code, problem.facts["suggestion"]) == ("FD102", suggestion)


def test_a_long_spelling_is_not_repeated_whole(declared: Project) -> None:
    """Somebody may have pasted a key into the wrong variable."""
    problem = unknown(declared, "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", Origin(PROCESS, "ENV"), "ENV")
    assert problem.subject == "'sk_live_...'"
    assert unknown(declared, "x" * 24, Origin(PROCESS, "ENV")).subject == repr("x" * 24)


def test_repr_of_a_choice_is_for_people() -> None:
    assert repr(Choice(DEV, Origin(PROCESS, "ENV"), "dev")) == "Choice('development', 'process variable ENV')"
