"""What an annotation asks of a text: whether it is JSON, has fields of its own, may be a bool.

The answers are those of pydantic-settings, so that a class means the same under both.
"""

import dataclasses
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from weakref import WeakKeyDictionary

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_CONTAINERS = (BaseModel, Mapping, Sequence, AbstractSet, tuple, set, frozenset, deque)


def is_subclass(annotation: Any, classes: Any) -> bool:
    """``issubclass`` for anything that may stand in an annotation."""
    return isinstance(annotation, type) and issubclass(annotation, classes)


def is_union(annotation: Any) -> bool:
    """Whether it is ``X | Y``, ``Union[X, Y]`` or ``Optional[X]``."""
    origin = get_origin(annotation)
    return origin is Union or origin is UnionType


def without_alias(annotation: Any) -> Any:
    """The annotation that a ``type X = ...`` statement (or TypeAliasType) stands for, with its parameters filled in."""
    while not isinstance(annotation, type):
        if hasattr(annotation, "__value__") and not hasattr(annotation, "__origin__"):
            annotation = annotation.__value__
            continue
        origin = get_origin(annotation)
        if not hasattr(origin, "__value__"):
            return annotation
        parameters = dict(zip(origin.__type_params__, get_args(annotation), strict=False))
        annotation = _filled(origin.__value__, parameters)
    return annotation


def _filled(annotation: Any, parameters: Mapping[Any, Any]) -> Any:
    if isinstance(annotation, TypeVar):
        return parameters.get(annotation, annotation)
    known = tuple(parameters.get(name, name) for name in getattr(annotation, "__parameters__", ()))
    if is_union(annotation):
        return Union[tuple(_filled(member, parameters) for member in get_args(annotation))]  # noqa: UP007 - the members are known at run time only
    return annotation[known] if known else annotation


def plain(annotation: Any) -> Any:
    """Without aliases, ``Annotated`` and ``| None``: what the value is when there is one."""
    annotation = without_alias(annotation)
    while get_origin(annotation) is Annotated:
        annotation = without_alias(get_args(annotation)[0])
    if is_union(annotation):
        members = [member for member in get_args(annotation) if member is not type(None)]
        if len(members) == 1:
            return plain(members[0])
    return annotation


def annotation_and_metadata(field: FieldInfo) -> tuple[Any, list[Any]]:
    """The field's annotation without alias and outer ``Annotated``, and all of its metadata."""
    annotation = without_alias(field.annotation)
    metadata = list(field.metadata)
    if isinstance(annotation, type):
        return annotation, metadata
    if get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        metadata += more
    return annotation, metadata


def _from_pydantic_types(name: str) -> Any:
    """A class of pydantic.types, or a class nothing is an instance of: who has not imported it cannot have used it."""
    return getattr(sys.modules.get("pydantic.types"), name, _Unused)


class _Unused:
    pass


def is_json_marked(metadata: Sequence[Any]) -> bool:
    """Whether pydantic itself parses the text (``Json[...]``)."""
    return any(isinstance(item, _from_pydantic_types("Json")) for item in metadata)


def is_complex(annotation: Any, metadata: Sequence[Any]) -> bool:
    """Whether the text of such a value is JSON."""
    annotation = without_alias(annotation)
    root = _root_annotation(annotation)
    if root is not None:
        annotation = root
    if is_json_marked(metadata):
        return False
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return is_complex(inner, more)
    if is_subclass(origin, _from_pydantic_types("Secret")):
        return False
    return _holds_parts(annotation) or _holds_parts(origin) or hasattr(origin, "__get_pydantic_core_schema__")


def _root_annotation(annotation: Any) -> Any:
    """The annotation inside a RootModel, else None."""
    if is_subclass(annotation, BaseModel) and getattr(annotation, "__pydantic_root_model__", False):
        root = annotation.model_fields["root"].annotation
        return None if isinstance(root, TypeVar) else root  # of RootModel itself nothing is known
    return None


def _holds_parts(annotation: Any) -> bool:
    if is_subclass(annotation, (str, bytes)):
        return False
    return is_subclass(annotation, _CONTAINERS) or (
        isinstance(annotation, type) and dataclasses.is_dataclass(annotation)
    )


def union_is_complex(annotation: Any, metadata: Sequence[Any]) -> bool:
    """Whether a member of the union is read from JSON; a text that is not JSON is then kept as it is."""
    for member in get_args(annotation):
        inner = without_alias(member)
        if is_complex(inner, metadata):
            return True
        inner = union_inside(inner)
        if is_union(inner) and union_is_complex(inner, metadata):
            return True
    return False


def union_inside(annotation: Any) -> Any:
    """Without the ``Annotated`` layers around it; None where one of them says that pydantic parses the JSON."""
    while get_origin(annotation) is Annotated:
        annotation, *metadata = get_args(annotation)
        if is_json_marked(metadata):
            return None
        annotation = without_alias(annotation)
    return annotation


def members(annotation: Any) -> Iterator[Any]:
    """What the annotation may be: the members of its unions, however they are wrapped; itself when it is none."""
    annotation = without_alias(annotation)
    if get_origin(annotation) is Annotated:
        yield from members(get_args(annotation)[0])
    elif is_union(annotation):
        for member in get_args(annotation):
            yield from members(member)
    else:
        yield annotation


def may_be_lax_bool(annotation: Any) -> bool:
    """Whether a text would be turned into a bool here: a bool is allowed, a str is not."""
    kinds = list(members(annotation))
    return bool in kinds and not any(is_subclass(kind, str) for kind in kinds)


