"""FD217: files of a protected environment that others can read."""

from __future__ import annotations

from firedoor.declaration import Project
from firedoor.environment import Environment
from firedoor.rules import permissions


def test_only_protected_environments_are_asked_for_it() -> None:
    environments = (Environment("dev"), Environment("prod", aliases=("production",), order=1, protected=True))
    project = Project(root="/p", path="/p/firedoor.toml", name="p", environments=environments)
    problems = permissions.problems(project, {".env.dev": "0644", ".env.production": "0604", "other": "0644"})
    assert [(p.code, p.subject, p.environment, p.severity, p.facts["mode"]) for p in problems] == [
        ("FD217", ".env.production", "prod", "warning", "0604")
    ]
    assert permissions.problems(project, {".env.dev": "0644"}) == []
