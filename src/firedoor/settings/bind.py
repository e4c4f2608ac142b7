"""Binding a configuration to a class: gather, validate once, and turn every refusal into a problem."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import ValidationError

from firedoor import sources
from firedoor.errors import FiredoorError
from firedoor.origin import FILE, Origin
from firedoor.problem import ERROR, Problem, has_errors, in_order
from firedoor.settings.gather import Gathered, gather
from firedoor.settings.plan import Plan, plan_of
from firedoor.settings.provenance import Provenance, provenance_of
from firedoor.settings.refusal import Refusals, validator_name
from firedoor.settings.texts import Texts

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from firedoor.resolve import Configuration

# The configuration that is being bound: settings inside settings belong to the same environment.
current: "ContextVar[Configuration | None]" = ContextVar("firedoor_configuration", default=None)

_ABSENCE = ("FD301",)
_FIRST_FILE_CODE, _LAST_FILE_CODE = "FD201", "FD219"


class Bound:
    """The outcome: the object, or None and the problems; with warnings there can be both."""

    __slots__ = ("instance", "problems", "provenance")

    def __init__(self, instance: Any, problems: list[Problem], provenance: Provenance) -> None:
        self.instance = instance
        self.problems = problems
        self.provenance = provenance


def bind(
    cls: type, configuration: "Configuration", given: Mapping[str, Any] | None = None, instance: Any = None
) -> Bound:
    """Validate a configuration as ``cls``. ``given`` are values by field; ``instance`` is an empty object to fill.

    Never raises for what the values are; the problems are the configuration's and the class's together, in order.
    """
    plan = plan_of(cls)
    texts = Texts(configuration, plan.options)
    gathered = gather(plan, texts, given or {}, configuration.project)
    refusals = Refusals(cls, plan, gathered, configuration.environment.name)
    token = current.set(configuration)
    try:
        bound, found = _validated(cls, gathered.data, instance, refusals)
    finally:
        current.reset(token)
    found += refusals.of_faults()
    found += _disagreements(plan, texts, configuration)
    found += _unread(plan, gathered, configuration)
    found += _undeclared_files(cls, plan, configuration)
    problems = _together(configuration, found)
    return Bound(bound, problems, provenance_of(configuration, plan, gathered))


def _validated(
    cls: type, data: dict[str, Any], instance: Any, refusals: Refusals
) -> tuple[Any, list[Problem]]:
    """The validated object or None, and what was refused. Nothing of pydantic's exceptions gets out of here."""
    validator = _validator_of(cls)
    try:
        if instance is None:
            return validator.validate_python(data), []
        return validator.validate_python(data, self_instance=instance), []
    except ValidationError as error:
        return None, list(refusals.of_error(error))
    except FiredoorError as error:
        return None, list(error.problems)
    except Exception as error:
        # A validator failed in a way of its own. Its text may hold the value, so only its kind is told.
        return None, [refusals.of_crash(validator_name(error.__traceback__) or "a validator", type(error).__name__)]


def _validator_of(cls: type) -> Any:
    if issubclass(cls, BaseModel):
        return cls.__pydantic_validator__
    from pydantic import TypeAdapter  # only dataclasses need it, and building one takes a while

    plan = plan_of(cls)
    if plan.adapter is None:
        plan.adapter = TypeAdapter(cls)
    return plan.adapter


def _disagreements(plan: Plan, texts: Texts, configuration: "Configuration") -> Iterator[Problem]:
    if texts.ambiguous:
        lookups = (key.lookup for field in plan.fields.values() for key in field.keys)
        yield from texts.disagreements(lookups, configuration.environment.name)


def _unread(plan: Plan, gathered: Gathered, configuration: "Configuration") -> Iterator[Problem]:
    """FD308 for lines of the environment's files that a class with extra="forbid" does not know."""
    if plan.options.extra != "forbid":
        return
    read = {id(value) for value in (*gathered.used.values(), *gathered.parts.values())}
    project = configuration.project
    for value in configuration.values.values():
        known = value.key in project.variables or value.key in project.selectors
        if value.origin.kind == FILE and id(value) not in read and not known:
            yield Problem(
                "FD308",
                subject=value.key,
                environment=configuration.environment.name,
                origin=value.origin,
                field="",
                expected="only names that the class knows",
            )


def _undeclared_files(cls: type, plan: Plan, configuration: "Configuration") -> Iterator[Problem]:
    """FD314 for an ``env_file`` of the class that is there and that the declaration does not know."""
    project = configuration.project
    for name in plan.options.env_files:
        path = os.path.abspath(os.path.expanduser(name))
        if os.path.lexists(path) and path not in _declared_files(project):
            yield Problem(
                "FD314",
                subject=name,
                environment=configuration.environment.name,
                origin=Origin(FILE, name),
                settings=cls.__name__,
            )


def _declared_files(project: "Project") -> set[str]:
    names = {project.fallback_file}
    for template in (*project.files, *project.optional_files):
        for environment in project.environments:
            names.update(sources.candidates(template, environment))
    return {os.path.join(project.root, name) for name in names}


def _together(configuration: "Configuration", found: Iterable[Problem]) -> list[Problem]:
    """All problems in order. What the boundary already refuses is not refused twice, and where a file could not be
    read, nobody is told to set what it may well hold."""
    judged = [problem for problem in configuration.problems if problem.severity == ERROR]
    subjects = {problem.subject for problem in judged}
    unreadable = any(_FIRST_FILE_CODE <= problem.code <= _LAST_FILE_CODE for problem in judged)
    mine = [
        problem
        for problem in found
        if problem.subject not in subjects and not (unreadable and problem.code in _ABSENCE)
    ]
    return in_order([*configuration.problems, *mine], configuration.project.names)


def problems_of(cls: type, configuration: "Configuration") -> list[Problem]:
    """Every problem of a configuration as this class sees it: what ``check`` asks. Builds no lasting object."""
    instance = cls.__new__(cls) if issubclass(cls, BaseModel) else None
    return bind(cls, configuration, instance=instance).problems


def holds(bound: Bound) -> bool:
    """Whether nothing refuses the object."""
    return bound.instance is not None and not has_errors(bound.problems)
