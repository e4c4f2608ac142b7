"""From a plan and the texts at hand to the data that pydantic validates, with the origin of every part of it."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from firedoor.declaration import Project
from firedoor.origin import OVERRIDE, Origin
from firedoor.resolve import Value
from firedoor.settings import decode, plan, shape, traits
from firedoor.settings.decode import UndecodableError
from firedoor.settings.texts import Texts, rank

if TYPE_CHECKING:
    from firedoor.settings.plan import FieldPlan, Key, Plan

Path = tuple[str, ...]

_BELOW_ALL = -1
_ABOVE_ALL = 9
_STRICT_BOOLEAN = "true/false/1/0/yes/no/on/off in any case, without blanks"


class Fault:
    """A text that cannot become a value: the path of its field, where it came from, what it should have been."""

    __slots__ = ("expected", "path", "value")

    def __init__(self, path: Path, value: Value, expected: str) -> None:
        self.path = path
        self.value = value
        self.expected = expected


class Gathered:
    """The data for pydantic. ``used`` is the value behind each field, ``parts`` behind each nested path."""

    __slots__ = ("data", "faults", "parts", "used")

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.used: dict[str, Value] = {}
        self.parts: dict[Path, Value] = {}
        self.faults: list[Fault] = []


def gather(plan_: "Plan", texts: Texts, given: Mapping[str, Any], project: Project) -> Gathered:
    """Collect the value of every field. ``given`` are values by pydantic's own keys: they win over every text."""
    gathered = Gathered()
    data, used, get = gathered.data, gathered.used, texts.found.get
    for lookup, data_key, name in plan_.plain:
        value = get(lookup) or texts.get(lookup)
        if value is not None:
            data[data_key] = value.text
            used[name] = value
    for data_key, name in plan_.booleans:
        if data_key in data and decode.is_lax_boolean(data[data_key]):
            gathered.faults.append(Fault((name,), used[name], _STRICT_BOOLEAN))
    if plan_.others:
        nested = _nested(plan_, texts, gathered)
        for field in plan_.others:
            _Field(plan_, field, texts, gathered, project).collect(nested.get(field.name, {}))
    for key, item in given.items():
        _give(plan_, gathered, key, item)
    return gathered


def _give(plan_: "Plan", gathered: Gathered, key: str, item: Any) -> None:
    """An argument of the class's call in the place of, or merged over, what the texts say."""
    field = plan_.names.get(key)
    if field is None:
        gathered.data[key] = item
        return
    current: Any = None
    for known in field.keys:
        if not known.container or known.data_key == key:
            current = gathered.data.pop(known.data_key, current)
    gathered.data[key] = decode.merged(current, item)
    gathered.used[field.name] = Value(field.variable, "", Origin(OVERRIDE, field.variable))
    gathered.faults = [fault for fault in gathered.faults if fault.path[0] != field.name]