def needs_coercion(annotation: Any) -> bool:
    """Whether pydantic would refuse the text of a value it accepts: strict members, numbers in a Literal."""
    return _has_strict_member(annotation) or _has_numeric_literal(annotation)


def _has_strict_member(annotation: Any) -> bool:
    if not is_union(annotation):
        return False
    for member in get_args(annotation):
        if get_origin(member) is Annotated and any(
            getattr(item, "strict", None) is True for item in get_args(member)[1:]
        ):
            return True
    return False


def _has_numeric_literal(annotation: Any) -> bool:
    for kind in members(annotation):
        if get_origin(kind) is Literal and any(
            isinstance(item, Enum) and isinstance(item, (int, float)) for item in get_args(kind)
        ):
            return True
    return False


def enum_member(annotation: Any, name: object) -> Any:
    """The member of an enum in this annotation that goes by that name, else None."""
    for candidate in (annotation, get_origin(annotation)):
        if is_subclass(candidate, Enum) and name in candidate.__members__:
            return candidate[name]
    for inner in get_args(annotation):
        found = enum_member(inner, name)
        if found is not None:
            return found
    return None


def is_list(annotation: Any) -> bool:
    """Whether it is a list, tuple or set of some kind, or None instead."""
    annotation = plain(annotation)
    return is_subclass(get_origin(annotation) or annotation, (list, tuple, set, frozenset, deque))


def has_fields(annotation: Any) -> bool:
    """Whether it is a class with named fields: a pydantic model or a dataclass of either kind."""
    return is_subclass(annotation, BaseModel) or (
        isinstance(annotation, type) and dataclasses.is_dataclass(annotation)
    )


def config_of(annotation: Any) -> Mapping[str, Any]:
    """The pydantic configuration of a model or dataclass; empty when it has none."""
    config: Mapping[str, Any] | None = getattr(annotation, "model_config", None)
    return config or getattr(annotation, "__pydantic_config__", None) or {}


def fields_of(cls: Any) -> Mapping[str, FieldInfo]:
    """The fields of a model or dataclass by name."""
    if is_subclass(cls, BaseModel):
        fields: Mapping[str, FieldInfo] = cls.model_fields
        return fields
    known: Mapping[str, FieldInfo] | None = cls.__dict__.get("__pydantic_fields__") or _of_dataclasses.get(
        cls
    )
    if known is None:
        known = _of_dataclasses[cls] = _dataclass_fields(cls)
    return known


_of_dataclasses: "WeakKeyDictionary[type, Mapping[str, FieldInfo]]" = WeakKeyDictionary()


def _dataclass_fields(cls: Any) -> dict[str, FieldInfo]:
    hints = get_type_hints(cls, include_extras=True)
    found = {}
    for field in dataclasses.fields(cls):
        if not field.init:
            continue
        default = field.default
        if default is dataclasses.MISSING and field.default_factory is not dataclasses.MISSING:
            default = None  # there is one; which one is the dataclass's own affair
        if default is dataclasses.MISSING:
            found[field.name] = FieldInfo.from_annotation(hints[field.name])
        else:
            found[field.name] = FieldInfo.from_annotated_attribute(hints[field.name], default)
    return found


def field_below(annotation: Any, key: str, *, case_sensitive: bool) -> Any:
    """The field (or the plain annotation of a dict's values) that ``key`` names inside ``annotation``, else None."""
    if isinstance(annotation, FieldInfo):
        annotation = annotation.annotation
    if is_subclass(get_origin(annotation), dict):
        return get_args(annotation)[-1] if get_args(annotation) else None
    annotation = without_alias(annotation)
    for inner in get_args(annotation):
        found = field_below(inner, key, case_sensitive=case_sensitive)
        if found is not None:
            return found
    if not has_fields(annotation):
        return None
    wanted = key if case_sensitive else key.lower()
    for name, field in fields_of(annotation).items():
        spellings = {name, *input_names(name, field, config_of(annotation))}
        if wanted in (spellings if case_sensitive else {spelling.lower() for spelling in spellings}):
            return field
    return None


def by_alias(config: Mapping[str, Any]) -> bool:
    """Whether a model may be filled by its fields' aliases."""
    return config.get("validate_by_alias") is not False


def by_name(config: Mapping[str, Any]) -> bool:
    """Whether a model may be filled by its fields' names although they have aliases."""
    for key in ("validate_by_name", "populate_by_name"):
        if config.get(key) is not None:
            return bool(config[key])
    return config.get("validate_by_alias") is False


def alias_paths(field: FieldInfo) -> list[tuple[str, int]]:
    """The aliases as (first part, number of parts): ``Field(alias="x")``, AliasChoices, AliasPath."""
    alias = field.validation_alias if field.validation_alias is not None else field.alias
    if alias is None:
        return []
    if isinstance(alias, str):
        return [(alias, 1)]
    choices = getattr(alias, "choices", None) or [alias]
    paths = [[choice] if isinstance(choice, str) else choice.path for choice in choices]
    return [(str(path[0]), len(path)) for path in paths]


def input_names(name: str, field: FieldInfo, config: Mapping[str, Any]) -> list[str]:
    """The keys that fill this field, the preferred one first."""
    aliases = [first for first, _ in alias_paths(field)] if by_alias(config) else []
    if not aliases or by_name(config):
        aliases.append(name)
    return aliases
