"""Which variables feed which field, worked out once per class."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from firedoor.settings import shape
from firedoor.settings.options import Options
from firedoor.settings.traits import JSON_OR_TEXT, SIMPLE, traits_of


class Key:
    """One variable that may feed a field.

    ``lookup`` is its name as it is matched, ``spelled`` as people write it, ``data_key`` what pydantic knows the
    value by, ``container`` whether the field takes a part out of it (AliasPath) or is a union of parts and texts.
    """

    __slots__ = ("container", "data_key", "lookup", "spelled")

    def __init__(self, lookup: str, data_key: str, spelled: str, *, container: bool) -> None:
        self.lookup = lookup
        self.data_key = data_key
        self.spelled = spelled
        self.container = container


class FieldPlan:
    """What is known of one field before any value is seen."""

    __slots__ = (
        "annotation",
        "boolean",
        "coerce",
        "decode",
        "field",
        "is_list",
        "keys",
        "name",
        "needs",
        "required",
    )

    def __init__(self, name: str, field: FieldInfo, config: Mapping[str, Any], options: Options) -> None:
        annotation, metadata = shape.annotation_and_metadata(field)
        traits = traits_of(annotation, metadata)
        self.name = name
        self.field = field
        self.annotation = annotation
        self.needs = traits.needs
        self.is_list = traits.is_list
        self.boolean = traits.boolean
        self.coerce = traits.coerce or (options.strict and not shape.is_json_marked(metadata))
        self.decode = is_decoded(metadata, options)
        self.required = field.is_required()
        self.keys = keys_of(name, field, config, options, union=traits.needs == JSON_OR_TEXT)

    @property
    def variable(self) -> str:
        """The name to give somebody who has to set it."""
        return self.keys[0].spelled


class Plan:
    """The plan of one class.

    ``plain`` is the fast path, fields that take one text from one variable: (lookup, data key, field name). ``others``
    are the fields that need thought. ``booleans`` are the plain ones whose text must be a strict boolean: (data key,
    field name). ``names`` leads from pydantic's keys to fields.
    """

    __slots__ = (
        "_arguments",
        "_fed",
        "_secret_fields",
        "adapter",
        "booleans",
        "config",
        "fields",
        "names",
        "options",
        "others",
        "plain",
        "validated_before",
    )

    def __init__(self, cls: Any) -> None:
        self.config = config = shape.config_of(cls)
        self.options = Options(config if is_settings(cls) else {"env_nested_delimiter": "__", **config})
        self.validated_before = validated_before(cls)
        self.adapter: Any = None  # a dataclass's TypeAdapter, once it is needed
        self.fields: dict[str, FieldPlan] = {}
        for name, field in shape.fields_of(cls).items():
            self.fields[name] = FieldPlan(name, field, config, self.options)
        simple = {name: field for name, field in self.fields.items() if self._is_plain(field)}
        self.plain = [(f.keys[0].lookup, f.keys[0].data_key, name) for name, f in simple.items()]
        self.others = [field for name, field in self.fields.items() if name not in simple]
        self.booleans = [
            (f.keys[0].data_key, name)
            for name, f in simple.items()
            if f.boolean and name not in self.validated_before
        ]
        self._arguments: dict[str, tuple[str, FieldPlan]] | None = None
        self._secret_fields: frozenset[str] | None = None
        self.names = {key.data_key: field for field in self.fields.values() for key in field.keys}

        self._fed: dict[str, list[str]] = {}
        for planned in self.fields.values():
            for key in planned.keys:
                self._fed.setdefault(key.lookup, []).append(planned.name)

    def reads(self, lookup: str) -> bool:
        """Whether this variable, by its name as it is matched, feeds a field or a part of one."""
        if lookup in self._fed:
            return True
        delimiter = self.options.delimiter
        return bool(delimiter) and any(lookup.startswith(name + delimiter) for name in self._fed)

    def fed_by(self, variable: str) -> list[str]:
        """The fields that this variable may feed."""
        return self._fed.get(self.options.cased(variable), [])

    def argument(self, name: str) -> tuple[str, FieldPlan] | None:
        """What an argument of the class's call fills: pydantic's key and the field; None when there is none."""
        if self._arguments is None:
            self._arguments = {
                self.options.cased(argument): (argument, field)
                for field_name, field in self.fields.items()
                for argument in reversed(shape.input_names(field_name, field.field, self.config))
            }
        return self._arguments.get(self.options.cased(name))

    def takes(self, name: str) -> bool:
        """Whether an argument of this name is a field, or the class takes any name."""
        return self.options.extra not in (None, "forbid") or self.argument(name) is not None

    def known(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments that the class takes, by the keys that pydantic knows them by."""
        found = {}
        for name, value in given.items():
            argument = self.argument(name)
            if argument is not None:
                found[argument[0]] = value
            elif self.takes(name):
                found[name] = value
        return found

    @property
    def secret_fields(self) -> frozenset[str]:
        """The fields whose variables are named like secrets."""
        if self._secret_fields is None:
            from firedoor.secret import looks_secret_name  # asked only to show the object, or for a refusal

            self._secret_fields = frozenset(
                name for name, field in self.fields.items() if looks_secret_name(field.variable)
            )
        return self._secret_fields

    def _is_plain(self, field: FieldPlan) -> bool:
        special = field.coerce or self.options.parse_enums or self.options.none_text is not None
        return field.needs == SIMPLE and len(field.keys) == 1 and not field.keys[0].container and not special


