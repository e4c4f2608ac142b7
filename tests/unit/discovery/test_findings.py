"""Everything found in a project, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor.discovery.findings import find

if TYPE_CHECKING:
    from support.project import ProjectFolder


@pytest.mark.parametrize(
    ("pyproject", "name"),
    [
        ('[project]\nname = "orders"', "orders"),
        ('[tool.poetry]\nname = "poems"', "poems"),
        ("[project]\nname = 1", "project"),
        ("[project", "project"),
        (b"\xff", "project"),
        ("tool = 1", "project"),
        (None, "project"),
    ],
)
def test_the_projects_name(project: ProjectFolder, pyproject: str | bytes | None, name: str) -> None:
    if pyproject is not None:
        project.write("pyproject.toml", pyproject)
    assert find(str(project.root)).name == name


def test_only_files_of_the_chosen_layout_are_read(project: ProjectFolder) -> None:
    project.write(".env.dev", "A=1").write(".env.dev.example", "B=").write("web/.env.dev", "C=1").write(
        ".env", "D=1"
    )
    found = find(str(project.root))
    assert set(found.contents) == {".env", ".env.dev", ".env.dev.example"}
    assert [file.path for file in found.own_files()] == [".env.dev"]
    assert set(found.shapes) == {"A", "B", "D"}


@pytest.mark.parametrize(
    ("files", "is_environment"),
    [
        ({".env.local": "A=1", ".env.prod": "A=1"}, True),
        ({".env.local": "APP_ENV=local", ".env.dev": "A=1"}, True),
        ({".env.local": "A=1", ".env.dev": "A=1", "m.py": 'os.getenv("ENV") == "local"'}, True),
        (
            {
                ".env.local": "A=1",
                ".env.dev": "A=1",
                "m.py": 'class S(BaseSettings):\n    env: Literal["local", "dev"]',
            },
            True,
        ),
        ({".env.local": "A=1", ".env.dev": "A=1"}, False),
        ({".env.local": "A=1", ".env.prod": "A=1", ".env": "A=1"}, False),
        ({".env.local": "A=1", ".env.prod": "A=1", "package.json": '{"dependencies": {"vite": "1"}}'}, False),
        ({".env.local": "A=1"}, False),
        ({".env.dev": "A=1"}, False),
    ],
)
def test_local_is_an_environment_or_an_override(
    project: ProjectFolder, files: dict[str, str], is_environment: bool
) -> None:
    for path, text in files.items():
        project.write(path, text)
    found = find(str(project.root))
    assert ("local" in found.layout.spellings()) is is_environment
    assert (
        found.shapes["A"].seen == sum("A=1" in text for text in files.values())
        if "A" in found.shapes
        else True
    )
