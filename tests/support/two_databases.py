"""A project with a database of its own and one of production's on the same server, where nobody listens."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from firedoor.errors import GuardError
from support import guarding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder

DECLARATION = """\
[project]
name = "shop"
[environments.testing]
[environments.production]
protected = true
[variables.DATABASE]
resource = "{kind}"
shared_server = ["testing", "production"]
"""
# Names in frames of adaptors that hold no value: the name of a variable is none.
NO_VALUES = frozenset("guard original accepted variable mode cls dialect known __tracebackhide__".split())  # noqa: SIM905 - words read best as one text
REFUSED = [("FD603", "DATABASE", "production")]


@contextmanager
def guarded(folder: ProjectFolder, own: str, live: str, kind: str = "database") -> Iterator[Guard]:
    """The guard of testing, which owns ``own``; production owns ``live``."""
    folder.write("firedoor.toml", DECLARATION.format(kind=kind))
    folder.write(".env.testing", f"DATABASE={own}\n", mode=0o600)
    folder.write(".env.production", f"DATABASE={live}\n", mode=0o600)
    with guarding.armed(guarding.configuration(folder)) as guard:
        yield guard


def outcome(connect: Callable[[], object]) -> list[tuple[str, str, str]] | str:
    """(code, variable, whose) of each problem of a refusal, else the name of the driver's own error, or nothing.

    No frame of firedoor's that a refusal has passed holds a value.
    """
    try:
        connect()
    except GuardError as error:
        frames = traceback.walk_tb(error.__traceback__)
        ours = [one for one, _ in frames if "/firedoor/guard/adaptors/" in one.f_code.co_filename]
        held = {name for one in ours for name in one.f_locals}
        assert held <= NO_VALUES, held
        return [(one.code, one.subject, one.facts.get("other", "")) for one in error.problems]
    except Exception as error:  # noqa: BLE001 - each driver's own
        return type(error).__name__
    return ""
