"""Whose a container is: an environment's, a stranger's, or nobody's business."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import declaration
from firedoor.services import running
from support.engine_socket import LIST, EngineSocket, entry
from support.plans import build

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from support.project import ProjectFolder


@pytest.fixture
def shop(project: ProjectFolder) -> Project:
    return declaration.load(build(project).root, use_cache=False)


def test_nothing_is_here(shop: Project, socket: EngineSocket) -> None:
    found = running.look(shop)
    assert (found.environments, found.strangers, found.active) == ({}, [], [])
    assert socket.asked == [LIST]


def test_whose_each_is(shop: Project, socket: EngineSocket) -> None:
    def here(name: str, project: str, environment: str, state: str = "running") -> dict[str, object]:
        return entry(name, project, environment=environment, folder=shop.root, state=state)

    socket.has(
        here("p", "shop-production", "production", "exited"),
        here("d", "shop-development", "development"),
        here("d2", "shop-development", "development", "exited"),
        here("by-hand", "shop-testing", ""),
        here("renamed", "old-development", "development"),
        here("misnamed", "shop-testing", "development"),
        entry("colleague", "shop-development", environment="development", folder="/srv/colleague"),
        entry("other", "other-development", environment="development", folder="/srv/other"),
        entry("alone", ""),
    )
    found = running.look(shop)
    assert {name: [one.name for one in there] for name, there in found.environments.items()} == {
        "development": ["d", "d2"],
        "production": ["p"],
    }
    assert list(found.environments) == ["development", "production"], "in the declared order"
    assert [one.name for one in found.strangers] == ["renamed", "colleague", "by-hand", "misnamed"]
    assert [one.name for one in found.active] == ["development"]
    assert not {path for path in socket.asked if "other" in path or "alone" in path}


def test_a_list_that_is_known_is_not_asked_for(shop: Project, socket: EngineSocket) -> None:
    assert running.look(shop, []).environments == {}
    assert socket.asked == []


def test_what_has_gone_elsewhere_meanwhile_is_nobodys_business(shop: Project, socket: EngineSocket) -> None:
    """The list and the container itself are asked for one after the other."""
    socket.has(entry("a", "shop-development", folder=shop.root))
    moved = entry("a", "elsewhere", folder="/srv/elsewhere")
    socket.answers["/containers/id-a/json"] = (200, moved["inspected"])
    found = running.look(shop)
    assert (found.environments, found.strangers) == ({}, [])
