"""What Compose files say, by a line scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.discovery import compose

if TYPE_CHECKING:
    from support.project import ProjectFolder


def scan(project: ProjectFolder, text: str | bytes, name: str = "compose.yaml") -> compose.Compose:
    project.write(name, text)
    return compose.scan(str(project.root), [name])


@pytest.mark.requirement("B1")
@pytest.mark.parametrize(
    "written",
    [
        "profiles: [dev, test]",
        'profiles: ["dev", "test"]',
        "profiles:\n      - dev\n      - test  # mocks",
        "profiles:\n    - 'dev'\n    - \"test\"",
        "profiles: &both [dev, test]",
        "profiles:\n      # who\n\n      - dev\n      - test\n    image: x\n    ports: [a]",
    ],
)
def test_profiles_in_every_form(project: ProjectFolder, written: str) -> None:
    """B1: dev is profile dev, test is profiles dev and test."""
    found = scan(project, f"services:\n  a:\n    image: b\n    {written}\n  c:\n    image: d\n")
    assert found.profiles == ["dev", "test"]


@pytest.mark.parametrize(
    "written",
    [
        "environment:\n      APP_ENV: prod\n      URL: http://x:1/?a=b\n      PASSED: ${PASSED}\n      BARE:\n",
        "environment:\n      - APP_ENV=prod\n      - URL=http://x:1/?a=b\n      - PASSED=$PASSED\n      - BARE\n",
        "environment:\n    - 'APP_ENV=prod'\n    - \"URL=http://x:1/?a=b\"\n    - BARE\n",
        'environment: {APP_ENV: "prod", URL: x}\n',
        'environment: ["APP_ENV=prod", "URL=x"]\n',
        "environment:\n      <<: *common\n      APP_ENV: prod\n      URL: x\n",
    ],
)
def test_what_a_container_is_given(project: ProjectFolder, written: str) -> None:
    found = scan(project, f"services:\n  a:\n    {written}")
    assert {"APP_ENV", "URL"} <= found.given <= {"APP_ENV", "URL", "<<"}
    assert found.defaults == {"APP_ENV": "prod"}


@pytest.mark.parametrize(
    ("written", "files"),
    [
        ("env_file: .env", [[".env"]]),
        ("env_file: ./a.env", [["a.env"]]),
        ("env_file: [.env, .env.dev]", [[".env", ".env.dev"]]),
        (
            "env_file:\n      - .env\n      - path: ./.env.dev\n        required: false",
            [[".env", ".env.dev"]],
        ),
    ],
)
def test_env_files(project: ProjectFolder, written: str, files: list[list[str]]) -> None:
    assert scan(project, f"services:\n  a:\n    {written}\n    image: b\n").env_files == files


@pytest.mark.requirement("B12")
def test_references_tell_defaults_and_needs(project: ProjectFolder) -> None:
    """B12: production is the default where a default is declared."""
    found = scan(
        project,
        """
        services:
          a:
            image: a:${TAG:-latest}
            environment:
              APP_ENV: ${APP_ENV:-prod}
              ENV: ${ENV-dev}
              P: ${NEEDED:?say it} ${ALSO_NEEDED?}
              Q: ${SET:+yes} ${SET2+yes} ${PLAIN} $${APP_ENV:-no}
        """,
    )
    assert found.required == {"NEEDED", "ALSO_NEEDED"}
    assert found.defaults == {"APP_ENV": "prod", "ENV": "dev"}


def test_names_of_files_tell_environments(project: ProjectFolder) -> None:
    names = (
        "docker-compose.prod.yml",
        "compose.dev.yaml",
        "docker-compose-test.yml",
        "compose.override.yaml",
        "compose.yaml",
    )
    for name in names:
        project.write(name, "services: {}\n")
    assert compose.scan(str(project.root), names).named == ["prod", "dev", "test"]


@pytest.mark.parametrize(
    "text",
    ["", "\t", b"\xff", "profiles: |\n  x", "profiles:", "- - -", "environment: {", ": :", "a: [", "${"],
)
def test_any_text_can_be_scanned(project: ProjectFolder, text: str | bytes) -> None:
    assert scan(project, text).profiles in ([], ["x"])


def test_what_is_missing_or_huge_says_nothing(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert compose.scan(str(project.root), ["missing.yaml"]) == compose.Compose()
    monkeypatch.setattr(compose, "LARGEST", 5)
    assert scan(project, "profiles: [dev]").profiles == []
