"""Ending an environment's containers, and its data: whose they are, what is left, who may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firedoor import consent, declaration
from firedoor.errors import ServiceError
from firedoor.services import compose, engine, stopping
from support.engine_socket import EngineSocket, entry
from support.plans import build

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from support.project import ProjectFolder

NAME = "shop-development"


@pytest.fixture
def shop(project: ProjectFolder) -> Project:
    return declaration.load(build(project).root, use_cache=False)


@pytest.fixture
def development(shop: Project) -> Environment:
    return shop.environments[0]


class Down:
    """Compose's ``down``: the names that it is called with, and what it gives and leaves."""

    def __init__(self, socket: EngineSocket) -> None:
        self.socket = socket
        self.asked: list[str] = []
        self.gives = (0, b"")
        self.leaves: list[dict[str, Any]] = []

    def __call__(self, name: str) -> tuple[int, bytes]:
        self.asked.append(name)
        self.socket.has(*self.leaves)
        return self.gives


@pytest.fixture
def down(socket: EngineSocket, monkeypatch: pytest.MonkeyPatch) -> Down:
    made = Down(socket)
    monkeypatch.setattr(compose, "down", made)
    return made


def test_all_of_the_environment_is_ended(
    shop: Project, development: Environment, socket: EngineSocket, down: Down
) -> None:
    socket.has(
        entry("a", NAME, folder=shop.root),
        entry("b", NAME, folder=shop.root, state="exited"),
        entry("c", "other"),
    )
    assert stopping.stop(shop, development) == 2
    assert stopping.stop(shop, development) == 0
    assert down.asked == [NAME, NAME]


def test_another_checkouts_containers_are_not_ended(
    shop: Project, development: Environment, socket: EngineSocket, down: Down
) -> None:
    socket.has(
        entry("a", NAME, folder=shop.root),
        entry("b", NAME, folder="/srv/b"),
        entry("c", NAME, folder="/srv/b"),
    )
    with pytest.raises(ServiceError) as refused:
        stopping.stop(shop, development)
    assert [(one.code, one.facts) for one in refused.value.problems] == [("FD722", {"folder": "/srv/b"})]
    assert down.asked == []


@pytest.mark.parametrize(
    ("said", "left", "detail"),
    [
        ((1, b"a\n  cannot remove  \n\n"), 0, "cannot remove"),
        ((1, b""), 0, "0 containers are left"),
        ((0, b""), 1, "1 containers are left"),
        ((0, b"removed\n"), 1, "removed"),
    ],
)
def test_what_is_left(shop: Project, down: Down, said: tuple[int, bytes], left: int, detail: str) -> None:
    development = shop.environments[0]
    one = entry("a", NAME, folder=shop.root)
    down.gives, down.leaves = said, [one] * left
    down.socket.has(one)
    with pytest.raises(ServiceError) as refused:
        stopping.stop(shop, development)
    assert [(one.code, one.facts) for one in refused.value.problems] == [("FD742", {"detail": detail})]


def test_who_may_destroy_data(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    development, _, production = shop.environments
    asked: list[str] = []

    def find(_: object, environment: Environment, resource: str) -> str | None:
        asked.append(f"{environment.name} {resource}")
        return "given" if len(asked) > 1 else None

    monkeypatch.setattr(consent, "find", find)
    stopping.refuse_destruction(shop, development)
    with pytest.raises(ServiceError) as refused:
        stopping.refuse_destruction(shop, production)
    assert [(one.code, one.subject) for one in refused.value.problems] == [("FD743", "production")]
    stopping.refuse_destruction(shop, production)
    assert asked == ["production volumes"] * 2


def test_data(shop: Project, development: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    there = [f"{NAME}_a", f"{NAME}_b", f"{NAME}_busy"]
    gone: list[str] = []

    def remove(name: str) -> str:
        gone.append(name)
        return "it is in use" if name.endswith("busy") else ""

    monkeypatch.setattr(engine, "volumes_of", lambda name: [(f"{name}_a", "1MB")])
    monkeypatch.setattr(engine, "volume_names", lambda _: there)
    monkeypatch.setattr(engine, "remove_volume", remove)
    assert stopping.volumes(shop, development) == [(f"{NAME}_a", "1MB")]
    assert stopping.destroy(shop, development, [f"{NAME}_b", f"{NAME}_gone", "other_data"]) == 1
    assert gone == [f"{NAME}_b"], "nobody else's, and none that has gone meanwhile"
    with pytest.raises(ServiceError) as refused:
        stopping.destroy(shop, development, [f"{NAME}_busy", f"{NAME}_a"])
    assert [(one.code, one.subject, one.facts) for one in refused.value.problems] == [
        ("FD748", f"{NAME}_busy", {"detail": "it is in use"})
    ]
    assert gone[1:] == [f"{NAME}_busy", f"{NAME}_a"], "the others go all the same"
