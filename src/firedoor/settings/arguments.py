"""The arguments of ``AppSettings(debug=True)``: which fields they mean, and their texts, which rules judge too."""

import os
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import to_json

from firedoor.origin import OVERRIDE, Origin
from firedoor.problem import Problem

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from firedoor.settings.plan import FieldPlan, Plan


def unknown(plan: "Plan", given: Mapping[str, Any], class_name: str, environment: str) -> list[Problem]:
    """FD308 for each argument that is no field, unless the class says that it takes any name."""
    if not _knows_all_its_names(plan):
        return []
    return [
        Problem(
            "FD308",
            subject=name,
            environment=environment,
            origin=Origin(OVERRIDE, name),
            settings=class_name,
            field=name,
            expected="only names that the class knows",
        )
        for name in given
        if plan.argument(name) is None and not name.startswith("_")
    ]


def known(plan: "Plan", given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that are fields, by the keys that pydantic knows; all others too where any name is taken."""
    found = {}
    for name, value in given.items():
        argument = plan.argument(name)
        if argument is not None:
            found[argument[0]] = value
        elif not _knows_all_its_names(plan):
            found[name] = value
    return found


def _knows_all_its_names(plan: "Plan") -> bool:
    return plan.options.extra in (None, "forbid")


def texts(plan: "Plan", given: Mapping[str, Any], project: "Project") -> dict[str, str]:
    """The arguments as the texts of variables, under the names that the declaration knows them by."""
    declared = {plan.options.cased(name): name for name in project.variables}
    found: dict[str, str] = {}
    for name, value in given.items():
        argument = plan.argument(name)
        if argument is not None:
            found.update(_variables(argument[1], plan, declared, value))
    return found


def _variables(
    field: "FieldPlan", plan: "Plan", declared: Mapping[str, str], value: Any
) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        value = value.model_dump()
    names = [(declared[key.lookup], key) for key in field.keys if key.lookup in declared]
    yield names[0][0] if names else field.variable, _text(value)
    delimiter = plan.options.delimiter
    if delimiter and isinstance(value, Mapping):
        for path, part in _leaves(value, delimiter):
            for key in field.keys:
                lookup = plan.options.cased(f"{key.lookup}{delimiter}{path}")
                if lookup in declared:
                    yield declared[lookup], _text(part)


def _leaves(value: Mapping[Any, Any], delimiter: str) -> Iterator[tuple[str, Any]]:
    for name, part in value.items():
        if isinstance(part, Mapping):
            for path, leaf in _leaves(part, delimiter):
                yield f"{name}{delimiter}{path}", leaf
        yield str(name), part


def _text(value: Any) -> str:
    """A value as somebody would have written it into an env file."""
    for kinds, spell in _SPELLINGS:
        if isinstance(value, kinds):
            return spell(value)
    if hasattr(value, "get_secret_value"):
        return _text(value.get_secret_value())
    return str(value)


_SPELLINGS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (type(None), lambda _: ""),
    (bool, lambda value: "true" if value else "false"),
    (Enum, lambda value: _text(value.value)),
    (bytes, lambda value: value.decode("utf-8", "replace")),
    (os.PathLike, os.fsdecode),
    ((Mapping, list, tuple, set, frozenset), lambda value: to_json(value, fallback=str).decode()),
)
