"""Looking over a folder: what is found, what is left alone, where it stops."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor.discovery import walk

if TYPE_CHECKING:
    from support.project import ProjectFolder


def test_each_file_goes_where_it_is_read(project: ProjectFolder) -> None:
    for path in (
        ".env",
        ".env.dev.example",
        "prod.env",
        "env.example",
        ".envs/.local/.django",
        "envs/plain",
        "app/config.py",
        "compose.yaml",
        "docker-compose.prod.yml",
        "Makefile",
        "tools/run.sh",
        "package.json",
        "README.md",
        "compose.txt",
    ):
        project.write(path, "")
    tree = walk.look_over(str(project.root))
    assert tree.env_like == [
        ".env",
        ".env.dev.example",
        "env.example",
        "prod.env",
        "envs/plain",
        ".envs/.local/.django",
    ]
    assert tree.python == ["app/config.py"]
    assert tree.compose == ["compose.yaml", "docker-compose.prod.yml"]
    assert tree.scripts == ["Makefile", "package.json", "tools/run.sh"]
    assert not tree.truncated


@pytest.mark.parametrize(
    "folder",
    [
        "node_modules/x",
        ".venv",
        "venv",
        ".git/hooks",
        ".tox/py",
        "__pycache__",
        "build",
        "lib/site-packages",
        ".hidden",
    ],
)
def test_what_is_not_the_projects_own_is_left_alone(project: ProjectFolder, folder: str) -> None:
    project.write(f"{folder}/.env", "").write("src/.env", "")
    assert walk.look_over(str(project.root)).env_like == ["src/.env"]


@pytest.mark.parametrize("mark", ["pyvenv.cfg", ".git", "firedoor.toml"])
def test_folders_of_somebody_else_are_left_alone(project: ProjectFolder, mark: str) -> None:
    project.write(f"inner/{mark}", "").write("inner/.env", "").write(mark, "").write(".env", "")
    assert walk.look_over(str(project.root)).env_like == [".env"]


def test_links_to_folders_are_not_followed(project: ProjectFolder) -> None:
    project.write("real/.env", "")
    (project.root / "loop").symlink_to(".")
    (project.root / "elsewhere").symlink_to("/")
    (project.root / ".env.dev").symlink_to("real/.env")
    assert walk.look_over(str(project.root)).env_like == [".env.dev", "real/.env"]


def test_a_folder_that_cannot_be_listed_is_passed_over(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("closed/.env", "").write(".env", "")
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "no")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert walk.look_over(str(project.root)).env_like == [".env"]


def test_it_stops_at_a_depth_and_at_a_number_of_entries(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = "/".join("abcdefg")
    project.write(f"{deep}/.env", "").write(f"{deep}/h/.env", "")
    assert walk.look_over(str(project.root)).env_like == [f"{deep}/.env"]
    for number in range(20):
        project.write(f"many/{number}.py", "")
    assert walk.look_over(str(project.root), most_entries=10).truncated
    monkeypatch.setattr(walk, "MOST_PYTHON_FILES", 5)
    tree = walk.look_over(str(project.root))
    assert len(tree.python) == 5
    assert tree.truncated
