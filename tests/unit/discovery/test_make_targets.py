"""The text of firedoor.mk, what counts as unedited, and what a Makefile has already."""

from __future__ import annotations

import pytest

from firedoor.declaration import Project
from firedoor.discovery import make_targets
from firedoor.environment import Environment

SERVICES = ["service:start", "service:stop", "service:restart", "service:status", "service:logs"]


def project(*environments: Environment, selectors: tuple[str, ...] = ("APP_ENV", "ENV")) -> Project:
    return Project(
        root=".", path="firedoor.toml", name="shop", environments=environments, selectors=selectors
    )


DEV = Environment("development", aliases=("dev",))
TEST = Environment("testing", aliases=("test",), tests=True)
PROD = Environment("production", protected=True)


@pytest.mark.parametrize(
    ("environments", "more"),
    [
        ((DEV, TEST, PROD), ["dev:logs", "test:integration", "test"]),
        ((Environment("eu", aliases=("devel",)), PROD), ["dev:logs"]),
        ((Environment("local"), Environment("ci", tests=True)), ["dev:logs", "test:integration", "test"]),
        ((PROD,), []),
        (
            (Environment("dev", protected=True), Environment("development", tests=True)),
            ["test:integration", "test"],
        ),
    ],
)
def test_there_are_targets_for_what_is_declared(
    environments: tuple[Environment, ...], more: list[str]
) -> None:
    assert make_targets.targets(make_targets.render(project(*environments))) == SERVICES + more


def test_development_is_preferred_to_a_local_one_and_testing_to_others_for_tests() -> None:
    local, nightly = Environment("local"), Environment("nightly", tests=True)
    text = make_targets.render(project(local, nightly, DEV, TEST))
    assert "service logs -e development -f\n" in text
    assert "then APP_ENV=testing; export APP_ENV;" in text
    assert "in nightly|testing|test) ;;" in text
    assert "then APP_ENV=nightly;" in make_targets.render(project(nightly))


def test_only_selectors_that_a_shell_knows_are_spoken_of() -> None:
    text = make_targets.render(project(DEV, TEST, selectors=("APP-ENV", "STAGE")))
    assert 'test -z "$${STAGE+set}"; then STAGE=testing; export STAGE;' in text
    assert "APP-ENV" not in text
    without = make_targets.render(project(DEV, TEST, selectors=("APP-ENV",)))
    assert make_targets.targets(without) == [*SERVICES, "dev:logs"]
    assert "PYTEST ?=" in without


def test_a_target_of_the_project_s_own_is_left_to_it() -> None:
    text = make_targets.render(project(DEV, TEST), "test: unit\n")
    assert "FIREDOOR_TEST_TARGET ?=\n" in text
    assert make_targets.targets(text)[-1] == "test:integration"


def test_it_is_as_made_until_somebody_edits_it() -> None:
    text = make_targets.render(project(DEV, TEST, PROD))
    assert make_targets.is_as_made(text)
    assert make_targets.is_as_made(text.replace("\n", "\r\n"))
    lines = text.splitlines(keepends=True)
    for index in range(len(lines)):
        without = "".join(lines[:index] + lines[index + 1 :])
        assert not make_targets.is_as_made(without), lines[index]
        assert not make_targets.is_as_made("".join([*lines[:index], "# mine\n", *lines[index:]]))
    for other in ("", "\n", "test:\n\techo mine\n", text + text, text.rstrip("\n")):
        assert not make_targets.is_as_made(other)


@pytest.mark.parametrize(
    ("makefile", "has"),
    [
        ("", False),
        ("test:\n\tpytest\n", True),
        ("lint test :: unit\n", True),
        ("lint \\\n  test: ; pytest\n", True),
        ("  test: unit ## all of it\n", True),
        (".PHONY: test\n", False),
        ("tests:\n\tpytest\n", False),
        ("all: test\n", False),
        ("# test: no\n", False),
        ("test := 1\ntest ::= 1\ntest = a:b\n", False),
        ("test: export ENV = testing\ntest: PYTEST += -x\n", False),
        ("a:\n\techo test: not a rule\n", False),
    ],
)
def test_whether_a_makefile_has_a_rule(makefile: str, has: bool) -> None:
    assert make_targets.has_rule(makefile, "test") is has


@pytest.mark.parametrize(
    ("makefile", "does"),
    [
        ("include firedoor.mk", True),
        ("a:\n-include ./make/firedoor.mk # targets\n", True),
        ("sinclude other.mk \\\n  firedoor.mk\n", True),
        ("include $(wildcard firedoor.mk)\n", True),
        ("# include firedoor.mk\n", False),
        ("\techo include firedoor.mk\n", False),
        ("include firedoor.mk.old-one firedoor.make\n", False),
        ("includes = firedoor.mk\n", False),
    ],
)
def test_whether_a_makefile_includes_it(makefile: str, does: bool) -> None:
    assert make_targets.includes(makefile) is does
