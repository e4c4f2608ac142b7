"""The arguments of ``AppSettings(debug=True)`` as texts, so that the declaration's rules judge them too."""

import os
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import to_json

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from firedoor.settings.plan import FieldPlan, Plan


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
