"""Type annotations of settings fields, as the declaration's types. Read from the syntax tree; nothing is imported."""

from __future__ import annotations

import ast
from dataclasses import dataclass

_TYPES = {
    "str": "str",
    "bool": "bool",
    "StrictBool": "bool",
    "int": "int",
    "PositiveInt": "int",
    "NonNegativeInt": "int",
    "float": "float",
    "PositiveFloat": "float",
    "NonNegativeFloat": "float",
    "list": "list",
    "List": "list",
    "set": "list",
    "Set": "list",
    "frozenset": "list",
    "tuple": "list",
    "Tuple": "list",
    "Sequence": "list",
    "dict": "json",
    "Dict": "json",
    "Mapping": "json",
    "Json": "json",
    "Path": "path",
    "FilePath": "path",
    "DirectoryPath": "path",
    "NewPath": "path",
}
_URL_ENDINGS = ("Url", "Dsn")
_SECRETS = frozenset(("SecretStr", "SecretBytes"))


@dataclass(frozen=True)
class Kind:
    """What an annotation says: the declared type (None: nothing known), secret, may be None, the values allowed."""

    type: str | None = None
    secret: bool = False
    optional: bool = False
    values: tuple[str, ...] = ()


def kind_of(annotation: ast.expr | None) -> Kind:
    """The kind of ``str``, ``SecretStr | None``, ``Literal["a", "b"]``, ``Annotated[int, ...]``, ``list[str]``."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return Kind()
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _union([annotation.left, annotation.right])
    if isinstance(annotation, ast.Subscript):
        return _generic(annotation)
    name = last_name(annotation)
    if name in _SECRETS:
        return Kind("str", secret=True)
    if name.endswith(_URL_ENDINGS):
        return Kind("url")
    return Kind(_TYPES.get(name))


def _generic(annotation: ast.Subscript) -> Kind:
    name = last_name(annotation.value)
    inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
    if name == "Optional":
        return _union([*inner, ast.Constant(None)])
    if name == "Union":
        return _union(inner)
    if name == "Annotated" and inner:
        return kind_of(inner[0])
    if name in ("Final", "Secret"):
        found = kind_of(inner[0])
        return Kind(found.type, found.secret or name == "Secret", found.optional, found.values)
    if name == "Literal":
        return _literal(inner)
    return Kind(_TYPES.get(name))


def _literal(items: list[ast.expr]) -> Kind:
    values = [item.value for item in items if isinstance(item, ast.Constant)]
    texts = tuple(value for value in values if isinstance(value, str) and value)
    optional = None in values
    if len(texts) + optional == len(items) and texts:
        return Kind("enum", optional=optional, values=texts)
    return Kind(optional=optional)


def _union(items: list[ast.expr]) -> Kind:
    """``X | None`` is an optional X; any wider union says nothing of the text."""
    rest = [item for item in items if not (isinstance(item, ast.Constant) and item.value is None)]
    optional = len(rest) < len(items)
    if len(rest) != 1:
        kinds = [kind_of(item) for item in rest]
        return Kind(
            secret=any(kind.secret for kind in kinds), optional=optional or any(k.optional for k in kinds)
        )
    kind = kind_of(rest[0])
    return Kind(kind.type, kind.secret, optional or kind.optional, kind.values)


def last_name(node: ast.AST | None) -> str:
    """``X`` of the expression ``X`` or ``a.b.X``, else an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def text_of(node: ast.AST | None) -> str | None:
    """The text of a constant string, else None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
