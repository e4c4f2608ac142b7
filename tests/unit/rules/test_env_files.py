"""Which paths are real env files, which are examples."""

from __future__ import annotations

import pytest

from firedoor import dotenv
from firedoor.declaration import Project, Variable
from firedoor.environment import Environment
from firedoor.rules import env_files


def project(**fields: object) -> Project:
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
    return Project(**{**base, **fields})  # type: ignore[arg-type]  # what a test gives


def test_real_files_are_what_the_templates_can_mean() -> None:
    made = project(files=("./.env", "envs//{env}.env"), optional_files=(".env.{env}.local", ".env.local"))
    real = env_files.real_files(made)
    assert {path: environment and environment.name for path, environment in real.items()} == {
        ".env": None,
        ".env.local": None,
        "envs/development.env": "development",
        "envs/dev.env": "development",
        ".env.development.local": "development",
        ".env.dev.local": "development",
        "envs/production.env": "production",
        "envs/prod.env": "production",
        ".env.production.local": "production",
        ".env.prod.local": "production",
    }
    assert env_files.defaults_files(made) == [".env", ".env.local"]


def test_an_environment_may_be_called_as_an_example_is() -> None:
    made = project(environments=(Environment("example"),))
    assert ".env.example" in env_files.real_files(made)


def test_examples_stand_beside_the_file_or_for_all() -> None:
    assert env_files.examples_of(".env.dev")[:2] == [".env.dev.example", ".env.dev.sample"]
    general = env_files.general_examples(project(files=("config/.env.{env}", "envs/{env}/app.env")))
    assert {".env.example", "config/.env.example", ".env.sample", "example.env"} < set(general)
    assert not any("{env}" in name for name in general)


@pytest.mark.parametrize(
    ("line", "gives"),
    [
        ("SECRET_KEY=kept-by-us-alone", True),
        ("DECLARED=kept-by-us-alone", True),
        ("SIGNING=kept-by-us-alone", True),
        ("DATABASE_URL=postgresql://app:kept-by-us@db.acme.io/app", True),
        ("ANYTHING=-----BEGIN PRIVATE KEY-----" + "abcdefghij0123456789" * 3, True),
        ("SECRET_KEY=", False),
        ("SECRET_KEY=changeme", False),
        ("SECRET_KEY=${FROM_ELSEWHERE}", False),
        ("DATABASE_URL=postgresql://app:app@localhost/app", False),
        ("ASSETS=acme-assets", False),
        ("PLAIN_TOKEN=not-secret-says-the-declaration", False),
        ("LOG_LEVEL=DEBUG", False),
    ],
)
def test_what_gives_a_secret_away(line: str, gives: bool) -> None:
    variables = [
        Variable("DECLARED", secret=True),
        Variable("SIGNING", resource="signing-key"),
        Variable("ASSETS", resource="bucket"),
        Variable("PLAIN_TOKEN"),
    ]
    made = project(variables={variable.name: variable for variable in variables})
    (entry,) = dotenv.parse(line)
    assert env_files.gives_away(made, entry) is gives


def test_long_lists_of_names_are_cut() -> None:
    assert env_files.listed(["A", "B", "A"]) == "A, B"
    assert env_files.listed("ABCDEFGHIJ") == "A, B, C, D, E, F, G, H and 2 more"
