"""What a stack takes of one part or service, and what is told of the rest."""

from __future__ import annotations

from typing import Any

import pytest

from firedoor.services.deployment.stack_form import Stack


def notes(stack: Stack) -> list[str]:
    return list(stack.notes.lines())


@pytest.mark.parametrize(
    ("kind", "told", "form", "note"),
    [
        ("networks", {"driver": "overlay"}, {"driver": "overlay"}, None),
        ("networks", {"driver": "bridge"}, {}, "the network is an overlay, not a bridge"),
        (
            "networks",
            {"ipam": {"driver": "default", "config": [{"subnet": "10.0.0.0/24", "gateway": "10.0.0.1"}, {}]}},
            {"ipam": {"config": [{"subnet": "10.0.0.0/24"}]}},
            None,
        ),
        ("networks", {"ipam": None}, {"ipam": {"config": []}}, None),
        ("volumes", {"driver": "local", "x": 1}, {"driver": "local"}, "a Swarm has no x of volumes"),
        ("configs", {"content": "x"}, None, "a Swarm takes configs from a file, or from itself"),
        ("secrets", {"environment": "X"}, None, "a Swarm takes secrets from a file, or from itself"),
        ("secrets", {"file": "x"}, {"file": "x"}, None),
    ],
)
def test_parts(kind: str, told: dict[str, Any], form: dict[str, Any] | None, note: str | None) -> None:
    stack = Stack()
    assert stack.part(kind, "data", told) == form
    said = notes(stack)
    assert len(said) == (note is not None)
    assert note is None or note in said[0]


@pytest.mark.parametrize(
    ("told", "deploy"),
    [
        ({"restart": "no"}, {"restart_policy": {"condition": "none"}}),
        ({"restart": "on-failure"}, {"restart_policy": {"condition": "on-failure"}}),
        (
            {"restart": "on-failure:3"},
            {"restart_policy": {"condition": "on-failure", "max_attempts": 3}},
        ),
        ({"restart": "always"}, None),
        (
            {"deploy": {"resources": {"reservations": {"cpus": "1", "devices": [{}]}}}},
            {"resources": {"reservations": {"cpus": "1"}}},
        ),
        (
            {"restart": "no", "deploy": {"restart_policy": {"condition": "any"}}},
            {"restart_policy": {"condition": "any"}},
        ),
    ],
)
def test_how_it_is_deployed(told: dict[str, Any], deploy: dict[str, Any] | None) -> None:
    assert Stack().service("api", told).get("deploy") == deploy


@pytest.mark.parametrize(
    ("mount", "kept", "note"),
    [
        ({"type": "volume", "source": "data", "target": "/d"}, 1, None),
        ({"type": "bind", "source": "./x", "target": "/x"}, 1, "/x"),
        ({"type": "image", "source": "x:1", "target": "/x"}, 0, "a Swarm has no mount of type image"),
        ({"type": "npipe", "source": "x", "target": "/x"}, 0, "a Swarm has no mount of type npipe"),
    ],
)
def test_mounts(mount: dict[str, Any], kept: int, note: str | None) -> None:
    stack = Stack()
    assert len(stack.service("api", {"volumes": [mount]}).get("volumes", ())) == kept
    assert bool(notes(stack)) == (note is not None)
