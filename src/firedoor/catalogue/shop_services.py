"""The small project with Compose files that the pages about services break in their examples."""

from firedoor.origin import FILE, Origin

DECLARED = """\
[project]
name = "shop"

[environments.development]
profiles = ["dev"]

[environments.production]
protected = true

[variables.LOG_LEVEL]
"""
API = "services:\n  api:\n    image: shop/api:1.4\n"
_LEVELS = {"development": "DEBUG", "production": "WARNING"}


def files(compose: str, environment: str = "development") -> dict[str, str]:
    """The project's files: the declaration, the environment's own and the Compose file."""
    own = {f".env.{environment}": f"LOG_LEVEL={_LEVELS[environment]}\n"}
    return {"firedoor.toml": DECLARED, **own, "compose.yaml": compose}


def at(line: int, column: int = 5) -> Origin:
    """A place in the Compose file."""
    return Origin(FILE, "compose.yaml", line, column)
