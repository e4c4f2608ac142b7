"""From a variable's text to what pydantic is given: JSON, comma-separated lists, enum names, strict booleans."""

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pydantic_core import from_json

from firedoor.settings import shape

# What pydantic would take for a bool and firedoor does not: one letter is as often a slip as a meaning.
LAX_BOOLEANS = frozenset(("t", "f", "y", "n"))


class UndecodableError(Exception):
    """The text is not what it has to be. ``expected`` says what that is; the text itself is never kept."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def is_lax_boolean(text: object) -> bool:
    """Whether pydantic would read this text as a bool although it is not one of the eight words."""
    return isinstance(text, str) and text.lower() in LAX_BOOLEANS


def json_of(text: str) -> Any:
    """The JSON value of a text; UndecodableError otherwise."""
    decoded = _json_or_none(text)
    if decoded is None:
        raise UndecodableError("JSON")
    return decoded[0]


def json_or_text(text: str) -> Any:
    """The JSON value of a text, or the text when it is not JSON."""
    decoded = _json_or_none(text)
    return text if decoded is None else decoded[0]


def parts_or_text(text: str) -> Any:
    """The JSON list or object of a text, or the text: a lone number or word is not meant as JSON here."""
    decoded = json_or_text(text)
    return decoded if isinstance(decoded, (list, dict)) else text


def _json_or_none(text: str) -> tuple[Any] | None:
    try:
        return (from_json(text),)
    except ValueError:
        return None


def list_of(text: str) -> list[Any]:
    """A declared list: JSON when it starts with ``[``, otherwise items between commas, blanks around them dropped."""
    if text.lstrip().startswith("["):
        decoded = json_of(text)
        assert isinstance(decoded, list)  # noqa: S101 - JSON that starts with a bracket is a list
        return decoded
    if not text.strip():
        return []
    items = [item.strip() for item in text.split(",")]
    if not all(items):
        raise UndecodableError("a comma-separated list without empty items, or a JSON list")
    return items


def items_are_lax(annotation: Any, items: list[Any]) -> bool:
    """Whether a comma-separated list of bools holds a word that is none of the eight."""
    arguments = get_args(shape.plain(annotation))
    return (
        bool(arguments)
        and shape.may_be_lax_bool(arguments[0])
        and any(is_lax_boolean(item) for item in items)
    )


def coerced(annotation: Any, text: str) -> Any:
    """A text as the strict type it stands for, as far as that can be said; pydantic refuses the rest."""
    from pydantic import TypeAdapter  # strict classes alone need one

    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    for candidate in (text, json_or_text(text)):
        try:
            return adapter.validate_python(candidate)
        except ValueError:
            continue
    return text


def merged(low: Any, high: Any) -> Any:
    """Two values of one field, the higher one winning; objects are merged key by key."""
    if not (isinstance(low, Mapping) and isinstance(high, Mapping)):
        return high
    result = dict(low)
    for key, value in high.items():
        result[key] = merged(result[key], value) if key in result else value
    return result


def with_field_names(annotation: Any, value: Any) -> Any:
    """Keys in any case as the keys of the class they fill, all the way down."""
    cls = shape.plain(annotation)
    if not isinstance(value, dict) or not shape.has_fields(cls):
        return value
    known = {}
    for name, field in shape.fields_of(cls).items():
        for spelling in reversed(shape.input_names(name, field, shape.config_of(cls))):
            known[spelling.lower()] = (spelling, field)
    result = {}
    for key, inner in value.items():
        match = known.get(str(key).lower())
        result[match[0] if match else key] = with_field_names(match[1].annotation, inner) if match else inner
    return result


def is_dict(annotation: Any) -> bool:
    """Whether it is ``dict`` or ``dict[...]``."""
    return annotation is dict or shape.is_subclass(get_origin(annotation), dict)
