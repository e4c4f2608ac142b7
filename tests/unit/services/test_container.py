"""A container as the engine tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firedoor.services import container, labels

if TYPE_CHECKING:
    from pathlib import Path

TOLD: dict[str, Any] = {
    "Id": "0a1b",
    "Name": "/shop-development-api-1",
    "Created": "2026-11-27T10:00:00.123456789Z",
    "RestartCount": 2,
    "State": {
        "Status": "running",
        "StartedAt": "2026-11-27T10:00:01.5Z",
        "ExitCode": 0,
        "Health": {"Status": "healthy"},
    },
    "Config": {
        "Image": "shop/api:1.4",
        "Env": ["A=1", "B=x=y", "EMPTY=", "UNSET"],
        "Labels": {
            labels.COMPOSE_PROJECT: "shop-development",
            labels.COMPOSE_SERVICE: "api",
            labels.COMPOSE_FOLDER: "/srv/shop",
            labels.ENVIRONMENT: "development",
        },
    },
    "NetworkSettings": {
        "Ports": {
            "8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8001"}, {"HostIp": "::1", "HostPort": "8001"}],
            "53/udp": [{"HostIp": "", "HostPort": "5300"}],
            "9000/tcp": None,
        }
    },
}


def test_all_that_is_told() -> None:
    one = container.of_inspection(TOLD)
    assert (one.id, one.name, one.project, one.service) == (
        "0a1b",
        "shop-development-api-1",
        "shop-development",
        "api",
    )
    assert (one.state, one.health, one.image, one.exit_code, one.restarts) == (
        "running",
        "healthy",
        "shop/api:1.4",
        0,
        2,
    )
    assert one.started == "2026-11-27T10:00:01.5Z"
    assert one.created == "2026-11-27T10:00:00.123456789Z"
    assert one.variables == {"A": "1", "B": "x=y", "EMPTY": ""}
    assert one.ports == ("127.0.0.1:8001->8000/tcp", "[::1]:8001->8000/tcp", "0.0.0.0:5300->53/udp")
    assert (one.environment, one.folder, one.running) == ("development", "/srv/shop", True)
    assert repr(one) == "Container('shop-development-api-1', 'running')"


@pytest.mark.parametrize(
    "told",
    [
        {"Id": "1"},
        {"Id": "1", "State": None, "Config": None, "NetworkSettings": None},
        {
            "Id": "1",
            "State": {"Health": None},
            "Config": {"Labels": None, "Env": None},
            "NetworkSettings": {"Ports": None},
        },
        {"Id": "1", "State": {"Health": {"Status": "none"}, "StartedAt": "0001-01-01T00:00:00Z"}},
    ],
)
def test_little_that_is_told(told: dict[str, Any]) -> None:
    one = container.of_inspection(told)
    assert (one.project, one.service, one.health, one.started, one.environment) == ("", "", "", "", "")
    assert (one.variables, one.ports, one.running) == ({}, (), False)


@pytest.mark.parametrize(
    ("state", "running"),
    [
        ("running", True),
        ("restarting", True),
        ("paused", True),
        ("created", False),
        ("exited", False),
        ("dead", False),
        ("removing", False),
    ],
)
def test_what_runs(state: str, running: bool) -> None:
    assert container.of_inspection({**TOLD, "State": {"Status": state}}).running == running


def test_the_checkout_that_it_is_of(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "link").symlink_to("shop")
    marks = {labels.COMPOSE_FOLDER: str(tmp_path / "link")}
    one = container.of_inspection({**TOLD, "Config": {"Labels": marks}})
    assert one.is_of(str(tmp_path / "shop"))
    assert not one.is_of(str(tmp_path))
    assert not container.of_inspection({"Id": "1"}).is_of(str(tmp_path))
