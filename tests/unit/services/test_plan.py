"""One environment's plan: asked, settled, refused; what its files say before and after references are filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration
from firedoor.errors import ServiceError
from firedoor.services.plan import Plan
from support.plans import API, build, plan_of, require_compose

if TYPE_CHECKING:
    from support.project import ProjectFolder


def unasked(project: ProjectFolder, process: dict[str, str] | None = None) -> Plan:
    require_compose()
    loaded = declaration.load(project.root, use_cache=False)
    return Plan(boundary.configure(loaded, "development", process=process or {}))


def test_it_is_asked_once_and_settled(project: ProjectFolder) -> None:
    plan = unasked(build(project))
    assert plan.ask() is plan.ask()
    assert plan.settled().model.name == "shop-development"
    assert plan.raw["services"] == {"api": {"image": "shop/api:1.4", "networks": {"default": None}}}


def test_files_before_references_only_where_somebody_wants_them(project: ProjectFolder) -> None:
    plan = unasked(build(project)).ask(with_raw=False).settled()
    assert plan.raw == {}
    assert plan.raw_service("api") == {}
    assert plan.raw_variables("api") == {}


@pytest.mark.parametrize("with_raw", [True, False])
def test_a_refusal_leaves_no_question_open(project: ProjectFolder, with_raw: bool) -> None:
    plan = unasked(build(project, "services: [\n")).ask(with_raw=with_raw)
    with pytest.raises(ServiceError):
        plan.settled()


def test_files_that_are_missing(project: ProjectFolder) -> None:
    build(project)
    (project.root / "compose.yaml").unlink()
    with pytest.raises(ServiceError) as refused:
        unasked(project)
    assert [one.code for one in refused.value.problems] == ["FD704"]


@pytest.mark.parametrize(
    "environment",
    [
        "    environment:\n      BARE:\n      EMPTY: ''\n      NUMBER: 1\n      REF: ${LOG_LEVEL}\n",
        "    environment: [BARE, EMPTY=, NUMBER=1, 'REF=${LOG_LEVEL}']\n",
    ],
)
def test_variables_as_they_are_written(project: ProjectFolder, environment: str) -> None:
    plan = plan_of(build(project, API + environment), process={"BARE": "x"})
    assert plan.raw_variables("api") == {"BARE": None, "EMPTY": "", "NUMBER": "1", "REF": "${LOG_LEVEL}"}
    assert plan.model.services["api"].variables == {"BARE": "x", "EMPTY": "", "NUMBER": "1", "REF": "DEBUG"}
    assert plan.raw_variables("nobody") == {}


def test_what_the_shell_holds_of_others_is_held_back(project: ProjectFolder) -> None:
    build(project, f"{API}    environment: [ONLY_THERE]\n")
    project.write(".env.production", "ONLY_THERE=1\nSECRET_KEY=production-0a9b8c7d6e\n", mode=0o600)
    plan = plan_of(project, process={"ONLY_THERE": "1", "MINE": "production-0a9b8c7d6e"})
    assert plan.model.services["api"].variables == {"ONLY_THERE": None}
    assert [(one.code, one.subject) for one in plan.problems] == [("FD404", "MINE")]


def test_every_service_is_told_the_environment(project: ProjectFolder) -> None:
    plan = plan_of(build(project, API + "  db:\n    image: db:1\n    profiles: [dev]\n"))
    assert plan.selectors == {"APP_ENV": "development", "ENV": "development"}
    for service in plan.marked_services.values():
        assert service.variables == plan.selectors
        assert service.data["labels"]["firedoor.project"] == "shop"
        assert service.data["labels"]["firedoor.environment"] == "development"
        assert service.data["labels"]["firedoor.profiles"] == "dev"
