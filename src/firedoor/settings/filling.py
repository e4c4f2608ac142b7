"""Filling an empty settings object: what ``AppSettings()`` does, for firedoor's own base class and for adapters."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from firedoor.errors import ConfigurationError, FiredoorError
from firedoor.problem import Problem, has_errors
from firedoor.resolve import Configuration
from firedoor.settings import active, attempt, notice
from firedoor.settings.bind import Binding
from firedoor.settings.plan import Plan, plan_of
from firedoor.settings.provenance import attach

CONFIGURATION = "_configuration"
"""The argument by which a configuration that is already there is handed to a settings class."""

Outcome = FiredoorError | TypeError | list[Problem]
"""Why not; or what to say aloud of an object that was filled."""

EVERYTHING_PRIVATE = ("_",)


def fill(
    settings: BaseModel,
    values: dict[str, Any],
    make: Callable[[Binding], Any],
    *,
    refused: tuple[str, ...] = EVERYTHING_PRIVATE,
) -> Outcome:
    """Fill the empty object from its environment and the call's arguments, or say why that cannot be.

    ``make`` turns the binding into the filled object; ``refused`` are the beginnings of arguments that are not taken.
    Nothing is raised here, since frames of this module hold values.
    """
    cls = type(settings)
    handed = values.pop(CONFIGURATION, None)
    untaken = [name for name in values if name.startswith(refused)]
    if untaken:
        names = ", ".join(untaken)
        return TypeError(f"{cls.__name__}() does not take {names}: the class and firedoor.toml say that")
    outer = active.binding.get()
    configuration = handed or outer
    if configuration is None:
        configuration = _configured(plan_of(cls), values)
    if isinstance(configuration, FiredoorError):
        return configuration
    binding = Binding(cls, configuration, values)
    made = make(binding)
    problems = binding.judged()
    if made is None or has_errors(problems):
        return ConfigurationError(problems)
    attach(settings, binding)
    return [] if configuration in (handed, outer) else problems  # who brought it says its warnings


def conclude(outcome: Outcome) -> None:
    """Raise the refusal, or say the warnings: in a frame that holds no values."""
    __tracebackhide__ = True
    if isinstance(outcome, Exception):
        raise outcome
    notice.say(outcome)


def _configured(plan: Plan, values: dict[str, Any]) -> Configuration | FiredoorError:
    project = attempt.project(".")
    if isinstance(project, FiredoorError):
        return project
    texts = {}
    if values:
        from firedoor.settings import arguments  # most calls have none

        texts = arguments.texts(plan, values, project)
    return attempt.judged(project, None, texts)
