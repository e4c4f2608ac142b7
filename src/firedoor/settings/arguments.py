"""The arguments of ``AppSettings(debug=True)``: which fields they mean, and their texts, so that rules judge them too."""

import os
from collections.abc import Iterator, Mapping
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
        if name not in plan.arguments
    ]


def known(plan: "Plan", given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that are fields, or everything where the class takes any name."""
    if not _knows_all_its_names(plan):
        return dict(given)
    return {name: value for name, value in given.items() if name in plan.arguments}


def _knows_all_its_names(plan: "Plan") -> bool:
    return plan.options.extra in (None, "forbid")


def texts(plan: "Plan", given: Mapping[str, Any], project: "Project") -> dict[str, str]:
    """The arguments as the texts of variables, under the names that the declaration knows them by."""
    declared = {plan.options.cased(name): name for name in project.variables}
    found: dict[str, str] = {}
    for name, value in given.items():
        field = plan.arguments.get(name)
        if field is not None:
            found.update(_variables(field, plan, declared, value))
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
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return _text(value.value)
    if hasattr(value, "get_secret_value"):
        return _text(value.get_secret_value())
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, (Mapping, list, tuple, set, frozenset)):
        return to_json(value, fallback=str).decode()
    return str(value)
