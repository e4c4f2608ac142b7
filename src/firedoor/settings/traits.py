"""What a field's annotation asks of a text: how it is decoded, whether it may be a bool."""

from typing import Any

from firedoor.settings import shape

SIMPLE = 0
"""The text goes to pydantic as it is."""
JSON = 1
"""The text is JSON."""
JSON_OR_TEXT = 2
"""The text is JSON if it can be, otherwise itself."""


class Traits:
    """``needs`` is SIMPLE, JSON or JSON_OR_TEXT; ``coerce``: pydantic refuses the texts of values that it accepts."""

    __slots__ = ("boolean", "coerce", "is_list", "needs")

    def __init__(self, annotation: Any, metadata: list[Any]) -> None:
        self.needs = kind_of(annotation, metadata)
        self.coerce = not shape.is_json_marked(metadata) and shape.needs_coercion(annotation)
        self.is_list = shape.is_list(annotation)
        self.boolean = shape.may_be_lax_bool(annotation)


def kind_of(annotation: Any, metadata: list[Any]) -> int:
    """SIMPLE, JSON or JSON_OR_TEXT."""
    if shape.is_complex(annotation, metadata):
        return JSON
    if shape.is_union(annotation) and shape.union_is_complex(annotation, metadata):
        return JSON_OR_TEXT
    return SIMPLE


# Most fields are one of these, and there can be a thousand of them.
_builtin: dict[Any, Traits] = {kind: Traits(kind, []) for kind in (str, int, float, bool)}


def traits_of(annotation: Any, metadata: list[Any]) -> Traits:
    """The traits of an annotation without alias and outer ``Annotated``, and of its metadata."""
    known = _builtin.get(annotation) if isinstance(annotation, type) and not metadata else None
    return Traits(annotation, metadata) if known is None else known
