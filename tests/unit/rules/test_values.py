"""Every rule about a single value: the whole problem it gives, and the value beside it that is fine."""

from __future__ import annotations

from typing import Any

import pytest

from firedoor import typed_text
from firedoor.declaration import Project, Variable
from firedoor.environment import Environment
from firedoor.origin import DEFAULT, FILE, OVERRIDE, PROCESS, Origin
from firedoor.problem import ERROR, WARNING, Problem
from firedoor.resolve import Resolution, Value
from firedoor.rules import values

DEV = Environment("dev")
PROD = Environment("prod", order=1, protected=True)
HOME = ".env.here"
PLACE = Origin(FILE, HOME, 3, 1)
LIVE_KEY = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
TEST_KEY = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"


def judge(
    environment: Environment, *variables: Variable, home: str | None = HOME, **texts: str | Value
) -> list[Problem]:
    """The problems of these variables, declared so, with these texts (in a file) or values."""
    found = {
        name: text if isinstance(text, Value) else Value(name, text, PLACE) for name, text in texts.items()
    }
    project = Project(
        root="/p",
        path="/p/firedoor.toml",
        name="p",
        environments=(DEV, PROD),
        variables={variable.name: variable for variable in variables},
    )
    return values.problems(project, environment, Resolution(found, [], None), home)


def problem(
    code: str, subject: str = "X", environment: str = "dev", severity: str = ERROR, **facts: str
) -> Problem:
    return Problem(code, subject=subject, environment=environment, origin=PLACE, severity=severity, **facts)


def test_required_and_missing_belongs_in_the_environment_s_file() -> None:
    (found,) = judge(DEV, Variable("DATABASE_URL", required=True), DATABASE_URI="x")
    assert found == Problem(
        "FD301",
        subject="DATABASE_URL",
        environment="dev",
        origin=Origin(FILE, HOME),
        file=HOME,
        suggestion="DATABASE_URI",
    )


def test_nothing_like_it_is_suggested() -> None:
    (found,) = judge(DEV, Variable("DATABASE_URL", required=True), PORT="1")
    assert found.facts["suggestion"] == ""


def test_what_is_declared_is_no_misspelling_of_another() -> None:
    wanted, other = Variable("DATABASE_URL", required=True), Variable("DATABASES_URL")
    (found,) = judge(DEV, wanted, other, DATABASES_URL="x")
    assert (found.code, found.facts["suggestion"]) == ("FD301", "")


def test_where_files_could_not_be_read_nothing_is_called_missing() -> None:
    assert judge(DEV, Variable("X", required=True), home=None) == []
    assert judge(DEV, Variable("X", required=True), home=None, X="") == [problem("FD302")]


def test_where_the_process_is_the_source_no_file_is_wanted() -> None:
    (found,) = judge(Environment("dev", fallback="process"), Variable("X", required=True))
    assert (found.facts["file"], found.origin) == ("", Origin(FILE, HOME))


def test_required_in_named_environments_only() -> None:
    variable = Variable("X", required=("prod",))
    assert judge(DEV, variable) == []
    assert [found.code for found in judge(PROD, variable)] == ["FD301"]


def test_required_and_empty() -> None:
    assert judge(DEV, Variable("X", required=True), X="") == [problem("FD302")]
    assert judge(DEV, Variable("X", required=True), X=" ") == []


@pytest.mark.parametrize("kind", ["bool", "int", "float", "json"])
def test_empty_is_no_number_no_boolean_and_no_json(kind: str) -> None:
    expected = typed_text.EXPECTED[kind]
    assert judge(DEV, Variable("X", type=kind), X="") == [problem("FD303", expected=expected)]
    required = Variable("X", type=kind, required=True)
    assert judge(DEV, required, X="") == [problem("FD302")]


@pytest.mark.parametrize("kind", ["str", "url", "list", "path", "enum"])
def test_an_optional_text_may_be_empty(kind: str) -> None:
    assert judge(DEV, Variable("X", type=kind, values=("a",) if kind == "enum" else ()), X="") == []


@pytest.mark.parametrize("kind", ["bool", "int", "float", "json", "url"])
def test_the_wrong_type(kind: str) -> None:
    expected = typed_text.EXPECTED[kind]
    assert judge(DEV, Variable("X", type=kind), X="[nothing") == [problem("FD303", expected=expected)]


def test_what_is_not_finished_is_not_judged() -> None:
    """Its reference is the problem: nobody can say yet what the value will be."""
    unfinished = Value("X", "${NOPE}", PLACE, template=True)
    environment = Environment("dev", require={"X": ("1",)})
    assert judge(environment, Variable("X", type="int", values=("1",)), X=unfinished) == []


def test_not_among_the_declared_values() -> None:
    levels = ("INFO", "ERROR")
    assert judge(DEV, Variable("X", values=levels), X="info") == [problem("FD305", expected="INFO, ERROR")]
    assert judge(DEV, Variable("X", values=levels), X="INFO") == []


def test_the_declared_values_of_a_secret_are_not_told() -> None:
    assert judge(DEV, Variable("X", values=("a1b2",), secret=True), X="no") == [problem("FD305", expected="")]


@pytest.mark.parametrize(
    ("resource", "made_up"),
    [
        (None, "secret"),
        ("signing-key", "signing-key"),
        ("password", "password"),
        *((kind, "") for kind in ("key", "database", "cache", "bucket", "vector", "queue", "http", "smtp")),
    ],
)
def test_a_placeholder_in_a_protected_environment(resource: str | None, made_up: str) -> None:
    """``made_up`` says what to generate; what somebody else hands out cannot be made up."""
    variable = Variable("X", secret=True, resource=resource)
    assert judge(PROD, variable, X="changeme") == [problem("FD310", environment="prod", made_up=made_up)]
    assert judge(DEV, variable, X="changeme") == []
    assert judge(PROD, variable, X="n0tAPlac3h0lder-5f") == []
    assert judge(PROD, Variable("X"), X="changeme") == []


