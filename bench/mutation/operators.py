"""The small mistakes that are made in a module on purpose, one at a time."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_TWINS = {
    "partition": "rpartition",
    "rpartition": "partition",
    "lower": "upper",
    "upper": "lower",
    "lstrip": "rstrip",
    "rstrip": "lstrip",
    "removeprefix": "removesuffix",
    "removesuffix": "removeprefix",
    "startswith": "endswith",
    "endswith": "startswith",
    "any": "all",
    "all": "any",
    "append": "extend",
}
_DROPPABLE = frozenset(
    ("strip", "lower", "upper", "lstrip", "rstrip", "removeprefix", "removesuffix", "replace", "translate")
)

_NOT_RUN = frozenset(("annotation", "returns", "decorator_list", "bases", "ctx"))


@dataclass(frozen=True)
class Mutant:
    """One mistake: where it is, what it does, and the whole module with it.

    It can only matter to what runs one of the lines from ``first`` to ``last``, or ``at_import`` to whatever has to
    do with the module. ``function`` is empty outside of any function and class.
    """

    module: str
    line: int
    first: int
    last: int
    function: str
    at_import: bool
    what: str
    tree: ast.Module


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    seen = {ast.dump(tree)}
    for place in _places(tree, _Place(tree, (), "", 0, 0, at_import=True)):
        for what, changed in _changes(place.node):
            mutated = _with(tree, place, changed)
            shape = ast.dump(mutated)
            if shape not in seen:
                seen.add(shape)
                line = getattr(place.node, "lineno", place.first)
                yield Mutant(
                    module, line, place.first, place.last, place.function, place.at_import, what, mutated
                )


@dataclass(frozen=True)
class _Place:
    """A node, the way to it from the root, and the lines of code that must run for it to matter."""

    node: ast.AST
    path: tuple[tuple[str, int | None], ...]
    function: str
    first: int
    last: int
    at_import: bool


def _places(node: ast.AST, place: _Place) -> Iterator[_Place]:
    for name, value in ast.iter_fields(node):
        if name in _NOT_RUN:
            continue
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if isinstance(child, ast.AST) and not _is_spared(child):
                below = _place(child, (*place.path, (name, index)), node, place)
                if isinstance(node, ast.FunctionDef | ast.Lambda):
                    # the defaults of arguments are made where the function is
                    below = replace(below, at_import=place.at_import and name == "args")
                yield below
                yield from _places(child, below)


def _place(
    node: ast.AST, path: tuple[tuple[str, int | None], ...], parent: ast.AST, around: _Place
) -> _Place:
    function, first, last = around.function, around.first, around.last
    if isinstance(node, ast.stmt):
        # a call is seen at the first decorator
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        last = _end_of_head(node)
    elif isinstance(node, ast.ExceptHandler):
        first = last = node.lineno
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and not isinstance(parent, ast.FunctionDef):
        function = f"{function}.{node.name}" if function else node.name
    return _Place(node, path, function, first, last, around.at_import)


def _end_of_head(statement: ast.stmt) -> int:
    """The last line of a statement without the block below it."""
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body:
        first: ast.stmt = body[0]
        return max(statement.lineno, first.lineno - 1)
    return statement.end_lineno or statement.lineno


def _is_spared(child: ast.AST) -> bool:
    """Docstrings, __slots__, __all__, imports and what only type checkers read."""
    if isinstance(child, ast.Import | ast.ImportFrom):
        return True
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True
    if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
        return True
    if isinstance(child, ast.Assign) and isinstance(child.targets[0], ast.Name):
        return child.targets[0].id in {"TYPE_CHECKING", "__all__", "__slots__"}
    if isinstance(child, ast.AnnAssign) and child.value is None:
        return True
    return isinstance(child, ast.ClassDef) and any(
        isinstance(base, ast.Name) and base.id == "TypedDict" for base in child.bases
    )


def _with(tree: ast.Module, place: _Place, changed: ast.AST) -> ast.Module:
    """A copy of the tree, deep along the way to the place and shared elsewhere."""
    root = copy.copy(tree)
    parent: ast.AST = root
    for depth, (name, index) in enumerate(place.path):
        last = depth == len(place.path) - 1
        value = getattr(parent, name)
        child = changed if last else copy.copy(value if index is None else value[index])
        if index is None:
            setattr(parent, name, child)
        else:
            setattr(parent, name, [*value[:index], child, *value[index + 1 :]])
        parent = child
    return root


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for offered in (_of_statements, _of_conditions, _of_operators, _of_calls, _of_constants, _of_containers):
        for what, changed in offered(node):
            yield what, ast.fix_missing_locations(ast.copy_location(changed, node))


def _altered(node: ast.AST, **fields: object) -> ast.AST:
    made = copy.copy(node)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def _text(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).splitlines()[0]


def _of_statements(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Expr | ast.AugAssign | ast.Raise | ast.Delete | ast.Assert) or (
        isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name)
    ):
        yield f"removed: {_text(node)}", ast.Pass()
        if isinstance(node, ast.AugAssign):
            yield f"{_text(node)} -> =", ast.Assign([node.target], node.value)
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield f"{_text(node)} -> return None", ast.Return(ast.Constant(None))
        yield f"removed: {_text(node)}", ast.Expr(node.value)
    elif isinstance(node, ast.Return):
        yield f"removed: {_text(node)}", ast.Pass()
    elif isinstance(node, ast.Continue):
        yield "continue -> break", ast.Break()
        yield "continue removed", ast.Pass()
    elif isinstance(node, ast.Break):
        yield "break removed", ast.Pass()


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _of_conditions(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.If | ast.While):
        forced = (True, False) if isinstance(node, ast.If) else (False,)
        for value in forced:
            yield f"if {_text(node.test)} -> {value}", _altered(node, test=ast.Constant(value))
    elif isinstance(node, ast.IfExp):
        yield f"{_text(node)} -> {_text(node.body)}", node.body
        yield f"{_text(node)} -> {_text(node.orelse)}", node.orelse
    elif isinstance(node, ast.comprehension):
        for index, test in enumerate(node.ifs):
            yield (
                f"if {_text(test)} dropped",
                _altered(node, ifs=[*node.ifs[:index], *node.ifs[index + 1 :]]),
            )
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{_text(node)}: {type(other).__name__.lower()}", _altered(node, op=other)
        for index, operand in enumerate(node.values):
            rest = [*node.values[:index], *node.values[index + 1 :]]
            left = rest[0] if len(rest) == 1 else _altered(node, values=rest)
            yield f"{_text(node)}: without {_text(operand)}", left
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield f"{_text(node)} -> {_text(node.operand)}", node.operand


def _of_operators(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            for other in _COMPARISONS[type(operator)]:
                changed = _altered(node, ops=[*node.ops[:index], other(), *node.ops[index + 1 :]])
                yield f"{_text(node)} -> {_text(changed)}", changed
    elif isinstance(node, ast.BinOp | ast.AugAssign):
        operator_type = _ARITHMETIC.get(type(node.op))
        if operator_type is not None:
            changed = _altered(node, op=operator_type())
            yield f"{_text(node)} -> {_text(changed)}", changed


def _of_calls(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if not isinstance(node, ast.Call):
        return
    for index, argument in enumerate(node.args):
        yield (
            f"{_text(node)}: without {_text(argument)}",
            _altered(node, args=[*node.args[:index], *node.args[index + 1 :]]),
        )
    for index, keyword in enumerate(node.keywords):
        yield (
            f"{_text(node)}: without {keyword.arg}=",
            _altered(node, keywords=[*node.keywords[:index], *node.keywords[index + 1 :]]),
        )
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in _TWINS:
        twin = _TWINS[name]
        func = _altered(
            node.func, **({"attr": twin} if isinstance(node.func, ast.Attribute) else {"id": twin})
        )
        yield f"{_text(node)} -> {twin}", _altered(node, func=func)
    if name in _DROPPABLE and isinstance(node.func, ast.Attribute):
        yield f"{_text(node)}: no {name}", node.func.value
    if name in {"sorted", "frozenset", "list", "tuple", "dict"} and len(node.args) == 1:
        yield f"{_text(node)}: no {name}", node.args[0]
    if name == "split" and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant):
        words = str(node.func.value.value).split()
        for index, word in enumerate(words):
            fewer = ast.Constant(" ".join([*words[:index], *words[index + 1 :]]))
            yield f"the word {word} dropped", _altered(node, func=_altered(node.func, value=fewer))


def _of_constants(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield f"{value} -> {not value}", ast.Constant(not value)
    elif isinstance(value, int):
        yield f"{value} -> {value + 1}", ast.Constant(value + 1)
        yield f"{value} -> {value - 1}", ast.Constant(value - 1)
    elif isinstance(value, str):
        yield f"{value!r} -> other text", ast.Constant(f"XX{value}XX")
        if value:
            yield f"{value!r} -> ''", ast.Constant("")
    elif isinstance(value, bytes):
        yield f"{value!r} -> other bytes", ast.Constant(b"XX" + value)


def _of_containers(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and len(node.elts) > 1:
        if isinstance(getattr(node, "ctx", None), ast.Store):
            return
        for index, element in enumerate(node.elts):
            yield (
                f"{_text(element)} dropped",
                _altered(node, elts=[*node.elts[:index], *node.elts[index + 1 :]]),
            )
    elif isinstance(node, ast.Dict) and len(node.keys) > 1:
        for index, key in enumerate(node.keys):
            yield (
                f"{_text(key) if key else '**'}: dropped",
                _altered(
                    node,
                    keys=[*node.keys[:index], *node.keys[index + 1 :]],
                    values=[*node.values[:index], *node.values[index + 1 :]],
                ),
            )
    elif isinstance(node, ast.Slice):
        for name in ("lower", "upper"):
            if getattr(node, name) is not None:
                yield f"{_text(node)}: without {name} bound", _altered(node, **{name: None})
