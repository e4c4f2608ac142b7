"""What is judged before a start, and what is told of one: by an engine that is a socket and a Compose that is a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firedoor.errors import ServiceError
from firedoor.problem import Problem
from firedoor.secret import MASK
from firedoor.services import engine, program, starting
from firedoor.services.listing import Listed
from support.engine_socket import EngineSocket, entry
from support.plans import API, build, plan_of, secret_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from firedoor.services.container import Container
    from firedoor.services.plan import Plan
    from support.project import ProjectFolder

    Script = Callable[[str], None]


@pytest.fixture
def up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Gives Compose a script's body, once plans are made."""

    def does(script: str) -> None:
        path = tmp_path / "compose"
        path.write_text(f"#!/bin/sh\ncat >/dev/null\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(program, "words", lambda: (str(path),))

    return does


@pytest.fixture
def plan(project: ProjectFolder) -> Plan:
    return plan_of(build(project, f"{API}    env_file: .env.${{APP_ENV}}\n", services="wait = 1"))


def given(plan: Plan, **changed: str) -> tuple[str, ...]:
    """What a container of the plan has, with these changes."""
    wanted = {**plan.marked_services["api"].variables, **changed}
    return tuple(f"{name}={text}" for name, text in wanted.items())


def told(started: starting.Started) -> list[tuple[str, str, dict[str, str]]]:
    return [(one.code, one.subject, one.facts) for one in started.problems]


def test_everything_comes_up(plan: Plan, up: Script, socket: EngineSocket) -> None:
    up("echo started")
    socket.has(entry("shop-development-api-1", "shop-development", variables=given(plan)))
    shown: list[int] = []
    started = starting.start(plan, show=lambda seen: shown.append(len(seen)))
    assert [one.name for one in started.containers] == ["shop-development-api-1"]
    assert (started.problems, started.lines) == ([], {})
    assert shown


def test_progress_is_shown_while_compose_works(
    plan: Plan, up: Script, socket: EngineSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "_LOOK_SECONDS", 0.01)
    up("sleep 0.3; echo started")
    socket.has(entry("a", "shop-development", variables=given(plan)))
    shown: list[list[str]] = []

    def show(seen: Sequence[Container]) -> None:
        shown.append([one.name for one in seen])

    assert starting.start(plan, show=show).problems == []
    assert len(shown) > 2
    assert starting.start(plan).problems == []


def test_compose_fails(plan: Plan, up: Script, socket: EngineSocket) -> None:
    up(f"echo 'pulling'; echo 'no such image {secret_of('development')}.' >&2; exit 3")
    started = starting.start(plan)
    assert told(started) == [
        ("FD741", "shop-development", {"detail": f"pulling; no such image {MASK}"}),
    ]
    up("exit 3")
    socket.has(entry("a", "shop-development", state="created"))
    started = starting.start(plan)
    assert [(code, facts.get("detail")) for code, _, facts in told(started)] == [
        ("FD741", "Compose gives no reason"),
        ("FD740", None),
    ]


@pytest.mark.parametrize(
    ("told_of_it", "said"),
    [
        ({"state": "exited", "ExitCode": 3}, "exited with exit code 3"),
        ({"state": "running", "Health": {"Status": "unhealthy"}}, "unhealthy"),
        ({"state": "created"}, "created"),
        ({"state": "dead", "Health": {"Status": "unhealthy"}}, "dead"),
    ],
)
@pytest.mark.usefixtures("secret_lines")
def test_a_service_fails(
    plan: Plan, up: Script, socket: EngineSocket, told_of_it: dict[str, Any], said: str
) -> None:
    up("true")
    socket.has(entry("a", "shop-development", variables=given(plan), **told_of_it))
    started = starting.start(plan)
    assert told(started) == [("FD740", "api", {"state": said, "seconds": "1"})]
    assert started.lines == {"api": [f"key: {MASK}", f"and {MASK}", "bye"]}


@pytest.fixture
def secret_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"key: {secret_of('development')}", f"and {secret_of('production')}", "bye"]
    monkeypatch.setattr(engine, "last_lines", lambda _: lines)


def test_a_container_has_something_else(plan: Plan, up: Script, socket: EngineSocket) -> None:
    up("true")
    socket.has(entry("a", "shop-development", variables=given(plan, LOG_LEVEL="INFO")))
    assert [(code, subject) for code, subject, _ in told(starting.start(plan))] == [("FD716", "LOG_LEVEL")]


def test_a_compose_that_says_nothing_at_all(
    plan: Plan, up: Script, socket: EngineSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    up("exit 1")
    original = plan.compose.up

    def mute(*words: Any, **options: Any) -> Any:
        running = original(*words, **options)
        if running.stdout:
            running.stdout.close()
        running.stdout = None
        return running

    monkeypatch.setattr(plan.compose, "up", mute)
    assert told(starting.start(plan)) == [
        ("FD741", "shop-development", {"detail": "Compose gives no reason"})
    ]
    assert socket.asked


def test_an_engine_that_dies_meanwhile(plan: Plan, up: Script, socket: EngineSocket) -> None:
    up("true")
    socket.answers["/containers/json?all=true"] = (500, {"message": "gone"})
    with pytest.raises(ServiceError) as refused:
        starting.start(plan)
    assert [one.code for one in refused.value.problems] == ["FD702"]


def test_all_that_is_judged(project: ProjectFolder) -> None:
    build(project, f"{API}    container_name: api\n  tool:\n    image: t:1\n    profiles: [test]\n")
    plan = plan_of(project)
    other = Listed(
        id="1",
        name="shop-testing-api-1",
        state="running",
        marks={
            "com.docker.compose.project": "shop-testing",
            "com.docker.compose.project.working_dir": plan.compose.root,
            "firedoor.environment": "testing",
        },
    )
    found = starting.judge(plan, [other], ["api", "tool"])
    assert [(one.code, one.subject) for one in found] == [
        ("FD720", "testing"),
        ("FD723", "tool"),
        ("FD710", "api"),
    ]
    assert found[1].facts == {"names": "api"}
    assert [one.code for one in starting.judge(plan, [other], ending=[other])] == ["FD710"]


@pytest.mark.parametrize(
    ("services", "broken", "taken"),
    [
        ("side_by_side = true", "", ["testing, by its files"]),
        ("side_by_side = true", ".env.testing", []),
        ("side_by_side = true", "compose.testing.yaml", []),
        ("", "", []),
    ],
)
def test_ports_of_what_may_run_beside_it(
    project: ProjectFolder, services: str, broken: str, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be started takes no port."""
    monkeypatch.setenv("APP_ENV", "production")  # the shell's choice is not theirs
    monkeypatch.setattr("firedoor.services.neighbours._is_free", lambda _: True)
    build(project, f"{API}    ports: ['${{PORT:-8000}}:80']\n", services=services)
    project.write(".env.production", "PORT=9000\n", mode=0o600)
    if broken:
        project.write(broken, "A='unclosed: [\n", mode=0o600)
    found = starting.judge(plan_of(project), [])
    assert [one.facts["holder"] for one in found] == taken


def test_problems_that_end_a_start() -> None:
    warning = Problem("FD706", subject="x", severity="warning")
    starting.require([warning])
    with pytest.raises(ServiceError) as refused:
        starting.require([warning, Problem("FD710", subject="api")])
    assert [one.code for one in refused.value.problems] == ["FD706", "FD710"]
