"""``firedoor.verify``: does everything that this environment leads to belong to it? For an application's start-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor import observation
from firedoor.errors import ConfigurationError, FiredoorError
from firedoor.problem import ERROR, WARNING, Problem, has_errors, in_order
from firedoor.resolve import Configuration
from firedoor.settings import attempt, notice

if TYPE_CHECKING:
    from pydantic import BaseModel


def verify(settings: BaseModel | Configuration | None = None) -> None:
    """Ask each resource of the environment whose it is, all at once; return when nothing is against using them.

    ``settings`` are settings that firedoor loaded, or a Configuration; without them the environment is selected as
    ever. Warnings are said with ``warnings``. Raises ConfigurationError with every problem when one of them is an
    error: another environment's stamp, a copy, in a protected environment also a resource that did not answer.
    """
    __tracebackhide__ = True
    outcome = _outcome(settings)
    del settings  # a traceback that shows locals must not show these
    if isinstance(outcome, Exception):
        raise outcome
    notice.say(outcome)


async def verify_async(settings: BaseModel | Configuration | None = None) -> None:
    """``verify`` for an application that is asynchronous: the event loop goes on meanwhile."""
    __tracebackhide__ = True
    import asyncio

    outcome = await asyncio.to_thread(_outcome, settings)
    del settings
    if isinstance(outcome, Exception):
        raise outcome
    notice.say(outcome)


def problems(configuration: Configuration) -> list[Problem]:
    """Everything that is against using the configuration's resources, its own problems included.

    A resource that does not answer, or whose client library is not installed, is an error in a protected environment:
    an application that cannot ask cannot know where it is. Elsewhere it is a warning.
    """
    if has_errors(configuration.problems):
        return list(configuration.problems)  # what is refused already is not connected to
    answers = observation.ask(observation.targets(configuration))
    severity = ERROR if configuration.environment.protected else WARNING
    silent = [one for answer in answers if (one := observation.silence(answer, severity)) is not None]
    judge = observation.Judge(configuration.project)
    judged = [one for answer in answers for one in judge.problems(answer)]
    return in_order([*configuration.problems, *silent, *judged], configuration.project.names)


def _outcome(settings: BaseModel | Configuration | None) -> list[Problem] | FiredoorError | TypeError:
    """The warnings to say, or the refusal without the frames that saw values."""
    configuration = configuration_of(settings)
    if isinstance(configuration, Exception):
        return configuration
    found = problems(configuration)
    if has_errors(found):
        return ConfigurationError(found)
    said = set(configuration.problems)  # whoever loaded it has said these
    return [problem for problem in found if problem not in said]


def configuration_of(settings: BaseModel | Configuration | None) -> Configuration | FiredoorError | TypeError:
    """The configuration behind settings, or of the environment that is selected; or why there is none."""
    if isinstance(settings, Configuration):
        return settings
    known = None
    if settings is not None:
        from firedoor.settings.provenance import known_of

        known = known_of(settings)
        if known is None:
            return TypeError(f"verify() takes what firedoor loaded, not {type(settings).__name__}")
        if known.configuration is not None:
            return known.configuration
    project = attempt.project(".")
    if isinstance(project, FiredoorError):
        return project
    return attempt.judged(project, None if known is None else known.environment.name, None)
