"""Environments, checkouts and programs beside one another on a real engine: refused or apart, never mixed."""

from __future__ import annotations

import shutil
import socket
from typing import TYPE_CHECKING

import pytest

from support.containers import ONE, Shop, finished
from support.ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

PUBLISHED = ONE + "    ports: ['127.0.0.1:${API_PORT}:80']\n"


def with_ports(shop: Shop, *, services: str = "", testing: int | None = None) -> tuple[int, int]:
    """Development and testing publish a port each."""
    shop.build(PUBLISHED, services=services)
    first = free_port()
    second = testing or free_port()
    for environment, port in (("development", first), ("testing", second)):
        shop.write_env(environment, f"LOG_LEVEL=INFO\nSECRET_KEY={environment}-key\nAPI_PORT={port}\n")
    return first, second


@pytest.mark.requirement("B11")
def test_while_one_environment_runs_another_is_refused_and_named(shop: Shop) -> None:
    shop.build(ONE).start("development")
    refused = shop.service("start", "-e", "testing", code=1)
    assert "FD720" in refused.stderr
    assert "development runs in this checkout" in refused.stderr
    assert set(shop.containers()) == {f"{shop.project('development')}-api-1"}
    shop.engine.docker("stop", f"{shop.project('development')}-api-1")
    shop.start("testing")  # what has ended is in nobody's way
    assert shop.running("testing") == {"api"}


@pytest.mark.requirement("B11")
def test_side_by_side_each_has_its_own_project_port_volume_and_network(shop: Shop) -> None:
    ports = with_ports(shop, services="side_by_side = true")
    shop.folder.write("compose.yaml", (PUBLISHED + "    volumes: [data:/data]\nvolumes:\n  data:\n").encode())
    for environment, port in zip(("development", "testing"), ports, strict=True):
        shop.start(environment)
        with socket.create_connection(("127.0.0.1", port)):
            pass
    told = {one["environment"]: one for one in shop.status("--check")["environments"]}
    assert set(told) == {"development", "testing"}
    assert told["testing"]["services"][0]["ports"] == [f"127.0.0.1:{ports[1]}->80/tcp"]
    assert shop.volumes() == {f"{shop.project(one)}_data" for one in ("development", "testing")}
    networks = {
        one: shop.engine.docker(
            "inspect", "--format", "{{json .NetworkSettings.Networks}}", f"{shop.project(one)}-api-1"
        ).stdout
        for one in ("development", "testing")
    }
    assert f"{shop.project('development')}_default" in networks["development"]
    assert f"{shop.project('development')}_default" not in networks["testing"]
    for several in (("logs",), ("exec", "api", "true")):
        assert "FD746" in shop.service(*several, code=1).stderr
    shop.service("restart", "-e", "testing", code=0)
    assert shop.running("development") == {"api"}, "side by side, a restart ends only its own"


@pytest.mark.requirement("B11")
def test_one_port_for_two_environments_is_found_before_anything_starts(shop: Shop) -> None:
    port = free_port()
    with_ports(shop, services="side_by_side = true", testing=port)
    shop.write_env("development", f"LOG_LEVEL=INFO\nSECRET_KEY=d-key\nAPI_PORT={port}\n")
    refused = shop.service("start", "-e", "dev", code=1)
    assert "FD715" in refused.stderr
    assert f"publishes port {port}, which testing, by its files" in " ".join(refused.stderr.split())
    assert not shop.containers()


@pytest.mark.requirement("B11")
def test_a_port_that_a_program_or_a_container_holds_is_found_before_anything_starts(shop: Shop) -> None:
    port, _ = with_ports(shop)
    with socket.socket() as held:
        held.bind(("127.0.0.1", port))
        held.listen()
        refused = shop.service("start", "-e", "dev", code=1)
        assert f"publishes port {port}, which a program on this machine holds" in " ".join(
            refused.stderr.split()
        )
    container = f"{shop.name}-holder"
    label = ("--label", f"com.docker.compose.project={shop.name}-holder")
    shop.engine.docker(
        "run", "-d", "--name", container, *label, "-p", f"127.0.0.1:{port}:1", shop.engine.image
    )
    refused = shop.service("start", "-e", "dev", code=1)
    assert f"the container {container} holds" in " ".join(refused.stderr.split())
    assert set(shop.containers()) == {container}
    shop.engine.docker("rm", "-f", container)
    shop.start("development")
    shop.start("development")  # its own port is nobody else's


@pytest.mark.requirement("B11")
def test_a_second_checkout_does_not_take_the_firsts_containers_away(shop: Shop, tmp_path: Path) -> None:
    """Plain Compose recreates them under the other folder's configuration (docker/compose#2120)."""
    shop.build(ONE).start("development")
    other = Shop(tmp_path / "elsewhere" / "checkout", shop.engine, shop.name)
    shutil.copytree(shop.folder.root, other.folder.root, dirs_exist_ok=True)
    refused = other.service("start", "-e", "dev", code=1)
    assert "FD722" in refused.stderr
    assert str(shop.folder.root) in refused.stderr.replace("\n            ", "")
    told = other.status()
    assert told["environments"] == []
    assert [one["checkout"] for one in told["others"]] == [str(shop.folder.root)]
    assert "FD745" in other.service("exec", "api", "true", code=1).stderr
    other.service("stop", code=0)
    for words in (("-e", "dev"), ("-e", "dev", f"--destroy-data={shop.project('development')}")):
        assert "FD722" in other.service("stop", *words, code=1).stderr
    assert shop.running("development") == {"api"}, "stop ends what this checkout started"


@pytest.mark.requirement("B11")
def test_containers_of_plain_compose_are_not_started_beside(shop: Shop) -> None:
    shop.build(ONE)
    for project in (shop.name, shop.project("development")):
        shop.compose("-p", project, "up", "-d", env={"APP_ENV": "development"})
        assert "FD721" in shop.service("start", "-e", "dev", code=1).stderr
        shop.remove()
    shop.start("development")


@pytest.mark.requirement("B11")
def test_of_two_environments_started_at_the_same_moment_exactly_one_runs(shop: Shop) -> None:
    shop.build(ONE)
    launched = {one: shop.launch("start", "-e", one) for one in ("development", "testing")}
    ended = {one: finished(process) for one, process in launched.items()}
    winners = [one for one, (code, _) in ended.items() if code == 0]
    assert len(winners) == 1, ended
    (loser,) = set(ended) - set(winners)
    assert "FD720" in ended[loser][1]
    assert set(shop.containers()) == {f"{shop.project(winners[0])}-api-1"}


@pytest.mark.requirement("B11")
def test_twenty_starts_at_once_are_one_set_of_containers(shop: Shop) -> None:
    shop.build(ONE)
    launched = [shop.launch("start", "-e", "development", "-q") for _ in range(20)]
    ended = [finished(process) for process in launched]
    assert [code for code, _ in ended] == [0] * 20, ended
    assert len(shop.containers()) == 1
    assert not shop.status("--check")["drift"]
