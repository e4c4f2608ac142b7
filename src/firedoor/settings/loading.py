"""``firedoor.load``: a configuration as texts, as a Settings class, as any pydantic model, as a dataclass."""

import os
from collections.abc import Mapping
from typing import Any, TypeVar, overload

from firedoor.errors import ConfigurationError, FiredoorError
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
    del overrides
    if isinstance(outcome, FiredoorError):
        raise outcome
    return outcome


def _attempt(
    cls: type[Any] | None, environment: str | None, overrides: Mapping[str, str] | None, start: attempt.Start
) -> Any:
    configuration = attempt.configure(start, environment, overrides)
    if cls is not None and isinstance(configuration, Configuration):
        return as_class(cls, configuration)
    outcome = attempt.hold(configuration)
    if isinstance(outcome, Configuration):
        notice.say(outcome.problems)
    return outcome


def as_class(cls: type[Any], configuration: Configuration) -> Any:
    """The configuration as an object of the class, or the FiredoorError that refuses it."""
    from firedoor.settings import bind  # brings pydantic, which plain texts do without
    from firedoor.settings.model import Settings
    from firedoor.settings.shape import has_fields

    if not has_fields(cls):
        raise TypeError(f"load() takes a Settings class, a pydantic model or a dataclass, not {cls!r}")
    if issubclass(cls, Settings):
        try:
            return cls(_configuration=configuration)
        except FiredoorError as error:
            return attempt.fresh(error)
    bound = bind.bind(cls, configuration)
    if not bind.holds(bound):
        return ConfigurationError(bound.problems)
    notice.say(bound.problems)
    return bound.instance
