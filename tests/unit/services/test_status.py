"""What runs, beside what the files say: groups, drift, what cannot be told, and the report for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import declaration
from firedoor.errors import ServiceError
from firedoor.services import labels, status
from support.engine_socket import LIST, EngineSocket, entry
from support.plans import API, DECLARED, build, plan_of, require_compose, secret_of

if TYPE_CHECKING:
    from firedoor.services.status import Status
    from support.project import ProjectFolder

COMPOSE = f"{API}    env_file: .env.${{APP_ENV}}\n  tool:\n    image: t:1\n    scale: 0\n"


@pytest.fixture(autouse=True)
def _apart(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    require_compose()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def started(project: ProjectFolder, environment: str = "development", **told: Any) -> dict[str, Any]:
    """The container that a start of the environment makes now."""
    plan = plan_of(project, environment)
    api = plan.marked_services["api"]
    return entry(
        f"shop-{environment}-api-1",
        plan.compose.name,
        environment=environment,
        folder=plan.compose.root,
        marks=api.data["labels"],
        variables=tuple(f"{name}={text}" for name, text in api.variables.items()),
        **told,
    )


def look(project: ProjectFolder, only: str = "") -> Status:
    loaded = declaration.load(project.root, use_cache=False)
    return status.look(loaded, loaded.environment(only))


def data(project: ProjectFolder, only: str = "") -> dict[str, Any]:
    return status.as_data(declaration.load(project.root, use_cache=False), look(project, only))


def test_nothing_runs(project: ProjectFolder, socket: EngineSocket) -> None:
    build(project, COMPOSE)
    assert data(project) == {"project": "shop", "drift": False, "environments": [], "others": []}
    assert socket.asked == [LIST]


def test_everything_is_as_the_files_say(project: ProjectFolder, socket: EngineSocket) -> None:
    build(project, COMPOSE)
    socket.has(started(project, published=(8000,)))
    first = data(project)
    assert first == {
        "project": "shop",
        "drift": False,
        "environments": [
            {
                "environment": "development",
                "compose_project": "shop-development",
                "profiles": ["dev"],
                "since": "2026-11-27T10:00:00Z",
                "drift": False,
                "missing": [],
                "failing": [],
                "problems": [],
                "services": [
                    {
                        "service": "api",
                        "container": "shop-development-api-1",
                        "state": "running",
                        "health": None,
                        "exit_code": None,
                        "since": "2026-11-27T10:00:00Z",
                        "image": "shop/api:1.4",
                        "ports": [],
                        "digest": first["environments"][0]["services"][0]["digest"],
                        "drift": None,
                    }
                ],
            }
        ],
        "others": [],
    }
    assert data(project) == first, "what is remembered is the same"
    assert data(project, "development") == first
    assert data(project, "testing")["environments"] == []


def test_what_has_changed_and_what_is_missing(project: ProjectFolder, socket: EngineSocket) -> None:
    build(project, COMPOSE)
    socket.has(started(project, state="exited", ExitCode=3))
    project.write("compose.yaml", COMPOSE.replace("api:1.4", "api:1.5") + "  db:\n    image: d:1\n")
    project.write(".env.development", f"LOG_LEVEL=INFO\nSECRET_KEY={secret_of('x')}\n", mode=0o600)
    found = data(project)
    (group,) = found["environments"]
    assert (found["drift"], group["drift"], group["missing"], group["since"]) == (True, True, ["db"], None)
    (service,) = group["services"]
    assert service["exit_code"] == 3
    assert service["drift"] == {
        "variables": ["LOG_LEVEL", "SECRET_KEY"],
        "gone": ["DATABASE_URL"],
        "parts": ["image"],
        "files": [".env.development"],
    }


def test_no_value_is_in_the_report(project: ProjectFolder, socket: EngineSocket) -> None:
    build(project, COMPOSE)
    socket.has(started(project), entry("by-hand", "shop-testing", variables=(f"K={secret_of('testing')}",)))
    project.write(".env.development", f"SECRET_KEY={secret_of('x')}\n", mode=0o600)
    said = json.dumps(data(project))
    assert "SECRET-" not in said
    assert "DEBUG" not in said


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("compose.yaml", "services: [", "FD705"),
        ("compose.yaml", None, "FD704"),
        (".env.development", "A='unclosed\n", None),
    ],
)
def test_what_cannot_be_told_counts_as_changed(
    project: ProjectFolder, socket: EngineSocket, path: str, text: str | None, code: str | None
) -> None:
    build(project, COMPOSE)
    socket.has(started(project))
    (project.root / path).unlink()
    if text is not None:
        project.write(path, text, mode=0o600)
    found = data(project)
    (group,) = found["environments"]
    assert (found["drift"], len(group["services"]), group["missing"]) == (True, 1, [])
    assert group["problems"] == [code] if code else group["problems"]


def test_several_environments_and_strangers(
    project: ProjectFolder, socket: EngineSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(project, COMPOSE)
    monkeypatch.setenv("APP_ENV", "testing")  # what is chosen does not matter
    socket.has(
        started(project, "testing"),
        started(project),
        entry("by-hand", "shop", folder=str(project.root)),
        entry("theirs", "shop-production", environment="production", folder="/srv/theirs", state="exited"),
    )
    found = data(project)
    assert [group["environment"] for group in found["environments"]] == ["development", "testing"]
    assert not found["drift"]
    assert found["others"] == [
        {
            "container": "by-hand",
            "compose_project": "shop",
            "service": "api",
            "state": "running",
            "environment": None,
            "checkout": str(project.root),
        },
        {
            "container": "theirs",
            "compose_project": "shop-production",
            "service": "api",
            "state": "exited",
            "environment": "production",
            "checkout": "/srv/theirs",
        },
    ]


def test_the_shells_values_do_not_matter_where_files_say_otherwise(
    project: ProjectFolder, socket: EngineSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(project, COMPOSE)
    socket.has(started(project))
    monkeypatch.setenv("APP_ENV", "nonsense")
    assert data(project)["drift"] is False


def test_an_engine_that_does_not_answer(project: ProjectFolder, socket: EngineSocket) -> None:
    build(project, COMPOSE)
    socket.answers[LIST] = (500, {"message": "no"})
    with pytest.raises(ServiceError) as refused:
        look(project)
    assert [one.code for one in refused.value.problems] == ["FD702"]


def test_containers_with_labels_of_nobody(project: ProjectFolder, socket: EngineSocket) -> None:
    build(project, COMPOSE, declared=DECLARED.replace('profiles = ["dev"]', "profiles = []"))
    socket.has(
        entry(
            "a",
            "shop-development",
            environment="development",
            folder=str(project.root),
            marks={labels.PROFILES: "b,a"},
        )
    )
    (group,) = look(project).groups
    assert group.profiles == ["a", "b"]
    assert group.drifted


@pytest.mark.parametrize(
    ("told", "failing", "holds"),
    [
        ({}, [], True),
        ({"state": "exited", "ExitCode": 0}, [], True),
        ({"state": "exited", "ExitCode": 1}, ["api"], False),
        ({"Health": {"Status": "unhealthy"}}, ["api"], False),
        ({"state": "paused"}, ["api"], False),
        ({"state": "created"}, ["api"], False),
    ],
)
def test_what_has_failed_is_no_drift(
    project: ProjectFolder, socket: EngineSocket, told: dict[str, Any], failing: list[str], holds: bool
) -> None:
    build(project, COMPOSE)
    socket.has(started(project, **told))
    found = look(project)
    assert (found.drifted, found.holds) == (False, holds)
    assert found.groups[0].failing == failing


def test_one_container_less_than_the_files_say(project: ProjectFolder, socket: EngineSocket) -> None:
    build(project, COMPOSE.replace("  tool:", "    scale: 2\n  tool:"))
    socket.has(started(project))
    found = look(project)
    assert (found.groups[0].missing, found.holds) == (["api"], False)


def test_what_a_service_uses_counts_where_it_is_declared(
    project: ProjectFolder, socket: EngineSocket
) -> None:
    compose = API + "    configs: [conf]\nconfigs: {conf: {content: one}}\n"
    build(project, compose)
    socket.has(started(project))
    assert not look(project).drifted
    project.write("compose.yaml", compose.replace("one", "two"))
    (drift,) = look(project).groups[0].drifts.values()
    assert drift.parts == ("configs",)


def test_an_environment_that_was_asked_for_and_is_not_here(
    project: ProjectFolder, socket: EngineSocket
) -> None:
    build(project, COMPOSE)
    assert look(project).holds
    assert not look(project, "development").holds
