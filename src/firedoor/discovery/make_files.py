"""What `firedoor init --make` will do: ``firedoor.mk`` with the targets, and a Makefile where there is none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from firedoor import reading
from firedoor.discovery import make_targets
from firedoor.discovery.plan import CREATE, LEAVE, REFUSE, REPLACE, Change

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from firedoor.discovery.plan import Plan

MAKEFILE = "Makefile"
_FIRST_TO_LAST = ("GNUmakefile", "makefile", MAKEFILE)  # as GNU make looks for them
_EDITED = (
    "it is not as firedoor wrote it: move your lines to your own Makefile, delete it, and run this again"
)


def extend(made: Plan) -> None:
    """Add both files to a plan, and what is left to the user."""
    found = _makefile(made.root)
    text = None if found is None else _text(os.path.join(made.root, found))
    made.changes.append(_targets(made.project, text or ""))
    made.hints += _hints(made.project)
    if found is None:
        line = make_targets.INCLUDE
        made.changes.append(
            Change(MAKEFILE, CREATE, f"includes {make_targets.NAME}", f"{line}\n", added=(line,))
        )
    elif text is not None and make_targets.includes(text):
        made.changes.append(Change(found, LEAVE, f"includes {make_targets.NAME} already"))
    else:
        made.changes.append(Change(found, LEAVE, f"is yours; add this line to it: {make_targets.INCLUDE}"))
        made.todo.append(f"add this line to {found}: {make_targets.INCLUDE}")


def _hints(project: Project) -> list[str]:
    """Which targets there are not, and why."""
    hints = []
    if make_targets.development_of(project) is None:
        hints.append("no environment is development, so there is no target dev:logs")
    if make_targets.testing_of(project) is None:
        hints.append(
            "no environment is declared for tests (`tests = true`), so there are no targets for tests"
        )
    return hints


def _makefile(root: str) -> str | None:
    """The one that make would read; asked of the folder, since file systems differ in what `Makefile` names."""
    try:
        present = os.listdir(root)
    except OSError:
        return None
    return next((name for name in _FIRST_TO_LAST if name in present), None)


def _text(path: str) -> str | None:
    """The file's text, None where there is none to read."""
    data = reading.read_bytes(path)
    return None if isinstance(data, reading.Failure) else data.decode("utf-8", "replace")


def _targets(project: Project, makefile: str) -> Change:
    path = make_targets.NAME
    wanted = make_targets.render(project, makefile)
    lines = wanted.splitlines()
    data = reading.read_bytes(os.path.join(project.root, path))
    if isinstance(data, reading.Failure):
        if data.reason != reading.MISSING:
            return Change(path, REFUSE, data.detail)
        reason = f"has the targets {', '.join(make_targets.targets(wanted))}"
        return Change(path, CREATE, reason, wanted, tuple(lines))
    present = data.decode("utf-8", "replace")
    if not make_targets.is_as_made(present):
        return Change(path, REFUSE, _EDITED)
    before = present.splitlines()
    if before == lines:
        return Change(path, LEAVE, "has its targets already")
    added = tuple(line for line in lines if line not in before)
    return Change(path, REPLACE, "was made from other environments, or by another firedoor", wanted, added)
