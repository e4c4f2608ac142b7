"""Who else runs, and who holds a port: FD715, FD720, FD721 and FD722, each beside what is nobody's business."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from firedoor.services import labels, neighbours
from firedoor.services.listing import Listed
from support.plans import API, DECLARED, build, plan_of, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.services.plan import Plan
    from support.project import ProjectFolder


def listed(
    plan: Plan | None = None,
    *,
    name: str = "some-1",
    project: str = "shop-development",
    environment: str = "development",
    folder: str = "",
    state: str = "running",
    published: tuple[tuple[str, int, str], ...] = (),
) -> Listed:
    marks = {
        labels.COMPOSE_PROJECT: project,
        labels.ENVIRONMENT: environment,
        labels.COMPOSE_FOLDER: plan.compose.root if plan else folder,
    }
    return Listed(id=f"{name} {project}", name=name, state=state, marks=marks, published=published)


def found(plan: Plan, *there: Listed, ending: tuple[Listed, ...] = ()) -> list[tuple[str, str]]:
    return [(one.code, one.subject) for one in neighbours.problems(plan, [*there, *ending], ending)]


@pytest.fixture
def plan(project: ProjectFolder) -> Plan:
    return plan_of(build(project))


def test_nobody_runs(plan: Plan) -> None:
    assert found(plan) == []


@pytest.mark.parametrize(
    ("name", "environment", "state", "problems"),
    [
        ("shop-development", "development", "running", []),
        ("shop-testing", "testing", "running", [("FD720", "testing")]),
        ("shop-production", "production", "restarting", [("FD720", "production")]),
        ("shop-testing", "testing", "exited", []),
        ("shop-testing", "testing", "created", []),
        ("shop-development", "", "running", [("FD721", "shop-development")]),
        ("shop", "", "running", [("FD721", "shop")]),
        ("shop", "", "exited", []),
        # of a declaration that had another name, or another environment, when it was started
        ("old-development", "development", "running", [("FD721", "old-development")]),
        ("shop-staging", "staging", "running", [("FD721", "shop-staging")]),
        ("shop-development", "testing", "running", [("FD721", "shop-development")]),
    ],
)
def test_containers_of_this_checkout(
    plan: Plan, name: str, environment: str, state: str, problems: list[tuple[str, str]]
) -> None:
    one = listed(plan, project=name, environment=environment, state=state)
    assert (
        found(plan, one, listed(plan, name="some-2", project=name, environment=environment, state=state))
        == problems
    )
    assert found(plan, ending=(one,)) == []


def test_several_environments_are_all_told(plan: Plan) -> None:
    there = [
        listed(plan, project=f"shop-{name}", environment=name, name=name)
        for name in ("testing", "production")
    ]
    assert found(plan, *there) == [("FD720", "testing"), ("FD720", "production")]


def test_side_by_side_lets_environments_run_at_once(project: ProjectFolder) -> None:
    plan = plan_of(build(project, services="side_by_side = true"))
    assert found(plan, listed(plan, project="shop-testing", environment="testing")) == []
    assert found(plan, listed(plan, project="shop", environment="")) == [("FD721", "shop")]


@pytest.mark.parametrize(
    ("name", "folder", "state", "problems"),
    [
        ("shop-development", "/srv/of-a-colleague", "running", [("FD722", "shop-development")]),
        ("shop-development", "/srv/of-a-colleague", "exited", [("FD722", "shop-development")]),
        ("shop-development", "", "running", []),
        ("shop-testing", "/srv/of-a-colleague", "running", []),
        ("other-development", "/srv/other", "running", []),
    ],
)
def test_containers_of_another_checkout(
    plan: Plan, name: str, folder: str, state: str, problems: list[tuple[str, str]]
) -> None:
    one = listed(project=name, folder=folder, state=state)
    assert found(plan, one, listed(name="some-2", project=name, folder=folder, state=state)) == problems


def test_a_checkout_by_another_path_is_the_same(project: ProjectFolder) -> None:
    plan = plan_of(build(project))
    link = project.root.with_name("link")
    link.symlink_to(project.root)
    assert found(plan, listed(folder=str(link))) == []


def plan_with(project: ProjectFolder, ports: str, *, services: str = "", more: str = "") -> Plan:
    return plan_of(build(project, f"{API}    ports: {ports}\n{more}", services=services))


@pytest.fixture
def _free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_is_free", lambda _: True)


@pytest.mark.usefixtures("_free")
@pytest.mark.parametrize(
    ("ports", "held", "taken"),
    [
        ("['8000:80']", ("0.0.0.0", 8000, "tcp"), True),
        ("['8000:80']", ("127.0.0.1", 8000, "tcp"), True),
        ("['127.0.0.1:8000:80']", ("0.0.0.0", 8000, "tcp"), True),
        ("['127.0.0.1:8000:80']", ("::", 8000, "tcp"), True),
        ("['127.0.0.1:8000:80']", ("127.0.0.1", 8000, "tcp"), True),
        ("['127.0.0.1:8000:80']", ("127.0.0.2", 8000, "tcp"), False),
        ("['[::1]:8000:80']", ("::1", 8000, "tcp"), True),
        ("['8000:80']", ("0.0.0.0", 8001, "tcp"), False),
        ("['8001:8000']", ("0.0.0.0", 8000, "tcp"), False),
        ("['8000:80/udp']", ("0.0.0.0", 8000, "tcp"), False),
        ("['8000:80/udp']", ("0.0.0.0", 8000, "udp"), True),
        ("['8000-8002:80-82']", ("0.0.0.0", 8002, "tcp"), True),
        ("['8000-8002:80']", ("0.0.0.0", 8000, "tcp"), False),  # the engine takes one that is free
        ("['80']", ("0.0.0.0", 80, "tcp"), False),
    ],
)
def test_a_port_that_another_container_holds(
    project: ProjectFolder, ports: str, held: tuple[str, int, str], taken: bool
) -> None:
    plan = plan_with(project, ports)
    other = listed(
        name="other-api-1", project="other-production", environment="production", published=(held,)
    )
    problems = neighbours.problems(plan, [other])
    assert told(problems) == ([("FD715", "api", "compose.yaml:4:5")] if taken else [])
    if taken:
        assert problems[0].facts == {
            "port": str(held[1]),
            "holder": "the container other-api-1 of production",
        }
    assert neighbours.problems(plan, [other], [other]) == []


@pytest.mark.usefixtures("_free")
def test_whose_ports_do_not_count(project: ProjectFolder) -> None:
    plan = plan_with(project, "['8000:80']")
    held = (("0.0.0.0", 8000, "tcp"),)
    assert found(plan, listed(plan, published=held)) == []
    assert found(plan, listed(project="other", state="exited", published=held)) == []
    (problem,) = neighbours.problems(plan, [listed(name="x", project="", environment="", published=held)])
    assert problem.facts["holder"] == "the container x"


@pytest.mark.usefixtures("_free")
@pytest.mark.parametrize(
    ("ports", "more", "holder"),
    [
        (
            "['8000:80']",
            "  web:\n    image: w:1\n    ports: ['8000:80']\n",
            "the service api, by the same files",
        ),
        ("['8000:80', '127.0.0.1:8000:81']", "", "the service api, by the same files"),
        ("['8000:80']", "    scale: 2\n", "the first of its 2 containers"),
        ("['8000:80']", "    deploy: {replicas: 3}\n", "the first of its 3 containers"),
        ("['8000-8001:80']", "    scale: 2\n", None),
        ("['8000:80']", "  web:\n    image: w:1\n    ports: ['8000:80/udp']\n", None),
        ("['127.0.0.1:8000:80']", "  web:\n    image: w:1\n    ports: ['127.0.0.2:8000:80']\n", None),
        ("['8000:80']", "  web:\n    image: w:1\n    profiles: [test]\n    ports: ['8000:80']\n", None),
    ],
)
def test_a_port_that_the_environment_publishes_twice(
    project: ProjectFolder, ports: str, more: str, holder: str | None
) -> None:
    problems = neighbours.problems(plan_with(project, ports, more=more), [])
    assert [one.facts["holder"] for one in problems] == ([holder] if holder else [])


@pytest.fixture(params=[("127.0.0.1", "tcp"), ("127.0.0.1", "udp"), ("", "tcp")], ids=str)
def listener(request: pytest.FixtureRequest) -> Iterator[tuple[int, str]]:
    """A program of this machine: its port and protocol."""
    host, protocol = request.param
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    with closing(socket.socket(socket.AF_INET, kind)) as one:
        one.bind((host, 0))
        if protocol == "tcp":
            one.listen()
        yield one.getsockname()[1], protocol


@pytest.mark.parametrize("host", ["", "127.0.0.1:"])
def test_a_port_that_a_program_of_this_machine_holds(
    project: ProjectFolder, listener: tuple[int, str], host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, protocol = listener
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    plan = plan_with(project, f"['{host}{number}:80/{protocol}']")
    (problem,) = neighbours.problems(plan, [])
    assert problem.facts == {"port": str(number), "holder": "a program on this machine"}
    own = listed(plan, published=(("0.0.0.0", number, protocol),))
    assert neighbours.problems(plan, [own]) == [], "it is the one that is started anew"
    assert neighbours.problems(plan, [own], [own]) == []


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("unix:///var/run/docker.sock", True),
        ("npipe:////./pipe/docker_engine", True),
        ("tcp://localhost:2375", True),
        ("tcp://127.0.0.1:2375", True),
        ("tcp://[::1]:2375", True),
        ("tcp://docker:2375", False),
        ("ssh://root@far.example.org:22", False),
        ("ssh://far.example.org", False),
    ],
)
def test_ports_of_an_engine_on_another_machine_are_not_this_machines(
    project: ProjectFolder, host: str, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        plan = plan_with(project, f"['{one.getsockname()[1]}:80']")
        assert len(neighbours.problems(plan, [])) == asked


def test_a_port_that_nobody_holds(project: ProjectFolder) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        number = one.getsockname()[1]
    assert neighbours.problems(plan_with(project, f"['{number}:80', '{number}:80/udp']"), []) == []


@pytest.mark.parametrize("port", ["1:80", "192.0.2.1:8000:80", "[2001:db8::1]:8000:80", "8000:80/sctp"])
def test_what_cannot_be_tried_counts_as_free(
    project: ProjectFolder, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A port that only root may open, an address of another machine, a family or protocol that is not spoken."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    if port.startswith("1:"):
        monkeypatch.setattr("socket.socket.bind", refuse)
    assert neighbours.problems(plan_with(project, f"['{port}']"), []) == []


def test_ports_of_environments_that_may_run_at_once(project: ProjectFolder) -> None:
    compose = (
        f"{API}    ports: ['${{PORT}}:80', '9000:90/udp']\n"
        "  web:\n    image: w:1\n    ports: ['127.0.0.${LAST}:7000:70']\n"
    )
    build(project, compose, declared=DECLARED + "[variables.LAST]\n", services="side_by_side = true")
    for name, port, last in (("development", 8000, 1), ("testing", 8001, 2), ("production", 8000, 1)):
        project.write(f".env.{name}", f"PORT={port}\nLAST={last}\n", mode=0o600)
    plan, testing, production = (plan_of(project, name) for name in ("development", "testing", "production"))
    assert told(neighbours.between(plan, [testing])) == [("FD715", "api", "compose.yaml:4:5")]
    problems = list(neighbours.between(plan, [testing, production]))
    assert [(one.subject, one.facts["port"], one.facts["holder"]) for one in problems] == [
        ("api", "8000", "production, by its files"),
        ("api", "9000", "testing, by its files"),
        ("web", "7000", "production, by its files"),
    ]
    assert list(neighbours.between(plan, [])) == []
