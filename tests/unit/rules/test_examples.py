"""FD215, FD216, FD219: examples there, in step, and harmless."""

from __future__ import annotations

import pytest

from firedoor.declaration import Project, Variable
from firedoor.environment import Environment
from firedoor.rules import examples

LEAK = "sk_" + "live_4b8Kq0ZtM2xW9rLs7NfH"
RANDOM = "q7Rz0PmX4vK8sT1bY6nC3wJ9"


def found(
    texts: dict[str, str], *variables: Variable, tracked: tuple[str, ...] = (), **fields: object
) -> list[str]:
    """Each problem as one line: code, severity, environment, subject, origin, facts."""
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
    base["variables"] = {variable.name: variable for variable in variables}
    project = Project(**{**base, **fields})  # type: ignore[arg-type]  # what a test gives
    problems = examples.problems(project, texts, tracked)
    assert not any(value in repr(p) or value in str(p.facts) for p in problems for value in (LEAK, RANDOM))
    return [
        f"{p.code} {p.severity} {p.environment} {p.subject} at {p.origin}"
        + "".join(f" {name}={fact}" for name, fact in sorted(p.facts.items()))
        for p in problems
    ]


# -- FD219 ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A2")
def test_a_real_file_without_an_example() -> None:
    """A2: .env.<env>.example files are committed."""
    assert found({".env.dev": "A=1"}) == [
        "FD219 warning development .env.dev.example at .env.dev file=.env.dev",
    ]


@pytest.mark.parametrize(
    "example", [".env.dev.example", ".env.development.sample", ".env.example", ".env.template", "env.example"]
)
def test_any_usual_example_will_do(example: str) -> None:
    assert found({".env.dev": "A=1", example: "A="}) == []


def test_what_git_tracks_needs_no_example() -> None:
    assert found({".env.dev": "A=1"}, tracked=(".env.dev",)) == []


def test_an_environment_without_files_needs_no_example() -> None:
    assert found({}) == []


# -- FD215 ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("A13")
def test_an_example_that_lacks_keys() -> None:
    """A13: configuration is version-controlled through example files."""
    texts = {".env.dev": "A=1\nB=2\nAPP_ENV=dev\n", ".env.dev.example": "A=\n"}
    expected = "FD215 {} development .env.dev.example at .env.dev.example count=1 file=.env.dev names=B"
    assert found(texts) == [expected.format("warning")]
    assert found(texts, Variable("B")) == [expected.format("error")]
    assert found({**texts, ".env.dev.example": "A=\n# B=\n"}) == []
    assert found({**texts, ".env.dev.example": "# Two keys, please:\nA=\n  #export B = optional\n"}) == []
    assert found({**texts, ".env.dev.example": "A=\nB=\nMORE=\n"}) == []


def test_what_the_declaration_requires_belongs_in_the_example() -> None:
    required = Variable("DATABASE_URL", required=("production",))
    assert found({".env.dev.example": "A="}, required) == []
    assert found({".env.prod.example": "A="}, required) == [
        "FD215 error production .env.prod.example at .env.prod.example count=1 file=the declaration names=DATABASE_URL"
    ]


def test_a_general_example_speaks_for_every_environment_without_its_own() -> None:
    texts = {
        ".env": "BASE=1",
        ".env.dev": "A=1\nB=2",
        ".env.prod": "A=1\nC=2\nD=3",
        ".env.example": "A=\nB=",
        ".env.prod.example": "A=\nC=",
    }
    assert found(texts) == [
        "FD215 warning None .env.example at .env.example count=1 file=.env, .env.dev names=BASE",
        "FD215 warning production .env.prod.example at .env.prod.example count=1 file=.env.prod names=D",
    ]


def test_several_templates_are_taken_together() -> None:
    files = (".env", ".envs/.{env}/.django", ".envs/.{env}/.postgres")
    texts = {
        ".env": "BASE=1",
        ".env.example": "BASE=\nREQUIRED=",
        ".envs/.dev/.django": "A=1",
        ".envs/.dev/.django.example": "",
        ".envs/.dev/.postgres": "B=1\nC=1",
        ".envs/.dev/.postgres.example": "A=\nB=",
    }
    assert found(texts, Variable("REQUIRED", required=True), files=files) == [
        "FD215 warning development .envs/.dev/.postgres.example at .envs/.dev/.postgres.example count=1 file=.envs/.dev/.postgres names=C"
    ]


# -- FD216 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "leaks"),
    [
        (f"STRIPE_KEY={LEAK}", True),
        (f"ANYTHING={LEAK}", True),
        (f"SECRET_KEY={RANDOM}", True),
        (f"DECLARED={RANDOM}", True),
        ("DATABASE_URL=postgresql://app:kept-by-us@db.acme.io/app", True),
        (f"REVISION={RANDOM}", False),
        ("SECRET_KEY=changeme", False),
        ("SECRET_KEY=django-insecure-" + RANDOM, False),
        ("DATABASE_URL=postgresql://user:password@localhost/app", False),
        (f"# SECRET_KEY={RANDOM}", False),
    ],
)
@pytest.mark.parametrize("path", [".env.example", ".env.prod.example", "example.env"])
def test_examples_hold_no_real_secret(line: str, leaks: bool, path: str) -> None:
    problems = found({path: f"A=\n{line}\n"}, Variable("DECLARED", secret=True))
    key = line.partition("=")[0]
    assert [problem.partition(" detail=")[0] for problem in problems] == [
        f"FD216 error None {key} at {path}:2:1"
    ] * leaks


def test_a_file_that_only_looks_like_an_example_is_not_searched() -> None:
    assert found({"notes.example": f"STRIPE_KEY={LEAK}"}) == []
