"""What is remembered of containers that were as their files say: forgotten once anything has changed."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from firedoor import compiled_cache
from firedoor.services import program
from firedoor.services.container import Container
from firedoor.services.memory import Memory
from support.plans import API, DECLARED, build, plan_of, require_compose, secret_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.project import ProjectFolder

    Change = Callable[[ProjectFolder], object]

COMPOSE = f"{API}    env_file: .env.${{APP_ENV}}\n    environment: ['X=${{X:-1}}']\n"


def container(id_: str = "1") -> Container:
    return Container(
        id=id_, name="a", project="shop-development", service="api", state="running", labels={}, variables={}
    )


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    require_compose()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "firedoor"


def of(project: ProjectFolder, process: dict[str, str] | None = None) -> Memory:
    plan = plan_of(project, process=process)
    return Memory(plan.compose, plan.selectors)


def kept(project: ProjectFolder, process: dict[str, str] | None = None, *, later: float = 1.0) -> None:
    """Remember an answer of Compose that was asked for so many seconds from now."""
    plan = plan_of(project, process=process)
    plan.asked = time.time_ns() + int(later * 1e9)
    Memory(plan.compose, plan.selectors).keep([container()], plan)


def test_what_has_not_changed_is_remembered(project: ProjectFolder) -> None:
    build(project, COMPOSE)
    assert of(project).is_empty
    assert not of(project).holds([container()])
    kept(project)
    assert not of(project).is_empty
    assert of(project).holds([container()])
    assert of(project, {"UNUSED": "1"}).holds([container()])


def test_of_a_file_that_was_saved_since_the_answer_says_nothing(project: ProjectFolder) -> None:
    build(project, COMPOSE)
    kept(project, later=-3600)
    assert of(project).is_empty


def write(path: str, text: str) -> Change:
    return lambda project: project.write(path, text, mode=0o600)


def append(path: str, text: str) -> Change:
    return lambda project: project.write(path, (project.root / path).read_text() + text, mode=0o600)


def declare(old: str, new: str) -> Change:
    return lambda project: project.write("firedoor.toml", DECLARED.replace(old, new))


@pytest.mark.parametrize(
    "change",
    [
        append(".env.development", "MORE=1\n"),
        append("compose.yaml", "# a comment\n"),
        write("compose.dev.yaml", "services: {}\n"),
        declare('selector = ["APP_ENV", "ENV"]', 'selector = ["APP_ENV", "ENV", "STAGE"]'),
        declare('profiles = ["dev"]', 'profiles = ["dev", "ops"]'),
        declare('name = "shop"', 'name = "shop2"'),
    ],
    ids=["env file", "compose file", "another file", "selectors", "profiles", "name"],
)
def test_a_change_is_not_overlooked(project: ProjectFolder, change: Change) -> None:
    build(project, COMPOSE)
    kept(project)
    change(project)
    assert not of(project).holds([container()])


def test_variables_and_containers_count(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    build(project, COMPOSE)
    kept(project)
    assert not of(project, {"X": "2"}).holds([container()]), "the files refer to it"
    assert not of(project).holds([container("2")])
    assert not of(project).holds([container(), container("2")])
    assert not of(project).holds([])
    other = project.root / "compose"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    remembered = of(project)
    monkeypatch.setattr(program, "words", lambda: (str(other),))
    assert not remembered.holds([container()])


def test_an_env_file_that_comes_or_goes(project: ProjectFolder) -> None:
    build(project, f"{API}    env_file: [{{path: tool.env, required: false}}]\n")
    kept(project)
    assert of(project).holds([container()])
    project.write("tool.env", "")
    assert not of(project).holds([container()])
    kept(project)
    assert of(project).holds([container()])
    (project.root / "tool.env").unlink()
    assert not of(project).holds([container()])


@pytest.mark.parametrize(
    "compose",
    [
        f"include: [part.yaml]\n{API}",
        f"{API}    extends: {{file: base.yaml, service: base}}\n",
        f'{API}    "env\\u005ffile": tool.env\n',
    ],
)
def test_files_that_nobody_here_knows_are_not_vouched_for(project: ProjectFolder, compose: str) -> None:
    files = {
        "part.yaml": "services: {}\n",
        "base.yaml": "services:\n  base:\n    image: b:1\n",
        "tool.env": "A=1\n",
    }
    build(project, compose, files=files)
    kept(project)
    assert of(project).is_empty


@pytest.mark.parametrize(
    "env_file",
    [
        "tool.env",
        "{path: tool.env}",
        "[{path: tool.env}, tool.env]",
        "'${NOTHING}tool.env'",
        "'${HERE:-tool}.env'",
    ],
)
def test_a_file_counts_however_it_is_named(project: ProjectFolder, env_file: str) -> None:
    env_file = env_file if env_file.startswith("[") else f"[{env_file}]"
    build(project, f"{API}    env_file: {env_file}\n", files={"tool.env": "A=1\n"})
    kept(project)
    assert of(project).holds([container()])
    project.write("tool.env", "A=2\n")
    assert not of(project).holds([container()])


def test_nothing_of_the_configuration_is_kept(project: ProjectFolder, cache: Path) -> None:
    build(project, COMPOSE)
    kept(project)
    (path,) = cache.glob("*.services")
    data = path.read_bytes()
    assert secret_of("development").encode() not in data
    assert b"DEBUG" not in data
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", [b"", b"\0", b"x" * 64 + b"\0/etc/passwd\0", b"no separator"])
def test_what_somebody_wrote_there_proves_nothing(project: ProjectFolder, cache: Path, damage: bytes) -> None:
    build(project, COMPOSE)
    kept(project)
    (path,) = cache.glob("*.services")
    path.write_bytes(damage)
    assert not of(project).holds([container()])


def test_without_a_place_nothing_is_remembered(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(project, COMPOSE)
    monkeypatch.setattr(compiled_cache, "folder", lambda: None)
    kept(project)
    assert of(project).is_empty
    assert not of(project).holds([container()])


def test_a_place_that_cannot_be_written(
    project: ProjectFolder, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    build(project, COMPOSE)
    of(project)
    monkeypatch.setattr("firedoor.storage.write_bytes", refuse)
    kept(project)
    assert not list(cache.glob("*.services"))
