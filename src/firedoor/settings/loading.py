"""``firedoor.load``: a configuration as texts, as a Settings class, as any pydantic model, as a dataclass."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, overload

from firedoor.errors import ConfigurationError, FiredoorError
from firedoor.problem import Problem, has_errors
from firedoor.resolve import Configuration
from firedoor.settings import attempt, notice

T = TypeVar("T")


@overload
def load(
    cls: None = None,
    *,
    environment: str | None = None,
    overrides: Mapping[str, str] | None = None,
    start: str | os.PathLike[str] = ".",
) -> Configuration: ...
@overload
def load(
    cls: type[T],
    *,
    environment: str | None = None,
    overrides: Mapping[str, str] | None = None,
    start: str | os.PathLike[str] = ".",
) -> T: ...


def load(
    cls: type[Any] | None = None,
    *,
    environment: str | None = None,
    overrides: Mapping[str, str] | None = None,
    start: str | os.PathLike[str] = ".",
) -> Any:
    """The configuration of one environment, or nothing but an error that lists every problem.

    Without ``cls`` a Configuration (variable name to text); with it an object of a Settings class, a pydantic model or
    a dataclass. ``environment`` is a name or alias, selected as ever when None; ``overrides`` are texts by variable
    name, judged like all others; the declaration is looked for at ``start`` and above it. os.environ is never written.

    Raises DeclarationError, SelectionError, ConfigurationError; TypeError when ``cls`` is none of these.
    """
    __tracebackhide__ = True
    outcome = _attempt(cls, environment, overrides, start)
    del overrides  # a traceback that shows locals must not show these
    if isinstance(outcome, FiredoorError):
        raise outcome
    loaded, problems = outcome
    notice.say(problems)
    return loaded


Outcome = FiredoorError | tuple[Any, Sequence[Problem]]
"""Why not; or what was loaded, and what to say aloud of it."""


def _attempt(
    cls: type[Any] | None, environment: str | None, overrides: Mapping[str, str] | None, start: attempt.Start
) -> Outcome:
    configuration = attempt.configure(start, environment, overrides)
    if isinstance(configuration, FiredoorError):
        return configuration
    if cls is not None:
        return as_class(cls, configuration)
    if has_errors(configuration.problems):
        return ConfigurationError(configuration.problems)
    return configuration, configuration.problems


def as_class(cls: type[Any], configuration: Configuration) -> Outcome:
    """The configuration as an object of the class, or the FiredoorError that refuses it."""
    from firedoor.settings import bind  # brings pydantic, which plain texts do without
    from firedoor.settings.filling import CONFIGURATION
    from firedoor.settings.shape import has_fields

    if not has_fields(cls):
        raise TypeError(f"load() takes a Settings class, a pydantic model or a dataclass, not {cls!r}")
    if getattr(cls, "__firedoor__", False):
        try:
            return cls(**{CONFIGURATION: configuration}), configuration.problems
        except FiredoorError as error:
            return attempt.fresh(error)
    binding = bind.Binding(cls, configuration)
    made = binding.validated(bind.empty(cls))
    problems = binding.judged()
    if made is None or has_errors(problems):
        return ConfigurationError(problems)
    return made, problems
