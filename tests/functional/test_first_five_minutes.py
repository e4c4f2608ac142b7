"""`firedoor init && firedoor check --all` on projects as people have them: true problems, no false alarm, no value told."""

from __future__ import annotations

import json
import shutil
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firedoor import dotenv
from support.project import ProjectFolder

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECTS = Path(__file__).parents[1] / "fixtures" / "projects"
SHAPES = sorted(path.name for path in PROJECTS.iterdir())
# Words that stand in real files and that firedoor writes by itself, wherever they come from.
OWN_WORDS = frozenset(
    [
        "true",
        "false",
        "True",
        "False",
        "yes",
        "DEBUG",
        "INFO",
        "WARNING",
        "development",
        "testing",
        "production",
        "dev",
        "test",
        "prod",
        "local",
        "localhost",
        "user",
        "password",
        "change-me",
        "debug",
        "postgres",
        "mock",
        "5432",
        "shop",
        "spot",
        "orders",
        "clinic",
        "small",
        "large",
        "[]",
        "10",
        ".env",
        "Storefront",
    ]
)


@pytest.fixture
def adopt(tmp_path: Path) -> Callable[[str], ProjectFolder]:
    """A fixture project as its author has it on disk: everything that its .gitignore lets in is committed."""

    def copy(shape: str) -> ProjectFolder:
        shutil.copytree(PROJECTS / shape, tmp_path / shape)
        project = ProjectFolder(tmp_path / shape)
        if (project.root / "gitignore").exists():
            (project.root / "gitignore").rename(project.root / ".gitignore")
        for path in project.root.rglob(".env*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        return project.git("init", "-q").git("add", "-A")

    return copy


def problems(project: ProjectFolder, *arguments: str) -> list[str]:
    """What `check` reports: severity, code, environment, subject."""
    report = json.loads(project.firedoor("check", *arguments, "--format", "json").stdout)
    return [
        f"{p['severity']} {p['code']} {p['environment'] or '-'} {p['subject']}" for p in report["problems"]
    ]


TRUE_PROBLEMS = {
    # the .gitignore of the project forgot .env.testing, which holds a signing key
    # development and testing have their databases in one server each: true of most laptops, and worth a declaration
    "fastapi-pydantic-settings": [
        "warning FD407 development DATABASE_URL",
        "warning FD407 development REDIS_URL",
        "note FD240 development CORS_ORIGINS",
        "error FD214 testing .env.testing",
        "note FD240 testing CORS_ORIGINS",
        "warning FD220 production .env.production",
    ],
    # .gitignore knows .env only, so that both real files were committed
    "django-python-dotenv": ["error FD214 dev .env.dev", "error FD214 prod .env.prod"],
    "compose-only": [],
    # the template commits its local files on purpose; they hold nothing that anybody could use
    "cookiecutter-django": [
        "warning FD214 local .envs/.local/.django",
        "warning FD214 local .envs/.local/.postgres",
    ],
    "short-names": ["error FD214 dev .env.dev", "warning FD214 test .env.test", "error FD214 prod .env.prod"],
    "single-env": [
        "error FD214 - .env",
        "warning FD202 development .env.development",
        "warning FD202 testing .env.testing",
        "warning FD220 production .env.production",
    ],
    "next-layers": ["warning FD214 development .env.development", "error FD214 production .env.production"],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_true_problems_and_no_false_alarm(adopt: Callable[[str], ProjectFolder], shape: str) -> None:
    project = adopt(shape)
    project.firedoor("init", code=0)
    assert problems(project, "--all") == TRUE_PROBLEMS[shape]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_problem_comes_with_what_to_do(adopt: Callable[[str], ProjectFolder], shape: str) -> None:
    project = adopt(shape)
    project.firedoor("init", code=0)
    shown = project.firedoor("check", "--all").stdout
    assert shown.count("    do: ") == len(TRUE_PROBLEMS[shape])


@pytest.mark.parametrize(
    "shape", [shape for shape in SHAPES if any("FD214" in line for line in TRUE_PROBLEMS[shape])]
)
def test_what_it_says_to_do_helps(adopt: Callable[[str], ProjectFolder], shape: str) -> None:
    """After `git rm --cached`, git ignores the real files, and sees the examples."""
    project = adopt(shape)
    project.firedoor("init", code=0)
    told = [line.split()[3] for line in problems(project, "--all") if "FD214" in line]
    project.git("rm", "-q", "--cached", *told).firedoor("init", code=0)
    project.git("add", "-A")
    left = [line for line in problems(project, "--all") if "FD214" in line]
    # what the project's own .gitignore takes back in stays as its authors want it
    assert left == (TRUE_PROBLEMS[shape] if shape == "cookiecutter-django" else [])
    tracked = project.run("git", "ls-files").stdout.splitlines()
    assert any(name.endswith(".example") for name in tracked)
    assert shape == "cookiecutter-django" or not set(told).intersection(tracked)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_value_is_told(adopt: Callable[[str], ProjectFolder], shape: str) -> None:
    project = adopt(shape)
    real = [path for path in project.root.rglob(".*") if path.is_file() and ".git" not in path.parts]
    before = {path.relative_to(project.root): path.read_text() for path in real}
    values = {
        entry.value for name, text in before.items() if "example" not in name.name for entry in _entries(text)
    }
    said = project.firedoor("init").everything + project.firedoor("check", "--all").everything
    written = [path for path in project.root.rglob("*") if path.is_file() and ".git" not in path.parts]
    new = [path.read_text() for path in written if path.relative_to(project.root) not in before]
    sources = [
        path
        for path in PROJECTS.joinpath(shape).rglob("*")
        if path.suffix in (".py", ".toml", ".yaml", ".json")
    ]
    in_code = "".join(path.read_text() for path in sources)
    for value in values:
        if len(value) > 1 and value not in OWN_WORDS and value not in in_code:
            assert value not in said
            assert not any(value in text for text in new), value
    assert len(values) > 2
    assert len(new) > 1


def _entries(text: str) -> list[dotenv.Entry]:
    return list(dotenv.parse_all(text)[0])


@pytest.mark.parametrize("shape", SHAPES)
def test_it_runs_twice_safely(adopt: Callable[[str], ProjectFolder], shape: str) -> None:
    project = adopt(shape)
    before = _bytes(project)
    first = project.firedoor("init", code=0)
    after = _bytes(project)
    second = project.firedoor("init", code=0)
    assert _bytes(project) == after
    assert "Nothing to do." in second.stdout
    assert "Nothing to do." not in first.stdout
    kept = {name: text for name, text in after.items() if name in before and name != ".gitignore"}
    assert kept == {name: text for name, text in before.items() if name != ".gitignore"}
    assert after[".gitignore"].startswith(before.get(".gitignore", b""))


def _bytes(project: ProjectFolder) -> dict[str, bytes]:
    return {
        str(path.relative_to(project.root)): path.read_bytes()
        for path in project.root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


@pytest.mark.requirement("A1")
@pytest.mark.requirement("A8")
def test_the_declaration_of_a_fastapi_backend(adopt: Callable[[str], ProjectFolder]) -> None:
    """A1, A8: three environments; production's DEBUG must be off; each database is its own."""
    project = adopt("fastapi-pydantic-settings")
    project.firedoor("init", code=0)
    assert (
        (project.root / "firedoor.toml").read_text()
        == """\
# The environments of this project, and what must not be mixed up between them.
# Written by `firedoor init` from what it found; it is yours now. `firedoor check --all` judges it.

[project]
name = "orders-api"
selector = "ENV"  # chooses the environment
# default = "development"  # without it, choosing nothing is an error

[environments.development]  # the order here is the order of promotion
aliases = ["dev"]

[environments.testing]
aliases = ["test"]

[environments.production]
aliases = ["prod"]
protected = true
# fallback = "process"  # where the platform sets the variables, and there is no file

[environments.production.require]
DEBUG = false

# `firedoor check` validates the settings class too, once it may import it:
# [settings]
# class = "src.config:Settings"

[variables]
# What environments must not share.
DATABASE_URL = { resource = "database", required = true }
REDIS_URL = { resource = "cache" }
SECRET_KEY = { resource = "signing-key", required = true }
OPENAI_API_KEY = { resource = "key" }
UPLOADS_BUCKET = { resource = "bucket" }

# What the texts must be.
DEBUG = { type = "bool", required = true }
LOG_LEVEL = { type = "enum", values = ["DEBUG", "INFO", "WARNING", "ERROR"] }
DB_ECHO = { type = "bool" }
CORS_ORIGINS = { type = "list" }
WORKERS = { type = "int" }
"""
    )
    assert (
        (project.root / ".env.testing.example").read_text()
        == """\
# Copy this file to .env.testing and fill it in. The copy stays out of version control.
ENV=testing
DEBUG=true
LOG_LEVEL=INFO
DATABASE_URL=postgresql+asyncpg://user:password@database.testing.example.com:5432/testing
REDIS_URL=redis://cache.testing.example.com:6379/0
SECRET_KEY=change-me
OPENAI_API_KEY=change-me
UPLOADS_BUCKET=change-me-testing
CORS_ORIGINS=[]
WORKERS=
"""
    )


def test_the_declaration_of_a_django_project(adopt: Callable[[str], ProjectFolder]) -> None:
    project = adopt("django-python-dotenv")
    project.firedoor("init", code=0)
    declared = tomllib.loads((project.root / "firedoor.toml").read_text())
    assert declared["project"] == {"name": "django-python-dotenv", "selector": "DJANGO_ENV"}
    assert declared["environments"] == {
        "dev": {"aliases": ["development"]},
        "prod": {"aliases": ["production"], "protected": True, "require": {"DEBUG": False}},
    }
    assert declared["variables"] == {
        "SECRET_KEY": {"resource": "signing-key", "required": True},
        "DB_PASSWORD": {"resource": "password", "required": True},
        "CELERY_BROKER_URL": {"resource": "queue"},
        "STRIPE_SECRET_KEY": {"resource": "key"},
        "EMAIL_HOST_PASSWORD": {"resource": "password"},
        "DEBUG": {"type": "bool"},
        "DB_NAME": {"required": True},
        "DB_USER": {"required": True},
        "DB_PORT": {"type": "int"},
    }


@pytest.mark.requirement("B1")
@pytest.mark.requirement("B2")
def test_the_declaration_of_a_compose_project(adopt: Callable[[str], ProjectFolder]) -> None:
    """B1, B2: APP_ENV picks profiles; inline before .env before prod; one .env serves all."""
    project = adopt("compose-only")
    project.firedoor("init", code=0)
    declared = tomllib.loads((project.root / "firedoor.toml").read_text())
    assert declared == {
        "project": {"name": "compose-only", "selector": "APP_ENV", "default": "prod"},
        "files": {"templates": [".env"]},
        "environments": {
            "dev": {"aliases": ["development"], "profiles": ["dev"]},
            "test": {"aliases": ["testing"], "profiles": ["dev", "test"]},
            "prod": {"aliases": ["production"], "protected": True},
        },
        "variables": {
            "POSTGRES_PASSWORD": {"resource": "password", "required": True},
            "GRAFANA_TOKEN": {"resource": "key"},
        },
    }
    printenv = ("run", "--", "printenv", "APP_ENV")
    assert project.firedoor(*printenv).stdout == "prod\n"
    assert project.firedoor(*printenv, env={"APP_ENV": "dev"}).stdout == "dev\n"
    (project.root / ".env").write_text((project.root / ".env").read_text().replace("APP_ENV=prod\n", ""))
    assert project.firedoor(*printenv).stdout == "prod\n"


@pytest.mark.requirement("C2")
def test_what_a_project_does_today_still_works(adopt: Callable[[str], ProjectFolder]) -> None:
    """C2: .env.prod loads for APP_ENV=prod and for APP_ENV=production; the code goes on reading the short name."""
    project = adopt("short-names")
    project.firedoor("init", code=0)
    for chosen in ("prod", "production"):
        run = project.firedoor("run", "--", "printenv", "APP_ENV", "DB_URL", env={"APP_ENV": chosen})
        assert run.stdout == "prod\nprod-db\n"


def test_true_breaches_are_found_at_once(adopt: Callable[[str], ProjectFolder]) -> None:
    """The control of the quiet runs above: the same projects with something really wrong."""
    project = adopt("short-names")
    live = "sk_" + "live_4b8Kq0ZtM2xW9rLs7NfH"
    project.write(".env.test", f"DB_URL=prod-db\nDEBUG=ture\nSTRIPE_KEY={live}\n")
    project.write(".env.prod", "DB_URL=prod-db\nDEBUG=true\nOPENAI_API_KEY=changeme\n")
    project.firedoor("init", code=0)
    found = problems(project, "--all")
    assert {line for line in found if "FD214" not in line} == {
        "error FD303 test DEBUG",
        "error FD401 test DB_URL",
        "error FD403 test STRIPE_KEY",
        "error FD304 prod DEBUG",
        "error FD310 prod OPENAI_API_KEY",
    }


def test_a_large_repository_is_quick(tmp_path: Path) -> None:
    project = ProjectFolder(tmp_path)
    for folder in range(100):
        base = tmp_path / f"package{folder}"
        base.mkdir()
        for number in range(100):
            (base / f"module{number}.py").write_text("x = 1\n" if number else 'import os\nos.getenv("ENV")\n')
    project.write(".env.dev", "A=1\n")
    started = time.monotonic()
    project.firedoor("init", "-q", code=0)
    assert time.monotonic() - started < 10
    assert (tmp_path / "firedoor.toml").exists()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.from_regex(r"[A-Z][A-Z_]{0,12}(_KEY|_URL|_ENV|_PORT|DEBUG|SECRET|PASSWORD)?", fullmatch=True),
        st.text(
            alphabet=st.characters(codec="ascii", min_codepoint=33, exclude_characters="'\"\\`$#"), min_size=1
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_made_up_value_is_ever_told(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]
) -> None:
    from firedoor.discovery.plan import plan

    project = ProjectFolder(tmp_path_factory.mktemp("law"))
    marked = {key: f"zqx{value}" for key, value in values.items()}
    text = "".join(f"{key}={value}\n" for key, value in marked.items())
    project.write(".env.dev", text).write(".env", f"# zqx in a comment\n{text}")
    shown = repr(plan(str(project.root)))
    assert "zqx" not in shown
