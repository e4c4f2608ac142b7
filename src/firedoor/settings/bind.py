"""Binding a configuration to a class: gather, validate once, and turn every refusal into a problem."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import ValidationError

from firedoor import sources
from firedoor.errors import FiredoorError
from firedoor.origin import FILE, OVERRIDE, Origin
from firedoor.problem import ERROR, Problem, in_order
from firedoor.settings import active
from firedoor.settings.gather import Gathered, gather
from firedoor.settings.plan import Plan, plan_of
from firedoor.settings.texts import Texts

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from firedoor.resolve import Configuration
    from firedoor.settings.refusal import Refusals

_ABSENT = "FD301"

# Errors of files whose lines could not be read: nobody knows then what is missing.
_UNREADABLE = frozenset(
    (
        "FD201",
        "FD203",
        "FD205",
        "FD206",
        "FD207",
        "FD208",
        "FD209",
        "FD210",
        "FD211",
        "FD212",
        "FD213",
        "FD224",
    )
)


class Binding:
    """One configuration on its way into one class: what was gathered for it, and every refusal met so far.

    ``given`` are arguments, which win over every text. Nothing here raises for what the values are.
    """

    __slots__ = ("cls", "configuration", "gathered", "has_other_sources", "plan", "problems")

    def __init__(
        self, cls: type, configuration: "Configuration", given: Mapping[str, Any] | None = None
    ) -> None:
        self.cls = cls
        self.configuration = configuration
        self.plan = plan_of(cls)
        texts = Texts(configuration, self.plan.options)
        self.gathered = gather(self.plan, texts, self.plan.known(given or {}), configuration.project)
        self.has_other_sources = False  # adapters give pydantic more than what was gathered
        self.problems: list[Problem] = [
            *_unknown_arguments(cls, self.plan, configuration, given or {}),
            *_disagreements(self.plan, texts, configuration),
            *_unread(self.plan, self.gathered, configuration),
            *_undeclared_files(cls, self.plan, configuration),
        ]

    def build(self, make: Callable[[], Any]) -> Any:
        """What ``make`` returns, or None when it is refused. Nothing of pydantic's exceptions gets out of here."""
        token = active.binding.set(self.configuration)
        try:
            return make()
        except ValidationError as error:
            self.problems += self._refusals().of_error(error)
        except FiredoorError as error:
            self.problems += error.problems
        except Exception as error:  # noqa: BLE001 - a validator's own failure; its text may hold the value
            self.problems.append(self._refusals().of_crash(error))
        finally:
            active.binding.reset(token)
        return None

    def validated(self, instance: Any = None) -> Any:
        """The gathered data as an object of the class, or None. ``instance`` is an empty object to fill."""
        validator = _validator_of(self.cls, self.plan)
        data = self.gathered.data
        if instance is None:
            return self.build(lambda: validator.validate_python(data))
        return self.build(lambda: validator.validate_python(data, self_instance=instance))

    def _refusals(self) -> "Refusals":
        from firedoor.settings.refusal import Refusals  # loaded when something is refused

        return Refusals(self)

    def judged(self) -> list[Problem]:
        """Every problem, the configuration's and the class's, in order.

        What the boundary already refuses is not refused twice, and where a file could not be read, nobody is told to
        set what it may well hold.
        """
        if self.gathered.faults:
            self.problems += self._refusals().of_faults()
            self.gathered.faults = []
        if not self.problems:
            return list(self.configuration.problems)
        judged = [problem for problem in self.configuration.problems if problem.severity == ERROR]
        subjects = {problem.subject for problem in judged}
        unreadable = any(problem.code in _UNREADABLE for problem in judged)
        mine = [
            problem
            for problem in self.problems
            if problem.subject not in subjects and not (unreadable and problem.code == _ABSENT)
        ]
        return in_order([*self.configuration.problems, *mine], self.configuration.project.names)


def _validator_of(cls: type, plan: Plan) -> Any:
    if issubclass(cls, BaseModel):
        return cls.__pydantic_validator__
    from pydantic import TypeAdapter  # only dataclasses need it, and building one takes a while

    if plan.adapter is None:
        plan.adapter = TypeAdapter(cls)
    return plan.adapter


def _unknown_arguments(
    cls: type, plan: Plan, configuration: "Configuration", given: Mapping[str, Any]
) -> Iterator[Problem]:
    """FD308 for each argument that is no field, unless the class says that it takes any name."""
    for name in given:
        if not plan.takes(name) and not name.startswith("_"):
            yield Problem(
                "FD308",
                subject=name,
                environment=configuration.environment.name,
                origin=Origin(OVERRIDE, name),
                settings=cls.__name__,
                field=name,
                expected="only names that the class knows",
            )


def _disagreements(plan: Plan, texts: Texts, configuration: "Configuration") -> Iterator[Problem]:
    """FD313 for each variable of the class that is spelled twice with different values."""
    for lookup, (one, other) in texts.ambiguous.items():
        if plan.reads(lookup):
            yield Problem(
                "FD313",
                subject=one.key,
                environment=configuration.environment.name,
                origin=other.origin,
                other=other.key,
            )


def _unread(plan: Plan, gathered: Gathered, configuration: "Configuration") -> Iterator[Problem]:
    """FD308 for lines of the environment's files that a class with extra="forbid" does not know."""
    if not plan.options.forbids_lines:
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


def problems_of(cls: type, configuration: "Configuration") -> list[Problem]:
    """Every problem of a configuration as this class sees it: what ``check`` asks. The object is thrown away."""
    binding = Binding(cls, configuration)
    binding.validated(empty(cls))
    return binding.judged()


def empty(cls: type) -> Any:
    """An object to fill without calling the class; None where there need not be one (dataclasses)."""
    return cls.__new__(cls) if issubclass(cls, BaseModel) else None
