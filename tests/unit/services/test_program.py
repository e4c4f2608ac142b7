"""Which Compose is called: a plugin, a program of its own, the docker command's; none, and one that is too old."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.errors import ServiceError
from firedoor.services import program

if TYPE_CHECKING:
    from pathlib import Path


class Machine:
    """A machine with nothing on it but what a test puts there."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, path: str, says: str = "5.6.1", *, code: int = 0, mode: int = 0o755) -> str:
        """A program that answers every question alike; its path."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
        target.chmod(mode)
        return str(target)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(program, "_known", {})
    monkeypatch.setattr(program, "_PLUGIN_FOLDERS", (str(tmp_path / "lib"),))
    monkeypatch.setattr("sys.executable", str(tmp_path / "venv" / "python"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{tmp_path / 'sbin'}")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    return Machine(tmp_path)


PLACES = (
    "home/.docker/cli-plugins/docker-compose",
    "lib/docker-compose",
    "bin/docker-compose",
    "sbin/docker-compose",
    "venv/docker-compose",
)


@pytest.mark.parametrize("first", range(len(PLACES)))
def test_the_first_of_these_places_counts(machine: Machine, first: int) -> None:
    made = [machine.put(place) for place in PLACES[first:]]
    machine.put("bin/docker")
    assert program.words() == (made[0],)


def test_the_users_own_folder_of_plugins(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(machine.root / "config"))
    machine.put(PLACES[0])
    own = machine.put("config/cli-plugins/docker-compose")
    assert program.words() == (own,)


def test_a_plugin_that_only_docker_finds(machine: Machine) -> None:
    docker = machine.put("sbin/docker")
    machine.put("bin/docker-compose", mode=0o644)  # no program
    (machine.root / "lib" / "docker-compose").mkdir(parents=True)
    assert program.words() == (docker, "compose")


def test_there_is_none(machine: Machine) -> None:
    machine.put("bin/docker", mode=0o644)
    with pytest.raises(ServiceError) as refused:
        program.words()
    assert [(one.code, one.subject) for one in refused.value.problems] == [("FD701", "docker compose")]


def test_it_is_looked_for_once(machine: Machine) -> None:
    machine.put("bin/docker-compose")
    found = program.words()
    (machine.root / "bin" / "docker-compose").unlink()
    assert program.words() == found


@pytest.mark.parametrize(
    ("says", "code", "problem"),
    [
        ("5.6.1", 0, None),
        ("v2.0.0", 0, None),
        ("2.27.0-desktop.2", 0, None),
        ("dev", 0, None),
        ("1.29.2", 0, ("FD703", "1.29.2")),
        ("v1.0", 0, ("FD703", "1.0")),
        ("docker: compose is not a docker command", 1, ("FD701", None)),
        ("", 0, ("FD701", None)),
    ],
)
def test_what_is_too_old(
    machine: Machine, says: str, code: int, problem: tuple[str, str | None] | None
) -> None:
    machine.put("bin/docker-compose", says, code=code)
    if problem is None:
        program.refuse_old()
        return
    with pytest.raises(ServiceError) as refused:
        program.refuse_old()
    (one,) = refused.value.problems
    assert (one.code, one.facts.get("version")) == problem


@pytest.mark.parametrize(("system", "name"), [("win32", "docker-compose.exe"), ("linux", "docker-compose")])
def test_programs_of_windows(
    machine: Machine, system: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("docker-compose.exe", "docker-compose"):
        machine.put(f"bin/{other}")
    monkeypatch.setattr("sys.platform", system)
    assert program.words() == (str(machine.root / "bin" / name),)
