"""The collector of the rules about env files as files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor import declaration, upkeep

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARATION = """
[environments.dev]
[environments.prod]
protected = true
"""


def found(project: ProjectFolder, *names: str) -> list[tuple[str, str, str]]:
    declared = declaration.load(str(project.root))
    problems = upkeep.problems(declared, [e for e in declared.environments if not names or e.is_(*names)])
    return sorted((problem.code, problem.subject, problem.severity) for problem in problems)


@pytest.fixture
def declared(project: ProjectFolder) -> ProjectFolder:
    return project.write("firedoor.toml", DECLARATION)


@pytest.fixture
def _open_above(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the project stood where everybody may go: pytest's own folders are closed to others."""
    project.root.chmod(0o755)
    real, parent = os.stat, str(project.root.parent)

    def stat(path: str, **options: object) -> os.stat_result:
        return real("/" if parent.startswith(str(path)) else path, **options)  # type: ignore[arg-type]  # what a test gives

    monkeypatch.setattr(os, "stat", stat)


def test_a_tidy_project_has_no_problem(declared: ProjectFolder) -> None:
    declared.git("init", "-q").write(".env.dev", "A=1").write(".env.dev.example", "A=").git(
        "add", "-f", ".env.dev.example"
    )
    assert found(declared) == []


@pytest.mark.usefixtures("_open_above")
def test_each_rule_gets_what_it_judges(declared: ProjectFolder) -> None:
    declared.git("init", "-q")
    declared.write(".env.dev", "A=1\nB=2\n").write(".env.dev.example", "A=\n")
    declared.write(".env.prod", "SECRET_KEY=kept-by-us-alone\n", mode=0o644)
    assert found(declared) == [
        ("FD215", ".env.dev.example", "warning"),
        ("FD217", ".env.prod", "warning"),
        ("FD219", ".env.prod.example", "warning"),
    ]
    assert found(declared, "dev") == [("FD215", ".env.dev.example", "warning")]
    declared.git("add", "-f", ".env.prod")
    assert ("FD214", ".env.prod", "error") in found(declared)


def test_without_git_the_other_rules_still_hold(declared: ProjectFolder) -> None:
    declared.write(".env.dev", "A=1\n")
    assert found(declared) == [("FD219", ".env.dev.example", "warning")]


def test_what_cannot_be_read_is_left_to_other_rules(declared: ProjectFolder) -> None:
    declared.write(".env.dev", b"A=\xff\n").write(".env.prod/inside", "").write(".env.dev.example", b"\0")
    assert found(declared) == []


@pytest.mark.usefixtures("_open_above")
@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
@pytest.mark.parametrize(
    ("mode", "folder", "exposed"),
    [
        (0o644, 0o755, True),
        (0o640, 0o755, False),
        (0o600, 0o755, False),
        (0o644, 0o750, False),
        (0o604, 0o711, True),
    ],
)
def test_who_can_read_counts_the_folders_on_the_way(
    project: ProjectFolder, mode: int, folder: int, exposed: bool
) -> None:
    project.write("inner/.env", "A=1", mode=mode)
    (project.root / "inner").chmod(folder)
    expected = {"inner/.env": f"{mode:04o}"} if exposed else {}
    assert upkeep.readable_by_others(str(project.root), ["inner/.env", "inner/none", "inner"]) == expected


def test_a_link_is_judged_by_its_target(project: ProjectFolder) -> None:
    project.write("target", "A=1", mode=0o600)
    (project.root / "link").symlink_to("target")
    assert upkeep.readable_by_others(str(project.root), ["link"]) == {}


def test_secrets_as_files_that_git_tracks(declared: ProjectFolder) -> None:
    declared.write(
        "firedoor.toml", f"[files]\nsecrets = 'run/{{env}}'\n{DECLARATION}[variables.A_KEY]\nsecret = true\n"
    )
    declared.write("run/dev/A_KEY", "kept-by-us-alone\n").git("init", "-q")
    assert found(declared) == []
    declared.git("add", "-f", "run/dev/A_KEY")
    assert found(declared) == [("FD214", "run/dev/A_KEY", "error")]
    declared.write("run/dev/A_KEY", "change-me\n")
    assert found(declared) == [("FD214", "run/dev/A_KEY", "warning")]
