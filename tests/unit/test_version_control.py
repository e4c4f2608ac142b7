"""What git says of files, whatever a hook's git exported."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor import version_control

if TYPE_CHECKING:
    from support.project import ProjectFolder


def tracked(root: str) -> set[str] | None:
    names = version_control.tracked_files(root)
    return None if names is None else set(names)


@pytest.fixture
def repository(project: ProjectFolder) -> ProjectFolder:
    project.git("init", "-q").write(".env", "A=1").write("app/.env.dev", "A=1").write("naïve name\n.txt", "")
    return project.git("add", "-A")


def test_tracked_files_are_those_in_the_index(repository: ProjectFolder) -> None:
    root = str(repository.root)
    repository.write("new", "")
    assert tracked(root) == {".env", "app/.env.dev", "naïve name\n.txt"}
    assert tracked(os.path.join(root, "app")) == {".env.dev"}
    repository.git("rm", "--cached", "-q", ".env")
    assert tracked(root) == {"app/.env.dev", "naïve name\n.txt"}


def test_without_a_repository_git_knows_nothing(project: ProjectFolder) -> None:
    assert tracked(str(project.root)) is None
    assert version_control.ignored(str(project.root), [".env"]) is None


def test_without_git_nothing_is_known(repository: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert tracked(str(repository.root)) is None
    assert version_control.ignored(str(repository.root), [".env"]) is None


def test_a_repository_of_somebody_else_is_read_all_the_same(repository: ProjectFolder) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may give folders away")
    for folder in (repository.root, repository.root / ".git"):
        os.chown(folder, 65534, 65534)
    assert tracked(str(repository.root)) == {".env", "app/.env.dev", "naïve name\n.txt"}


def test_a_configured_program_is_not_started(repository: ProjectFolder) -> None:
    repository.write("spy", "#!/bin/sh\ntouch started\n", mode=0o755)
    repository.git("config", "core.fsmonitor", str(repository.root / "spy"))
    version_control.tracked_files(str(repository.root))
    version_control.ignored(str(repository.root), [".env"])
    assert not (repository.root / "started").exists()


def test_a_hook_of_another_repository_does_not_mislead(
    repository: ProjectFolder, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    repository.run("git", "init", "-q", str(other))
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert ".env" in (tracked(str(repository.root)) or ())
    assert tracked(str(other.parent)) is None


def test_inside_a_hook_the_index_to_be_committed_counts(
    repository: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`git commit -a` commits an index of its own, which the hook is told of."""
    root = str(repository.root)
    repository.git("rm", "--cached", "-q", ".env")
    about_to_be = os.path.join(root, ".git", "next-index-1.lock")
    monkeypatch.setenv("GIT_INDEX_FILE", about_to_be)
    monkeypatch.setenv("GIT_DIR", ".git")
    repository.run("git", "add", ".env", env={"GIT_INDEX_FILE": about_to_be})
    assert tracked(root) == {".env"}
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert tracked(root) == {"app/.env.dev", "naïve name\n.txt"}


def test_ignored_paths_come_with_the_pattern_that_decides(repository: ProjectFolder) -> None:
    repository.write(".gitignore", ".env*\n!.env*.example\n")
    assert version_control.ignored(str(repository.root), [".env", ".env.dev", ".env.example", "app.py"]) == {
        ".env": ".env*",  # also when it is tracked
        ".env.dev": ".env*",
        ".env.example": "!.env*.example",
        "app.py": None,
    }
    assert version_control.ignored(str(repository.root), []) == {}
