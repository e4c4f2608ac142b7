"""A project whose secrets are files in a folder."""

from __future__ import annotations

URL = "postgresql://app:SECRET-9d41@db.example.com/shop"


def declared(folder: str, *environments: str) -> str:
    """Its declaration; the environments beside production are named."""
    tables = "".join(f"[environments.{name}]\n" for name in environments)
    return f"""\
[project]
selector = ["APP_ENV"]
[files]
secrets = "{folder}"
{tables}[environments.production]
protected = true
fallback = "process"
[variables.DATABASE_URL]
resource = "database"
required = true
[variables.SIGNING_KEY]
secret = true
"""
