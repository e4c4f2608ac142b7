"""What the verbs of ``service`` share: whom a command speaks of, when something was, problems with their log lines."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack, contextmanager, suppress

from firedoor import compiled_cache, selection, sources, storage
from firedoor.catalogue.wording import printable
from firedoor.cli import arguments
from firedoor.errors import ServiceError
from firedoor.problem import Problem
from firedoor.services import labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from firedoor.cli.arguments import Arguments
    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.services.running import Running

_FIRST_SECONDS = 1.0
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def named(given: Arguments, project: Project) -> Environment | None:
    """The environment that the command line or the process names; None when neither does.

    What stands in ``.env`` and the declared default choose what is to be started, not what a command looks at.
    Raises SelectionError when it is none, or several.
    """
    asked = given.text(arguments.ENVIRONMENT)
    process = sources.process_environment()
    if asked is None and not any(selector in process for selector in project.selectors):
        return None
    choice = selection.choose(project, asked, process, sources.process_duplicates(), asked_by="-e")
    return choice.environment


def one_running(given: Arguments, project: Project, running: Running) -> Environment:
    """The environment that a command looks into: the named one, else the one that runs.

    Raises ServiceError when it does not run (FD745), or when several do and none is named (FD746).
    """
    environment, active = named(given, project), running.active
    if environment is not None:
        if environment not in active:
            raise ServiceError([_not_running(environment.name, active)])
        return environment
    if not active:
        raise ServiceError([_not_running("", active)])
    if len(active) > 1:
        names = ", ".join(one.name for one in active)
        raise ServiceError([Problem("FD746", subject=project.selectors[0], names=names)])
    return active[0]


def _not_running(name: str, active: Sequence[Environment]) -> Problem:
    names = ", ".join(one.name for one in active)
    return Problem("FD745", subject=name or "services", environment=name or None, names=names)


@contextmanager
def alone(project: Project) -> Iterator[list[int]]:
    """Only one command at a time changes what runs in a checkout, or under a project's name. Says when it has to wait.

    Gives the descriptors of the locks: a program that inherits them holds them on.
    """
    with ExitStack() as stack:
        yield [_locked(project, place, stack).descriptor for place in _places(project)]


def _locked(project: Project, place: str, stack: ExitStack) -> storage.Lock:
    try:
        return stack.enter_context(storage.Lock(place, timeout=_FIRST_SECONDS))
    except TimeoutError:
        print("firedoor: another command is working on these containers: waiting for it", file=sys.stderr)
        return stack.enter_context(storage.Lock(place, timeout=2.0 * project.services.wait))


def _places(project: Project) -> Iterator[str]:
    """What is locked: the checkout, and before it the name, which other checkouts of this user may bear as well."""
    folder = compiled_cache.folder()
    if folder is not None:
        of_name = os.path.join(folder, "projects", labels.plain(labels.project_name(project)))
        with suppress(OSError):
            os.makedirs(of_name, mode=0o700, exist_ok=True)
        if os.path.isdir(of_name):
            yield of_name
    yield project.path


def ago(moment: float | None, now: float | None = None) -> str:
    """How long the moment, in seconds since the epoch, is past: ``12 min``, ``3 h``; empty for none."""
    if moment is None:
        return ""
    seconds = max(0, int((time.time() if now is None else now) - moment))
    for length, unit in _UNITS:
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return "0 s"


def show_lines(lines: Mapping[str, Sequence[str]]) -> None:
    """The last lines of services that failed, on stderr; they have been cleaned of secrets."""
    for service, told in lines.items():
        print(f"\nlast lines of {printable(service)}:", file=sys.stderr)
        for line in told or ("(it wrote nothing)",):
            print(f"  {printable(line)}", file=sys.stderr)
