"""Trying to load, and giving back the refusal instead of raising it.

A traceback can show the locals of every frame it passes. Those of selection and binding hold raw values, so a refusal
leaves them as a plain object and is raised by a frame that holds none.
"""

import os
from collections.abc import Mapping

from firedoor import boundary, declaration, sources
from firedoor.errors import FiredoorError
from firedoor.resolve import Configuration

Start = str | os.PathLike[str]


def configure(
    start: Start, environment: str | None, overrides: Mapping[str, str] | None
) -> Configuration | FiredoorError:
    """The judged configuration, problems and all, or why there cannot be one."""
    declared = project(start)
    return declared if isinstance(declared, FiredoorError) else judged(declared, environment, overrides)


def project(start: Start) -> declaration.Project | FiredoorError:
    """The declared project, or why there is none."""
    try:
        return declaration.load(start)
    except FiredoorError as error:
        return fresh(error)


def judged(
    declared: declaration.Project, environment: str | None, overrides: Mapping[str, str] | None
) -> Configuration | FiredoorError:
    """The judged configuration of a project, or why no environment could be chosen.

    The program's own command line is judged as `run` judges a command: a reloader does not load production.
    """
    try:
        configuration = boundary.configure(declared, environment, overrides=overrides, in_process=True)
    except FiredoorError as error:
        return fresh(error)
    if configuration.environment.protected:
        from firedoor.rules import launch  # only protected environments ask

        command = sources.command_line()
        boundary.add(
            configuration, launch.problems(configuration.environment, command, configuration.process)
        )
    return configuration


def fresh(error: FiredoorError) -> FiredoorError:
    """The same refusal without traceback or context."""
    return type(error)(error.problems)