def required(**allowed: tuple[object, ...]) -> Environment:
    return Environment("dev", require=allowed)  # type: ignore[arg-type]  # numbers and booleans are compared as such


def test_what_an_environment_requires_must_be_there() -> None:
    """Where it is left out, code that nobody sees decides."""
    assert [(found.code, found.subject) for found in judge(required(DEBUG=(False,)))] == [("FD301", "DEBUG")]
    assert judge(required(DEBUG=(False,)), DEBUG="no") == []


def test_required_empty_values_are_told_once() -> None:
    assert judge(required(X=(False,)), X="") == [problem("FD302")]


def test_another_value_than_the_environment_requires() -> None:
    environment = required(X=(False, "WARNING", 4))
    assert judge(environment, X="true") == [problem("FD304", expected="false or WARNING or 4")]
    for allowed in ("off", "WARNING", "4.0"):
        assert judge(environment, X=allowed) == []


def test_the_required_value_of_a_secret_is_not_told() -> None:
    assert judge(required(X=("a1b2",)), Variable("X", secret=True), X="c3d4") == [
        problem("FD304", expected="")
    ]
    assert judge(required(X=("a1b2",)), Variable("X"), X="c3d4") == [problem("FD304", expected="a1b2")]


def test_of_the_wrong_type_is_told_once() -> None:
    variable = Variable("X", type="bool")
    expected = typed_text.EXPECTED["bool"]
    assert judge(required(X=(False,)), variable, X="ture") == [problem("FD303", expected=expected)]


def test_not_declared_and_not_required_are_two_problems() -> None:
    """The type of a variable with declared values is what they say, so that here the two rules are two."""
    variable = Variable("X", type="int", values=("1", "2"))
    assert judge(required(X=(1,)), variable, X="x") == [
        problem("FD305", expected="1, 2"),
        problem("FD304", expected="1"),
    ]


@pytest.mark.requirement("A10")
def test_a_live_key_outside_protected_environments() -> None:
    assert judge(DEV, X=LIVE_KEY) == [problem("FD403")]
    assert judge(DEV, Variable("X", secret=True), X=LIVE_KEY) == [problem("FD403")]
    assert judge(DEV, X=TEST_KEY) == []
    assert judge(PROD, X=LIVE_KEY) == []


def test_a_live_key_where_the_declaration_lets_it_live() -> None:
    variable = Variable("X", secret=True, live=("dev",))
    assert judge(DEV, variable, X=LIVE_KEY) == []
    assert judge(Environment("test"), variable, X=LIVE_KEY) == [problem("FD403", environment="test")]


def test_a_test_key_in_a_protected_environment() -> None:
    found = problem("FD405", environment="prod", severity=WARNING)
    assert judge(PROD, Variable("X", resource="key"), X=TEST_KEY) == [found]
    assert judge(DEV, Variable("X", resource="key"), X=TEST_KEY) == []
    assert judge(PROD, Variable("X"), X=TEST_KEY) == []
    assert judge(PROD, X=TEST_KEY) == []


@pytest.mark.parametrize("kind", [DEFAULT, OVERRIDE, PROCESS])
def test_what_no_process_can_be_given(kind: str) -> None:
    origin = Origin(kind, "X")
    assert judge(DEV, X=Value("X", "a\0b", origin)) == [
        Problem("FD208", subject="X", environment="dev", origin=origin)
    ]
    assert judge(DEV, X=Value("X", "ab", origin)) == []


class TestSpelledTwice:
    """What ignores case reads one of the two, and nobody can say which."""

    def test_of_a_declared_variable(self) -> None:
        found = problem("FD313", "DEBUG", other="debug")
        assert judge(DEV, Variable("DEBUG"), DEBUG="false", debug="true") == [found]
        assert judge(DEV, Variable("DEBUG"), DEBUG="true", debug="true") == []
        assert judge(DEV, Variable("DEBUG"), debug="true") == []

    @pytest.mark.parametrize("declared", [{"resource": "database"}, {"secret": True}])
    def test_of_a_resource_or_secret_that_is_only_spelled_otherwise(self, declared: dict[str, Any]) -> None:
        """Settings classes would read it, and no rule would have compared it with other environments'."""
        variable = Variable("DB_URL", **declared)
        found = problem("FD313", "DB_URL", other="db_url", declared="DB_URL")
        assert judge(DEV, variable, db_url="x") == [found]
        assert judge(DEV, variable, DB_URL="x", db_url="x") == []
        assert judge(DEV, Variable("DB_URL"), db_url="x") == []

    def test_of_one_declared_in_small_letters(self) -> None:
        assert judge(DEV, Variable("debug"), debug="false", DEBUG="true") == [
            problem("FD313", "debug", other="DEBUG")
        ]

    def test_of_one_that_the_environment_requires(self) -> None:
        assert judge(required(X=("a",)), X="a", x="b") == [problem("FD313", other="x")]

    def test_two_that_are_both_declared_are_two(self) -> None:
        assert judge(DEV, Variable("X"), Variable("x"), X="a", x="b") == []

    def test_of_what_nobody_declared(self) -> None:
        assert judge(DEV, X="a", x="b") == []
