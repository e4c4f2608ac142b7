"""The settings class that the declaration names: imported and asked what it thinks of a configuration."""

import contextlib
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from firedoor.errors import FiredoorError
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import Problem, in_order
from firedoor.settings import active, bind
from firedoor.settings.shape import has_fields

if TYPE_CHECKING:
    from firedoor.resolve import Configuration


class _CannotImportError(Exception):
    """Why, in words that hold nothing of the module's own."""


def problems_of(configuration: "Configuration") -> list[Problem]:
    """Every problem of a configuration, those of the declared settings class (or FD010) included.

    The class is imported from the project's main folder. Settings that its module makes while it is imported are made
    of this configuration; what it prints goes to stderr.
    """
    name = configuration.project.settings_class
    if name is None:
        return list(configuration.problems)
    token = active.binding.set(configuration)
    try:
        with _as_if_started(configuration):
            return bind.problems_of(_imported(name), configuration)
    except FiredoorError as error:
        found = (*configuration.problems, *error.problems)  # of settings that the module makes itself
    except _CannotImportError as error:
        origin = Origin(DECLARATION, os.path.basename(configuration.project.path))
        found = (*configuration.problems, Problem("FD010", subject=name, origin=origin, detail=str(error)))
    finally:
        active.binding.reset(token)
    return in_order(found, configuration.project.names)


@contextlib.contextmanager
def _as_if_started(configuration: "Configuration") -> Iterator[None]:
    """As the project's own code starts in this environment: its folder on the path, the environment selected.

    What is printed goes to stderr; path and process variables are put back.
    """
    project = configuration.project
    before = dict(os.environ)
    path = list(sys.path)
    sys.path[:0] = [project.root, os.path.join(project.root, "src")]
    os.environ.update(dict.fromkeys(project.selectors, configuration.environment.name))
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(before)


def _imported(name: str) -> type:
    module, _, path = name.partition(":")
    found: object
    try:
        found = import_module(module)
    except FiredoorError:
        raise
    except ModuleNotFoundError as error:
        reason = f"there is no module named {error.name}"
    except (Exception, SystemExit) as error:  # noqa: BLE001 - anything may happen while somebody's module is imported
        reason = f"importing {module} fails with {type(error).__name__}"
    else:
        for step in path.split("."):
            found = getattr(found, step, None)
        if isinstance(found, type) and has_fields(found):
            return found
        reason = f"{module} has no such settings class, pydantic model or dataclass"
    raise _CannotImportError(reason)
