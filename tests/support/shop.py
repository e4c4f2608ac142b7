"""A sound project of three environments, for tests of the command line: nothing to report until a test breaks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.project import ProjectFolder

DECLARATION = """\
[project]
name = "shop"
selector = ["APP_ENV"]

[environments.development]
aliases = ["dev"]
[environments.testing]
[environments.production]
aliases = ["prod"]
protected = true
[environments.production.require]
DEBUG = false

[variables.DATABASE_URL]
resource = "database"
required = true
[variables.SECRET_KEY]
secret = true
[variables.DEBUG]
type = "bool"
[variables.GREETING]
[variables.PORT]
type = "int"
default = 8000
"""
DEVELOPMENT = "DATABASE_URL=sqlite:///dev.db\nSECRET_KEY=d0a1b2c3d4\nDEBUG=true\nGREETING=hello\n"
TESTING = "DATABASE_URL=sqlite:///test.db\nSECRET_KEY=t0a1b2c3d4\nDEBUG=true\n"
PRODUCTION = (
    "DATABASE_URL=postgresql://shop:p9f8e7d6c5@db.example.org/shop\nSECRET_KEY=p0a1b2c3d4e5f6\nDEBUG=false\n"
)
SECRETS = ("dev.db", "test.db", "d0a1b2c3d4", "t0a1b2c3d4", "p9f8e7d6c5", "p0a1b2c3d4e5f6", "db.example.org")


def build_shop(project: ProjectFolder) -> ProjectFolder:
    """Write the project: a git repository whose env files are ignored and private, each with its example."""
    project.git("init", "-q").write("firedoor.toml", DECLARATION).write(
        ".gitignore", ".env*\n!.env*.example\n"
    )
    for name, text in (("development", DEVELOPMENT), ("testing", TESTING), ("production", PRODUCTION)):
        keys = [line.partition("=")[0] for line in text.splitlines()]
        project.write(f".env.{name}", text, mode=0o600)
        project.write(f".env.{name}.example", "".join(f"{key}=\n" for key in keys))
    return project
