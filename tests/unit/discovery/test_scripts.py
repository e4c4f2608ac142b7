"""What make targets, scripts and package.json say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.discovery import scripts

if TYPE_CHECKING:
    from support.project import ProjectFolder


def scan(project: ProjectFolder, text: str | bytes, name: str = "Makefile") -> scripts.Scripts:
    project.write(name, text)
    return scripts.scan(str(project.root), [name])


def test_profiles_that_are_started_together(project: ProjectFolder) -> None:
    found = scan(
        project,
        """
        up:
        \tdocker compose --profile dev up
        \tdocker compose --profile=dev --profile \\
        \t\ttest up
        \tCOMPOSE_PROFILES="dev,qa" docker compose up
        COMPOSE_PROFILES := mocks
        \tdocker compose --profile $(ALL) --profile "*" up --profile
        """,
    )
    assert found.profile_sets == [("dev",), ("dev", "test"), ("dev", "qa"), ("mocks",)]


def test_defaults_of_selectors(project: ProjectFolder) -> None:
    found = scan(
        project,
        """
        APP_ENV ?= prod
        ENV ?= $(shell cat .env)
        TAG ?= latest
        : "${STAGE:=dev}" "${MY_ENV:-qa}" "${TAG:-x}" ${ENV} ${APP_ENV:-dev}
        """,
        "run.sh",
    )
    assert found.defaults == {"APP_ENV": "prod", "STAGE": "dev", "MY_ENV": "qa"}


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ('{"dependencies": {"next": "15"}}', True),
        ('{"dependencies": {"left": "1"}, "devDependencies": {"vite": "6"}}', True),
        ('{"dependencies": {"express": "5"}}', False),
        ('{"dependencies": ["next"]}', False),
        ("[]", False),
        ("not json", False),
    ],
)
def test_frameworks_that_layer_env_files(project: ProjectFolder, text: str, layers: bool) -> None:
    assert scan(project, text, "package.json").layering is layers


def test_what_is_missing_unreadable_or_huge_says_nothing(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scripts.scan(str(project.root), ["missing"]) == scripts.Scripts()
    assert scan(project, b"\xff") == scripts.Scripts()
    monkeypatch.setattr(scripts, "LARGEST", 5)
    assert scan(project, "APP_ENV ?= prod") == scripts.Scripts()
