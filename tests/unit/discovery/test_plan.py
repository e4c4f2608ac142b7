"""What init will do, before it does anything."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor.discovery.plan import CREATE, EXTEND, LEAVE, Plan, plan
from firedoor.errors import DeclarationError

if TYPE_CHECKING:
    from support.project import ProjectFolder


def actions(made: Plan) -> dict[str, str]:
    return {change.path: change.action for change in made.changes}


def content(made: Plan, path: str) -> str:
    return next(change.content for change in made.changes if change.path == path)


def test_an_empty_folder_gets_everything(project: ProjectFolder) -> None:
    made = plan(str(project.root))
    assert actions(made) == {
        "firedoor.toml": CREATE,
        ".env.development.example": CREATE,
        ".env.testing.example": CREATE,
        ".env.production.example": CREATE,
        ".gitignore": CREATE,
    }
    assert content(made, ".env.testing.example").splitlines()[1:] == ["APP_ENV=testing"]
    assert made.to_write == made.changes
    assert os.listdir(project.root) == []


def test_what_is_there_is_left(project: ProjectFolder) -> None:
    project.write("firedoor.toml", "[environments.dev]\n[environments.prod]\n")
    project.write(".env.dev.sample", "").write(
        ".gitignore", ".env\n.env.*\n!.env.*.sample\n!.env.*.example\n"
    )
    made = plan(str(project.root))
    assert actions(made) == {
        "firedoor.toml": LEAVE,
        ".env.dev.sample": LEAVE,
        ".env.prod.example": CREATE,
        ".gitignore": LEAVE,
    }
    assert [change.path for change in made.to_write] == [".env.prod.example"]


def test_a_declaration_above_counts(project: ProjectFolder) -> None:
    project.git("init", "-q").write("pyproject.toml", "[tool.firedoor.environments.dev]\n").write("app/x", "")
    made = plan(str(project.root / "app"))
    assert actions(made)[os.path.join("..", "pyproject.toml")] == LEAVE
    assert made.root == str(project.root)
    assert actions(made)[".env.dev.example"] == CREATE


def test_a_broken_declaration_is_told_first(project: ProjectFolder) -> None:
    project.write("firedoor.toml", "[environments")
    with pytest.raises(DeclarationError):
        plan(str(project.root))


def test_one_example_can_stand_for_all(project: ProjectFolder) -> None:
    project.write(".env.dev", "A=1").write(".env", "B=1").write(".env.example", "A=")
    assert actions(plan(str(project.root))) == {
        "firedoor.toml": CREATE,
        ".env.example": LEAVE,
        ".gitignore": CREATE,
    }


def test_an_environment_without_files_gets_the_keys_of_the_others(project: ProjectFolder) -> None:
    project.write(".env.dev", "API_KEY=1\nB=1").write(".env.test", "B=1\nC=1")
    made = plan(str(project.root))
    lines = content(made, ".env.production.example").splitlines()
    assert lines[1:] == ["APP_ENV=production", "API_KEY=change-me", "B=", "C="]


def test_where_only_the_fallback_exists_its_keys_are_everybodys(project: ProjectFolder) -> None:
    project.write(".env", "A=1")
    assert content(plan(str(project.root)), ".env.testing.example").splitlines()[1:] == [
        "APP_ENV=testing",
        "A=",
    ]


def test_required_variables_are_named_once(project: ProjectFolder) -> None:
    project.write(".envs/.dev/.app", "A=1").write(".envs/.dev/.db", "B=1").write(
        "firedoor.toml",
        """
        [files]
        templates = [".envs/.{env}/.app", ".envs/.{env}/.db"]
        [environments.dev]
        [variables]
        B = { required = true }
        C = { required = true }
    """,
    )
    made = plan(str(project.root))
    assert [line for line in content(made, ".envs/.dev/.app.example").splitlines() if "=" in line] == [
        "A=",
        "C=",
    ]
    assert [line for line in content(made, ".envs/.dev/.db.example").splitlines() if "=" in line] == ["B="]


def test_a_file_for_every_environment_gets_its_example(project: ProjectFolder) -> None:
    project.write(".env", "A=1").write(
        "firedoor.toml",
        """
        [files]
        templates = [".env", ".env.{env}"]
        [environments.dev]
        [environments.prod]
    """,
    )
    made = plan(str(project.root))
    assert content(made, ".env.example").splitlines()[1:] == ["A="]
    assert actions(made)[".env.dev.example"] == CREATE


@pytest.mark.parametrize(
    ("path", "text", "example"),
    [
        (".env.dev", "A=1", False),
        (".env.dev", "API_KEY=somebody-uses-this", True),
        (".env.production", "A=1", True),
        (".env", "A=1", False),
    ],
)
def test_what_is_committed_on_purpose_needs_no_example(
    project: ProjectFolder, path: str, text: str, example: bool
) -> None:
    project.write(
        "firedoor.toml",
        """
        [files]
        templates = [".env", ".env.{env}"]
        [environments.dev]
        [environments.production]
        protected = true
    """,
    )
    project.git("init", "-q").write(path, text).git("add", "-f", path)
    assert (f"{path}.example" in actions(plan(str(project.root)))) is example


def test_an_unreadable_file_is_nobodys_model(project: ProjectFolder) -> None:
    project.write(".env.dev", b"A=\xff").write(".env.prod", "B=1")
    made = plan(str(project.root))
    assert content(made, ".env.dev.example").splitlines()[1:] == ["APP_ENV=dev", "B="]
    assert made.hints == [".env.dev could not be read; `firedoor check --all` says why."]


@pytest.mark.parametrize("gitignore", ["folder", "bytes"])
def test_a_gitignore_that_cannot_be_read_is_left(project: ProjectFolder, gitignore: str) -> None:
    if gitignore == "folder":
        project.write(".gitignore/x", "")
    else:
        project.write(".gitignore", b"\xff\n")
    (change,) = [change for change in plan(str(project.root)).changes if change.path == ".gitignore"]
    assert change.action == LEAVE
    assert ".env.*" in change.reason


def test_a_gitignore_is_extended(project: ProjectFolder) -> None:
    project.write(".gitignore", "*.pyc\n")
    made = plan(str(project.root))
    assert actions(made)[".gitignore"] == EXTEND
    assert content(made, ".gitignore").startswith("*.pyc\n\n# Real env files")