class _Field:
    """One field that needs thought: several variables, JSON, parts under a delimiter, coercion."""

    __slots__ = ("field", "gathered", "options", "plan", "project", "texts")

    def __init__(
        self, plan_: "Plan", field: "FieldPlan", texts: Texts, gathered: Gathered, project: Project
    ) -> None:
        self.plan = plan_
        self.options = plan_.options
        self.field = field
        self.texts = texts
        self.gathered = gathered
        self.project = project

    def collect(self, exploded: dict[int, dict[str, Any]]) -> None:
        """Decide the field's value from its variables and the parts found under its name, by rank of their sources."""
        key, value = self._chosen()
        layers: list[tuple[int, bool, Any]] = [
            (level, True, self._cased(parts)) for level, parts in exploded.items()
        ]
        if value is not None:
            self.gathered.used[self.field.name] = value
            try:
                decoded = self._decoded(key, value)
            except UndecodableError as refusal:
                self.gathered.faults.append(Fault((self.field.name,), value, refusal.expected))
                return
            if decoded is not None or value.text == self.options.none_text:
                layers.append((rank(value), False, self._cased(decoded)))  # JSON's null means: not set
        if layers:
            layers += self._default()
            self.gathered.data[key.data_key] = _stacked(layers)

    def _chosen(self) -> "tuple[Key, Value | None]":
        """The variable that feeds the field: of the highest source, and of these the preferred one."""
        best: tuple[Key, Value] | None = None
        for key in self.field.keys:
            value = self.texts.get(key.lookup)
            if value is not None and (best is None or rank(value) > rank(best[1])):
                best = (key, value)
        return best if best is not None else (self.field.keys[-1], None)

    def _decoded(self, key: "Key", value: Value) -> Any:
        text: str = value.text
        if text == self.options.none_text:
            return None
        field = self.field
        if self.options.parse_enums:
            member = shape.enum_member(field.annotation, text)
            if member is not None:
                return member
        if field.needs == traits.SIMPLE and not key.container:
            self._refuse_lax_boolean(text)
            return decode.coerced(field.field.annotation, text) if field.coerce else text
        if not field.decode:
            return text
        declared = self.project.variables.get(value.key)
        if declared is not None and declared.type == "list" and field.is_list:
            return self._list(text)
        return decode.json_or_text(text) if field.needs == traits.JSON_OR_TEXT else decode.json_of(text)

    def _list(self, text: str) -> list[Any]:
        items = decode.list_of(text)
        if decode.items_are_lax(self.field.annotation, items):
            raise UndecodableError(f"a list of {_STRICT_BOOLEAN}")
        return items

    def _refuse_lax_boolean(self, text: str) -> None:
        if (
            self.field.boolean
            and self.field.name not in self.plan.validated_before
            and decode.is_lax_boolean(text)
        ):
            raise UndecodableError(_STRICT_BOOLEAN)

    def _cased(self, value: Any) -> Any:
        return (
            value
            if self.options.case_sensitive
            else decode.with_field_names(self.field.field.annotation, value)
        )

    def _default(self) -> Iterator[tuple[int, bool, Any]]:
        """The class's own default below everything, where the class asks for parts of it to be replaced."""
        default = self.field.field.default
        if not self.options.partial_defaults:
            return
        if isinstance(default, BaseModel):
            yield _BELOW_ALL, False, default.model_dump()
        elif dataclasses.is_dataclass(default) and not isinstance(default, type):
            yield _BELOW_ALL, False, dataclasses.asdict(default)


def _stacked(layers: list[tuple[int, bool, Any]]) -> Any:
    """The layers merged from the lowest source to the highest; parts join an object, not a list or a text."""
    layers.sort(key=lambda layer: layer[:2])
    level, _, result = layers[0]
    for next_level, is_parts, value in layers[1:]:
        if is_parts and next_level == level and not isinstance(result, dict):
            continue
        result = decode.merged(result, value)
        level = next_level
    return result


def _nested(plan_: "Plan", texts: Texts, gathered: Gathered) -> dict[str, dict[int, dict[str, Any]]]:
    """The values of nested fields, ``DB__HOST``, by field and by the rank of their source."""
    delimiter = plan_.options.delimiter
    if not delimiter:
        return {}
    prefixes = {
        key.lookup + delimiter: field
        for field in plan_.others
        if field.needs != traits.SIMPLE or any(one.container for one in field.keys)
        for key in field.keys
    }
    found = []
    for lookup in texts.containing(delimiter):
        for prefix in _prefixes(lookup, delimiter):
            if prefix in prefixes:
                field = prefixes[prefix]
                path = lookup[len(prefix) :].split(delimiter, plan_.options.max_split)
                found.append((len(path), lookup, path, field))
    result: dict[str, dict[int, dict[str, Any]]] = {}
    for _, lookup, path, field in sorted(found, key=lambda item: item[:2]):
        value = texts.get(lookup)
        assert value is not None  # noqa: S101 - the name comes from there
        parts = result.setdefault(field.name, {}).setdefault(rank(value), {})
        _Part(plan_, field, path, value, gathered).put(parts)
    return result


