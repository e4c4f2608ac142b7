"""FD214: real env files in version control."""

from __future__ import annotations

import pytest

from firedoor import dotenv
from firedoor.declaration import Project, Variable
from firedoor.environment import Environment
from firedoor.rules import git

SECRET = "SECRET_KEY=kept-by-us-alone\n"
PLAIN = "LOG_LEVEL=DEBUG\nSECRET_KEY=changeme\n"


def found(
    held: dict[str, str | None], tracked: set[str], **fields: object
) -> list[tuple[str, str | None, str, str]]:
    environments = (
        Environment("development", aliases=("dev",)),
        Environment("production", aliases=("prod",), order=1, protected=True),
    )
    base: dict[str, object] = {
        "root": "/p",
        "path": "/p/firedoor.toml",
        "name": "p",
        "environments": environments,
    }
    entries = {path: None if text is None else dotenv.parse(text) for path, text in held.items()}
    problems = git.problems(Project(**{**base, **fields}), tracked, entries)  # type: ignore[arg-type]  # what a test gives
    assert {problem.code for problem in problems} <= {"FD214"}
    assert all(str(problem.origin) == problem.subject for problem in problems)
    return [(p.subject, p.environment, p.severity, p.facts["keys"]) for p in problems]


@pytest.mark.requirement("A2")
@pytest.mark.requirement("A9")
def test_a_tracked_file_with_a_secret_is_an_error() -> None:
    """A2, A9: real .env.<env> files are never committed."""
    assert found({".env.dev": SECRET}, {".env.dev"}) == [(".env.dev", "development", "error", "SECRET_KEY")]


def test_the_same_file_untracked_is_fine() -> None:
    assert found({".env.dev": SECRET, ".env": SECRET}, {"app.py", ".env.dev.example", ".env.example"}) == []


def test_a_tracked_file_without_secrets_is_a_warning() -> None:
    assert found({".env.dev": PLAIN}, {".env.dev"}) == [(".env.dev", "development", "warning", "")]
    assert found({".env": PLAIN}, {".env"}) == [(".env", None, "warning", "")]


def test_a_tracked_file_of_a_protected_environment_is_an_error_whatever_it_holds() -> None:
    assert found({".env.prod": PLAIN}, {".env.prod"}) == [(".env.prod", "production", "error", "")]


@pytest.mark.parametrize("held", [{}, {".env.dev": None}])
def test_a_tracked_file_that_cannot_be_read_is_taken_to_hold_secrets(held: dict[str, str | None]) -> None:
    assert found(held, {".env.dev"}) == [(".env.dev", "development", "error", "")]


def test_defaults_for_every_environment_may_be_committed_without_secrets() -> None:
    templates = (".env", ".env.{env}")
    assert found({".env": PLAIN}, {".env"}, files=templates) == []
    assert found({".env": SECRET}, {".env"}, files=templates) == [(".env", None, "error", "SECRET_KEY")]


def test_a_tracked_secret_as_a_file() -> None:
    fields = {
        "secrets": "run/{env}",
        "variables": {"SECRET_KEY": Variable("SECRET_KEY", secret=True), "LEVEL": Variable("LEVEL")},
    }
    paths = {"run/dev/SECRET_KEY", "run/prod/LEVEL", "run/dev/LEVEL", "run/dev/other"}
    held: dict[str, str | None] = {
        "run/dev/SECRET_KEY": SECRET,
        "run/prod/LEVEL": "LEVEL=a",
        "run/dev/LEVEL": "LEVEL=a",
    }
    assert found(held, paths, **fields) == [
        ("run/dev/SECRET_KEY", "development", "error", "SECRET_KEY"),
        ("run/dev/LEVEL", "development", "warning", ""),
        ("run/prod/LEVEL", "production", "error", ""),
    ]
    for folder in ("/run/{env}", "/run", ""):
        assert found(held, paths, **{**fields, "secrets": folder}) == []
    shared = {"secrets/SECRET_KEY": SECRET}
    assert found({**shared}, {*shared}, **{**fields, "secrets": "secrets"}) == [
        ("secrets/SECRET_KEY", None, "error", "SECRET_KEY")
    ]
