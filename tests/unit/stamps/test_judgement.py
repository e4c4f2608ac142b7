"""What an environment has against what answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from firedoor.declaration import Project, Variable
from firedoor.environment import Environment
from firedoor.origin import FILE, Origin
from firedoor.problem import Problem
from firedoor.stamps.judgement import judge, may_share
from firedoor.stamps.observation import Observation
from support.stamping import stamp

if TYPE_CHECKING:
    from firedoor.stamps.judgement import Foreign

DEVELOPMENT = Environment("development", aliases=("dev",))
STAGING = Environment("staging", unstamped="error")
PRODUCTION = Environment("production", aliases=("live",), protected=True, unstamped="note")
PROJECT = Project(
    root="/p", path="/p/firedoor.toml", name="shop", environments=(DEVELOPMENT, STAGING, PRODUCTION)
)
ORIGIN = Origin(FILE, ".env", 3, 1)
HERE = Observation(("postgresql", "1", "2", "shop"), bound="here")


def own(environment: str = "development", **values: str) -> Observation:
    return replace(HERE, stamp=stamp(environment, **values).bound_to("here"))


def judged(
    observation: Observation,
    environment: Environment = DEVELOPMENT,
    *,
    shared: bool | tuple[str, ...] = False,
    foreign: Foreign | None = None,
) -> list[Problem]:
    variable = Variable("DATABASE", resource="database", shared=shared)
    return judge(
        observation,
        project=PROJECT,
        environment=environment,
        variable=variable,
        origin=ORIGIN,
        foreign=foreign,
    )


def problem(code: str, environment: str = "development", severity: str = "error", **facts: str) -> Problem:
    return Problem(
        code, subject="DATABASE", environment=environment, origin=ORIGIN, severity=severity, **facts
    )


def foreign(environment: str = "development", **facts: str) -> Problem:
    neutral = {"level": "stamp", "other": "production", "other_project": "", "cleaned": "", "copy": ""}
    return problem("FD522", environment, **{**neutral, **facts})


def test_the_own_stamp_that_was_made_here_is_no_problem() -> None:
    assert judged(own()) == []
    assert judged(own("production"), PRODUCTION) == []


def test_a_stamp_of_a_former_name_is_the_own_one() -> None:
    assert judged(own("dev")) == []
    assert judged(own("live"), PRODUCTION) == []
    assert judged(own("live")) == [foreign(other="live")]


@pytest.mark.parametrize(
    ("environment", "severity"), [(DEVELOPMENT, "note"), (STAGING, "note"), (PRODUCTION, "warning")]
)
def test_a_stamp_that_the_login_could_forge_never_stops_anything(
    environment: Environment, severity: str
) -> None:
    seen = replace(own(environment.name), forgeable=True)
    assert judged(seen, environment) == [problem("FD524", environment.name, severity)]


@pytest.mark.parametrize(
    ("environment", "severity"), [(DEVELOPMENT, "warning"), (STAGING, "warning"), (PRODUCTION, "error")]
)
def test_the_own_stamp_that_was_made_elsewhere_is_a_copy(environment: Environment, severity: str) -> None:
    seen = replace(own(environment.name, cleaned="production"), bound="there", forgeable=True)
    assert judged(seen, environment) == [problem("FD523", environment.name, severity, cleaned="production")]


@pytest.mark.parametrize(
    ("environment", "severity"), [(DEVELOPMENT, "warning"), (STAGING, "error"), (PRODUCTION, "note")]
)
def test_no_stamp_is_as_grave_as_the_environment_says(environment: Environment, severity: str) -> None:
    assert judged(HERE, environment) == [problem("FD521", environment.name, severity)]


@pytest.mark.parametrize(
    ("environment", "severity"), [(DEVELOPMENT, "warning"), (STAGING, "warning"), (PRODUCTION, "error")]
)
def test_a_stamp_that_cannot_be_read_is_an_error_where_it_is_protected(
    environment: Environment, severity: str
) -> None:
    assert judged(replace(HERE, unreadable=True), environment) == [
        problem("FD525", environment.name, severity)
    ]


def test_another_environments_stamp_is_always_an_error() -> None:
    assert judged(own("production")) == [foreign()]
    assert judged(own("development"), PRODUCTION) == [foreign("production", other="development")]
    assert judged(replace(own("production"), forgeable=True)) == [foreign()]


def test_a_foreign_stamp_says_whether_it_came_with_a_copy_and_what_it_was() -> None:
    assert judged(replace(own("production"), bound="there")) == [foreign(copy="copy")]
    assert judged(own("staging", cleaned="production")) == [foreign(other="staging", cleaned="production")]


def test_another_projects_stamp_is_foreign_whatever_its_environment_is_called() -> None:
    assert judged(own("development", project="warehouse")) == [
        foreign(other="development", other_project="warehouse")
    ]


def test_whoever_is_named_may_share_and_a_copy_stays_one() -> None:
    shared = ("development", "staging")
    assert judged(own("staging"), shared=shared) == []
    assert judged(own("production"), shared=shared) == [foreign()]
    assert judged(own("staging"), PRODUCTION, shared=shared) == [foreign("production", other="staging")]
    assert judged(own("staging", project="warehouse"), shared=shared) == [
        foreign(other="staging", other_project="warehouse")
    ]
    assert judged(replace(own("staging"), bound="there"), shared=shared) == [
        problem("FD523", severity="warning", cleaned="")
    ]


def test_whoever_is_named_may_share_under_a_former_name_and_a_strange_one_is_nobodys() -> None:
    assert judged(own("live"), shared=("development", "production")) == []
    assert judged(own("gone"), shared=("development", "production")) == [foreign(other="gone")]
    assert judged(own("gone"), shared=("development", "gone")) == []


def test_a_name_that_everybody_may_use_lets_nobody_into_anothers_data() -> None:
    assert judged(own("production"), shared=True) == [foreign()]
    variable = Variable("DATABASE", resource="database", shared=True)
    assert not may_share(variable, DEVELOPMENT, "production")
    assert not may_share(Variable("DATABASE"), DEVELOPMENT, "production")
    assert may_share(Variable("DATABASE", shared=("development", "staging")), DEVELOPMENT, "staging")


def test_what_the_lock_knows_is_an_error_and_comes_before_the_want_of_a_stamp() -> None:
    by_lock = foreign(level="lock")
    for seen in (HERE, own(), replace(HERE, unreadable=True), replace(own(), bound="there")):
        asked: list[Observation] = []

        def owner(observation: Observation, asked: list[Observation] = asked) -> str:
            asked.append(observation)
            return "production"

        assert judged(seen, foreign=owner) == [by_lock]
        assert asked == [seen]


def test_what_the_stamp_says_is_not_said_twice() -> None:
    assert judged(own("staging"), foreign=lambda _: "production") == [foreign(other="staging")]


@pytest.mark.parametrize("owner", [None, "development", "dev"])
def test_the_lock_may_know_nothing_or_that_it_is_the_own(owner: str | None) -> None:
    assert judged(own(), foreign=lambda _: owner) == []
    assert judged(HERE, foreign=lambda _: owner) == [problem("FD521", severity="warning")]


def test_the_lock_lets_those_share_who_are_named() -> None:
    shared = ("development", "production")
    assert judged(own(), shared=shared, foreign=lambda _: "production") == []
    assert judged(own("staging"), STAGING, shared=shared, foreign=lambda _: "production") == [
        foreign("staging", level="lock")
    ]
