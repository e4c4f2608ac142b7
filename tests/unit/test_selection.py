"""Who chose the environment: origins, several problems at once, and what the process really was started with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firedoor.declaration import Project
from firedoor.environment import Environment
from firedoor.errors import SelectionError
from firedoor.origin import DECLARATION, FILE, PROCESS, REQUEST, Origin
from firedoor.problem import Problem
from firedoor.selection import Choice, choose, is_selected, unknown

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


def test_of_selectors_that_agree_the_first_is_named(declared: Project) -> None:
    choice = choose(declared, None, {"ENV": "development", "APP_ENV": "dev"})
    assert (choice.origin, choice.spelling) == (Origin(PROCESS, "APP_ENV"), "dev")


def test_the_origin_of_a_choice_is_data(project: ProjectFolder) -> None:
    defaulted = build(project, default="dev")
    default = choose(defaulted, None, {})
    assert (default.origin, default.spelling) == (Origin(DECLARATION, "the declared default"), "dev")
    assert choose(defaulted, "dev", {}).origin == Origin(REQUEST, "the call")
    project.write(".env", "OTHER=1\n  ENV=dev\n")
    assert choose(defaulted, None, {}).origin == Origin(FILE, ".env", 2, 3)


class TestWholeProblems:
    """With every fact that the messages are made of."""

    NAMES = "development, production"

    @staticmethod
    def of(project: Project, requested: str | None = None, /, *twice: str, **process: str) -> list[Problem]:
        with pytest.raises(SelectionError) as refused:
            choose(project, requested, process, twice)
        return list(refused.value.problems)

    def test_nothing_chosen(self, declared: Project) -> None:
        assert self.of(declared) == [
            Problem("FD101", subject="APP_ENV", names=self.NAMES, selector="APP_ENV")
        ]

    def test_unknown(self, declared: Project) -> None:
        facts = {"names": self.NAMES, "suggestion": "dev"}
        origin = Origin(PROCESS, "ENV")
        assert self.of(declared, ENV="Dev") == [Problem("FD102", subject="'Dev'", origin=origin, **facts)]
        origin = Origin(REQUEST, "the call")
        assert self.of(declared, "Dev") == [Problem("FD102", subject="'Dev'", origin=origin, **facts)]

    @pytest.mark.parametrize(
        ("spelling", "shown"),
        [("d" * 24, repr("d" * 24)), ("0123456789" * 2 + "abcde", "'01234567...'")],
    )
    def test_a_long_one(self, declared: Project, spelling: str, shown: str) -> None:
        (problem,) = self.of(declared, ENV=spelling)
        assert problem.subject == shown

    def test_empty(self, declared: Project) -> None:
        origin = Origin(PROCESS, "ENV")
        assert self.of(declared, ENV="") == [
            Problem("FD105", subject="ENV", origin=origin, names=self.NAMES, selector="ENV")
        ]
        origin, said_by = Origin(REQUEST, "the call"), "The requested environment"
        assert self.of(declared, "") == [
            Problem("FD105", subject="the call", origin=origin, names=self.NAMES, selector=said_by)
        ]
        assert unknown(declared, "", Origin(REQUEST, "-e")).subject == "-e"

    def test_disagreement(self, declared: Project) -> None:
        said = "process variable APP_ENV says development, process variable ENV says production"
        origin = Origin(PROCESS, "APP_ENV")
        assert self.of(declared, APP_ENV="dev", ENV="prod") == [
            Problem("FD103", subject="APP_ENV", origin=origin, names=said)
        ]

    def test_twice(self, declared: Project) -> None:
        origin = Origin(PROCESS, "ENV")
        twice = Problem("FD104", subject="ENV", origin=origin, selector="ENV")
        assert self.of(declared, None, "ENV", ENV="dev") == [twice]

    def test_a_reference(self, project: ProjectFolder, declared: Project) -> None:
        project.write(".env", "ENV=$WORLD\n")
        origin = Origin(FILE, ".env", 1, 1)
        assert self.of(declared) == [Problem("FD106", subject="ENV", origin=origin, selector="ENV")]


def test_the_selected_one_is_the_one_that_is_chosen_unasked(
    project: ProjectFolder, declared: Project
) -> None:
    dev, prod = (declared.environment(name) for name in ("dev", "prod"))
    assert dev is not None
    assert prod is not None
    assert not is_selected(declared, dev, {})
    assert is_selected(declared, dev, {"ENV": "development"})
    assert not is_selected(declared, prod, {"ENV": "development"})
    assert not is_selected(declared, dev, {"ENV": "dev", "APP_ENV": "prod"})
    project.write(".env", "ENV=prod\n")
    assert is_selected(declared, prod, {})
