"""Whether a container has what the host resolved: a difference is found if and only if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedoor.services import labels, proof
from firedoor.services.container import Container
from support.plans import API, build, plan_of, secret_of, told

if TYPE_CHECKING:
    from support.project import ProjectFolder

NAMES = st.sampled_from(["A", "B", "C", "D"])
TEXTS = st.sampled_from(["", "x", "y", "\udc80"]) | st.text(max_size=3)


@given(st.dictionaries(NAMES, st.none() | TEXTS), st.dictionaries(NAMES, TEXTS))
def test_a_difference_is_found_if_and_only_if_there_is_one(
    expected: dict[str, str | None], given_: dict[str, str]
) -> None:
    assert proof.differing(expected, given_) == sorted(
        name for name, text in expected.items() if given_.get(name) != text
    )


@given(st.dictionaries(NAMES, TEXTS), st.dictionaries(st.sampled_from(["E", "F"]), TEXTS))
def test_what_else_a_container_has_is_no_difference(given_: dict[str, str], more: dict[str, str]) -> None:
    assert proof.differing(given_, {**given_, **more}) == []


def running(
    variables: dict[str, str], *, state: str = "running", environment: str = "development"
) -> Container:
    return Container(
        id="1",
        name="shop-development-api-1",
        project="shop-development",
        service="api",
        state=state,
        labels={labels.ENVIRONMENT: environment} if environment else {},
        variables=variables,
    )


def test_what_is_told_of_a_difference(project: ProjectFolder) -> None:
    plan = plan_of(
        build(
            project,
            f"{API}    environment:\n      LOG_LEVEL:\n      SECRET_KEY:\n      OWN: 1\n      UNSET:\n",
        )
    )
    sound = {
        "LOG_LEVEL": "DEBUG",
        "SECRET_KEY": secret_of("development"),
        "OWN": "1",
        "APP_ENV": "development",
        "ENV": "development",
        "PATH": "/bin",
    }
    assert list(proof.problems(plan, [running(sound)])) == []
    wrong = {**sound, "SECRET_KEY": secret_of("production"), "OWN": "2", "APP_ENV": "production"}
    del wrong["LOG_LEVEL"]
    problems = list(proof.problems(plan, [running(wrong)]))
    assert told(problems) == [
        ("FD716", "APP_ENV", "compose.yaml:4:5"),
        ("FD716", "LOG_LEVEL", "compose.yaml:5:7"),
        ("FD716", "OWN", "compose.yaml:7:7"),
        ("FD716", "SECRET_KEY", "compose.yaml:6:7"),
    ]
    assert [(one.facts["source"], one.facts["winner"]) for one in problems] == [
        ("the call", "what the container was created with"),
        (".env.development:1:1", "nothing: the variable is not set in the container"),
        ("the Compose files", "what the container was created with"),
        (".env.development:2:1", "what the container was created with"),
    ]
    assert "SECRET-" not in repr([one.facts for one in problems])


@pytest.mark.parametrize(("environment", "said"), [("", "not firedoor's"), ("production", "not firedoor's")])
def test_a_container_that_an_earlier_start_made(project: ProjectFolder, environment: str, said: str) -> None:
    plan = plan_of(build(project))
    first, _ = proof.problems(plan, [running({"APP_ENV": "x", "ENV": "y"}, environment=environment)])
    assert said in first.facts["winner"]


def test_only_what_runs_of_the_plan_is_compared(project: ProjectFolder) -> None:
    plan = plan_of(build(project))
    other = running({})
    other.service = "gone"
    assert list(proof.problems(plan, [running({}, state="exited"), other])) == []
