"""From file names to templates."""

from __future__ import annotations

import pytest

from firedoor.discovery import layout


@pytest.mark.parametrize(
    ("path", "role", "spelling", "template", "example"),
    [
        (".env", "base", "", ".env", False),
        (".env.example", "base", "", ".env", True),
        ("example.env", "base", "", ".env", True),
        ("env.example", "base", "", ".env", True),
        (".env.dev", "own", "dev", ".env.{env}", False),
        (".env.eu-west", "own", "eu-west", ".env.{env}", False),
        (".env.production.sample", "own", "production", ".env.{env}", True),
        (".env-prod", "own", "prod", ".env-{env}", False),
        (".env_prod", "own", "prod", ".env_{env}", False),
        ("prod.env", "own", "prod", "{env}.env", False),
        ("config/.env.qa", "own", "qa", "config/.env.{env}", False),
        ("envs/production.env", "own", "production", "envs/{env}.env", False),
        (".envs/.local/.django", "own", "local", ".envs/.{env}/.django", False),
        (".envs/.local/.django.example", "own", "local", ".envs/.{env}/.django", True),
        ("deploy/environments/dev/.env", "own", "dev", "deploy/environments/{env}/.env", False),
        ("environments/dev/api/.env", "own", "dev", "environments/{env}/api/.env", False),
        ("environments/dev/api.env", "own", "dev", "environments/{env}/api.env", False),
        (".env.local", "override", "local", ".env.local", False),
        (".env.test.local", "override", "test", ".env.{env}.local", False),
        (".env.common", "base", "", ".env.common", False),
        ("backend/.env", "base", "", "backend/.env", False),
    ],
)
def test_what_a_name_says(path: str, role: str, spelling: str, template: str, example: bool) -> None:
    assert layout.classify(path) == layout.EnvFile(path, template, spelling, role, example)


@pytest.mark.parametrize(
    "path",
    [
        ".env.bak",
        ".env.swp",
        ".env.docker",
        ".env.vault",
        ".env.keys",
        ".env.schema",
        ".env.py",
        ".env.dev.gpg",
        ".env.dev~",
        ".env.1",
        ".envrc",
        "app.env",
        "database.env",
        "env.py",
        "src/environment.ts",
        "envs/README.md",
        "envs/app/notes",
        "environments/dev/README",
        "docs/.env.md",
    ],
)
def test_what_is_no_env_file_of_an_environment(path: str) -> None:
    assert layout.classify(path) is None


def test_local_may_be_an_environment() -> None:
    found = layout.classify(".env.local", local_is_environment=True)
    assert found == layout.EnvFile(".env.local", ".env.{env}", "local", "own", False)


@pytest.mark.parametrize(
    ("paths", "templates", "spellings"),
    [
        ([], (), []),
        ([".env"], (), []),
        ([".env.dev", ".env.prod.example"], (".env.{env}",), ["dev", "prod"]),
        (["envs/dev.env", "envs/prod.env"], ("envs/{env}.env",), ["dev", "prod"]),
        # the root's own files win over a folder's, and the folder that knows more over the others
        ([".env.dev", "web/.env.dev", "web/.env.prod"], (".env.{env}",), ["dev"]),
        (["api/.env.dev", "web/.env.dev", "web/.env.prod"], ("web/.env.{env}",), ["dev", "prod"]),
        # two manners beside each other: the one with more environments
        ([".env.dev", ".env.prod", "test.env"], (".env.{env}",), ["dev", "prod"]),
        # several files for each environment
        (
            [".envs/.dev/.django", ".envs/.dev/.pg", ".envs/.prod/.django", ".envs/.prod/.pg"],
            (".envs/.{env}/.django", ".envs/.{env}/.pg"),
            ["dev", "prod"],
        ),
        # none of them everywhere: the most frequent is the template
        (
            ["envs/dev/a.env", "envs/prod/b.env", "envs/qa/b.env"],
            ("envs/{env}/b.env",),
            ["dev", "prod", "qa"],
        ),
        # one beside, one in folders of the same home
        (["envs/dev.env", "envs/prod.env", "envs/dev/x.env"], ("envs/{env}.env",), ["dev", "prod"]),
        (["envs/dev.env", "envs/dev/x.env", "envs/prod/x.env"], ("envs/{env}/x.env",), ["dev", "prod"]),
    ],
)
def test_the_templates_of_a_project(
    paths: list[str], templates: tuple[str, ...], spellings: list[str]
) -> None:
    found = layout.lay_out(paths)
    assert found.templates == templates
    assert found.spellings() == spellings


def test_what_only_some_environments_have_is_optional() -> None:
    found = layout.lay_out([".envs/.dev/.app", ".envs/.prod/.app", ".envs/.prod/.tls"])
    assert (found.templates, found.optional) == ((".envs/.{env}/.app",), (".envs/.{env}/.tls",))


def test_bases_and_overrides_beside_the_chosen_files() -> None:
    paths = [
        ".env",
        ".env.example",
        ".env.common",
        ".env.dev",
        ".env.local",
        ".env.dev.local",
        "web/.env",
        "web/.env.local",
    ]
    found = layout.lay_out(paths)
    assert found.base == ".env"
    assert found.common == (".env.common",)
    assert found.optional == (".env.local", ".env.{env}.local")
    assert found.elsewhere == ()
    inside = layout.lay_out(["web/.env", "web/.env.dev", "api/.env.dev.example"])
    assert (inside.base, inside.elsewhere) == ("web/.env", ("api",))
    folders = layout.lay_out([".env", "envs/dev.env"])
    assert folders.base == ".env"
