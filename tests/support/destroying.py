"""A protected environment for tests of what is destructive: its resources, its guard, consents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor import boundary, declaration, unlocking
from firedoor.errors import GuardError

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.problem import Problem
    from firedoor.resolve import Configuration
    from support.project import ProjectFolder

DECLARED = """\
[project]
name = "shop"
[environments.testing]
[environments.production]
aliases = ["prod"]
protected = true
unstamped = "note"
[variables.DATABASE_URL]
resource = "database"
[variables.ARCHIVE_URL]
resource = "database"
[variables.CACHE_URL]
resource = "cache"
[variables.SESSIONS_URL]
resource = "cache"
[variables.FILES_URL]
resource = "bucket"
[variables.API_KEY]
resource = "key"
"""


def production(folder: ProjectFolder, environment: str = "production", **addresses: str) -> Configuration:
    """The configuration of the protected environment, or of another one, with these addresses of its own."""
    folder.write("firedoor.toml", DECLARED)
    text = "".join(f"{name}={address}\n" for name, address in addresses.items())
    folder.write(f".env.{environment}", text, mode=0o600)
    made = boundary.configure(declaration.load(folder.root), environment, process={}, in_process=True)
    assert [one for one in made.problems if one.severity == "error"] == []
    return made


def unlock(configuration: Configuration, variable: str = "DATABASE_URL", statement: str = "") -> None:
    """Consent to what is destructive, for a minute."""
    unlocking.unlock(
        configuration.project,
        configuration.environment,
        variable,
        seconds=60,
        by="kim",
        reason="tried",
        statement=statement,
    )


def lock(configuration: Configuration, variable: str = "") -> None:
    """Take every consent back."""
    unlocking.revoke(configuration.project, configuration.environment, variable, by="kim", reason="")


def refusal(attempt: Callable[[], object]) -> tuple[Problem, ...]:
    """The problems of the refusal, wherever in a chain of errors it stands. Raises what else the attempt raised."""
    try:
        attempt()
    except Exception as error:
        found: BaseException | None = error
        while found is not None and not isinstance(found, GuardError):
            found = found.__cause__ or found.__context__
        if found is None:
            raise
        return found.problems
    return ()


def told(problems: tuple[Problem, ...]) -> list[tuple[str, str, str, str]]:
    """(code, variable, act, why a consent does not hold) of each."""
    return [(one.code, one.subject, one.facts["act"], one.facts["void"]) for one in problems]