def _prefixes(lookup: str, delimiter: str) -> Iterator[str]:
    """Every beginning of the name that ends with a delimiter."""
    position = lookup.find(delimiter)
    while position >= 0:
        yield lookup[: position + len(delimiter)]
        position = lookup.find(delimiter, position + 1)


class _Part:
    """One nested variable: where it belongs inside its field, and what its text means there."""

    __slots__ = ("field", "gathered", "options", "owner", "path", "target", "value")

    def __init__(
        self, plan_: "Plan", field: "FieldPlan", path: list[str], value: Value, gathered: Gathered
    ) -> None:
        self.options = plan_.options
        self.field = field
        self.path = path
        self.value = value
        self.gathered = gathered
        self.owner, self.target = self._walk()

    def _walk(self) -> tuple[Any, Any]:
        """The annotation that holds the last step, and what that step names in it (a field, an annotation, None)."""
        owner: Any = self.field.field
        target: Any = owner
        for step in self.path:
            owner = target
            target = (
                shape.field_below(owner, step, case_sensitive=self.options.case_sensitive) if owner else None
            )
        return owner, target

    def put(self, parts: dict[str, Any]) -> None:
        """Set the value inside ``parts``; a deeper name adds to what a shallower one holds."""
        place = parts
        for step in self.path[:-1]:
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                return
            place = inner
        full_path = (self.field.name, *self.path)
        try:
            place[self.path[-1]] = self._decoded()
        except UndecodableError as refusal:
            self.gathered.faults.append(Fault(full_path, self.value, refusal.expected))
            return
        self.gathered.parts[full_path] = self.value

    def _decoded(self) -> Any:
        text: str = self.value.text
        if text == self.options.none_text:
            return None
        if not text:
            return text
        if isinstance(self.target, FieldInfo):
            return self._of_field(self.target, text)
        if self.target is not None:
            return self._of_annotation(text)
        return decode.json_or_text(text) if decode.is_dict(self.field.field.annotation) else text

    def _of_annotation(self, text: str) -> Any:
        """The value of a dict: its annotation says what it is, no field does."""
        if shape.is_complex(self.target, []):
            return decode.json_or_text(text)
        inner = shape.union_inside(shape.without_alias(self.target))
        if shape.is_union(inner) and shape.union_is_complex(inner, []):
            return decode.parts_or_text(text) if self.field.decode else text
        if shape.may_be_lax_bool(self.target) and decode.is_lax_boolean(text):
            raise UndecodableError(_STRICT_BOOLEAN)
        return text

    def _of_field(self, field: FieldInfo, text: str) -> Any:
        annotation, metadata = shape.annotation_and_metadata(field)
        if self.options.parse_enums:
            member = shape.enum_member(annotation, text)
            if member is not None:
                return member
        needs = traits.kind_of(annotation, metadata)
        if needs == traits.SIMPLE and self._is_container_head(field):
            needs = traits.JSON_OR_TEXT
        if needs != traits.SIMPLE:
            if not plan.is_decoded(metadata, self.options):
                return text
            return decode.json_or_text(text) if needs == traits.JSON_OR_TEXT else decode.json_of(text)
        if (
            shape.may_be_lax_bool(annotation)
            and decode.is_lax_boolean(text)
            and not self._validated_before(field)
        ):
            raise UndecodableError(_STRICT_BOOLEAN)
        coerce = not shape.is_json_marked(metadata) and (
            self.options.strict or shape.needs_coercion(annotation)
        )
        return decode.coerced(field.annotation, text) if coerce else text

    def _is_container_head(self, field: FieldInfo) -> bool:
        last = self.options.cased(self.path[-1])
        return any(
            length > 1 and self.options.cased(first) == last for first, length in shape.alias_paths(field)
        )

    def _validated_before(self, field: FieldInfo) -> bool:
        owner = self.owner.annotation if isinstance(self.owner, FieldInfo) else self.owner
        return any(
            known is field and name in plan.validated_before(cls)
            for cls in shape.members(owner)
            if shape.has_fields(cls)
            for name, known in shape.fields_of(cls).items()
        )