def is_settings(cls: type) -> bool:
    """Whether its maker meant it for settings; plain models and dataclasses have parts as ``FIELD__PART``."""
    return getattr(cls, "__firedoor__", False)


def is_decoded(metadata: list[Any], options: Options) -> bool:
    """Whether JSON texts of this field are decoded. The marks of pydantic-settings count too, without importing it."""
    marks = {getattr(item, "__name__", "") for item in metadata}
    if "NoDecode" in marks:
        return False
    return options.decoding or "ForceDecode" in marks


def keys_of(
    name: str, field: FieldInfo, config: Mapping[str, Any], options: Options, *, union: bool
) -> tuple[Key, ...]:
    """The variables that feed the field, the preferred one first, each with the key pydantic is given."""
    found: list[tuple[str, str, bool]] = []  # key in the data, variable, container
    if shape.by_alias(config):
        for first, length in shape.alias_paths(field):
            found.append((first, options.alias_prefix + first, length > 1))
    if not found or shape.by_name(config):
        found.append((name, options.name_prefix + name, union))
    preferred, _, preferred_container = found[0]
    keys = []
    for data_key, variable, container in found:
        fixed = container or preferred_container or (shape.by_name(config) and data_key == name)
        spelled = variable if options.case_sensitive else variable.upper()
        keys.append(
            Key(options.cased(variable), data_key if fixed else preferred, spelled, container=container)
        )
    return tuple(keys)


def validated_before(cls: Any) -> frozenset[str]:
    """The fields whose texts a validator of the class sees before pydantic does: it has the say on their meaning."""
    decorators = getattr(cls, "__pydantic_decorators__", None)
    if decorators is None:
        return frozenset()
    names: set[str] = set()
    for found in decorators.field_validators.values():
        if found.info.mode != "after":
            names.update(found.info.fields)
    for name, field in shape.fields_of(cls).items():
        if any(_acts_first(item) for item in field.metadata):
            names.add(name)
    return frozenset(shape.fields_of(cls) if "*" in names else names)


def _acts_first(mark: object) -> bool:
    return type(mark).__name__ in ("BeforeValidator", "PlainValidator", "WrapValidator")


_plans: "WeakKeyDictionary[type, tuple[object, Plan]]" = WeakKeyDictionary()


def plan_of(cls: type) -> Plan:
    """The plan of a class, made when first asked for and again after ``model_rebuild``."""
    if issubclass(cls, BaseModel) and not cls.__pydantic_complete__:
        cls.model_rebuild()
    built_for = getattr(cls, "__pydantic_validator__", None)
    known = _plans.get(cls)
    if known is None or known[0] is not built_for:
        known = _plans[cls] = (built_for, Plan(cls))
    return known[1]
