"""The declared settings class, imported so that ``check`` judges what the code needs as well.

Importing runs the project's code: only ``check`` does it. What that code prints goes to stderr, what its exceptions
say is dropped (it may hold values), and the process's variables are put back.
"""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from firedoor.errors import FiredoorError
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from firedoor.declaration import Project
    from firedoor.environment import Environment
    from firedoor.resolve import Configuration

Imported = type | list[Problem]


def problems(project: Project, configurations: Sequence[Configuration]) -> list[Problem]:
    """What the declared class refuses in these configurations, or why it cannot be imported (FD010)."""
    if project.settings_class is None or not configurations:
        return []
    imported = import_class(project, project.settings_class, configurations[0].environment)
    if isinstance(imported, list):
        return imported
    from firedoor.settings.bind import problems_of

    return [problem for configuration in configurations for problem in problems_of(imported, configuration)]


def import_class(project: Project, spelled: str, environment: Environment) -> Imported:
    """``module.path:Class`` from the project's folder, imported as the environment's code would be.

    A module that loads its settings while it is imported is refused by the very problems that are being reported:
    then those are the answer.
    """
    module_name, _, class_name = spelled.partition(":")
    origin = Origin(DECLARATION, os.path.basename(project.path))
    try:
        with _as_if_started(project, environment):
            module = import_module(module_name)
    except FiredoorError as error:
        return list(error.problems)
    except ModuleNotFoundError as error:
        missing = error.name or module_name
        return [Problem("FD010", subject=spelled, origin=origin, detail=f"there is no module {missing}")]
    except (Exception, SystemExit) as error:  # noqa: BLE001 - anything may happen in code that is not ours
        detail = f"importing {module_name} raised {type(error).__name__}"
        return [Problem("FD010", subject=spelled, origin=origin, detail=detail)]
    found = getattr(module, class_name, None)
    if not isinstance(found, type):
        detail = f"{module_name} has no class {class_name}"
        return [Problem("FD010", subject=spelled, origin=origin, detail=detail)]
    return found


@contextlib.contextmanager
def _as_if_started(project: Project, environment: Environment) -> Iterator[None]:
    """The project's folder on the path, the environment selected, stdout kept for the report."""
    before = dict(os.environ)
    path = list(sys.path)
    sys.path[:0] = [project.root, os.path.join(project.root, "src")]
    os.environ.update(dict.fromkeys(project.selectors, environment.name))
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(before)
