"""Settings classes of pydantic in the syntax tree: their fields, the variables that fill them, which are required."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from firedoor.discovery.annotations import Kind, kind_of, last_name, text_of

_BASES = frozenset(("BaseSettings",))
_NO_FIELDS = frozenset(("model_config", "Config"))


@dataclass(frozen=True)
class Field:
    """One field: the names of the variables that may fill it (without the class' prefix), and what it must be."""

    name: str
    aliases: tuple[str, ...]
    kind: Kind
    required: bool
    default: str | None = None


@dataclass
class SettingsClass:
    """A class as written: ``bases`` by name, ``prefix`` and ``env_files`` None where the class itself says nothing."""

    path: str
    name: str
    line: int
    bases: tuple[str, ...]
    prefix: str | None = None
    env_files: tuple[str, ...] | None = None
    fields: dict[str, Field] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """A variable that some settings class reads."""

    variable: str
    kind: Kind
    required: bool
    field: str


def classes_of(tree: ast.Module, path: str) -> list[SettingsClass]:
    """Every class at the module's top level that could be a settings class; ``linked`` finds which are."""
    return [_class(node, path) for node in tree.body if isinstance(node, ast.ClassDef)]


def _class(node: ast.ClassDef, path: str) -> SettingsClass:
    found = SettingsClass(path, node.name, node.lineno, tuple(filter(None, map(last_name, node.bases))))
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            _add_field(found, item.target.id, item)
        elif isinstance(item, ast.Assign) and any(
            last_name(target) == "model_config" for target in item.targets
        ):
            _configure(found, _options(item.value))
        elif isinstance(item, ast.ClassDef) and item.name == "Config":
            _configure(
                found, {last_name(a.targets[0]): a.value for a in item.body if isinstance(a, ast.Assign)}
            )
    for keyword in node.keywords:
        _configure(found, {keyword.arg or "": keyword.value})
    return found


def _options(value: ast.expr) -> dict[str, ast.expr]:
    """The options of ``SettingsConfigDict(...)`` or of a dict."""
    if isinstance(value, ast.Call):
        return {keyword.arg: keyword.value for keyword in value.keywords if keyword.arg}
    if isinstance(value, ast.Dict):
        pairs = zip(value.keys, value.values, strict=True)
        return {text: item for key, item in pairs if (text := text_of(key))}
    return {}


def _configure(found: SettingsClass, options: dict[str, ast.expr]) -> None:
    prefix = text_of(options.get("env_prefix"))
    if prefix is not None:
        found.prefix = prefix
    files = options.get("env_file")
    if files is not None:
        items = files.elts if isinstance(files, ast.Tuple | ast.List) else [files]
        found.env_files = tuple(filter(None, map(file_name, items)))


def file_name(node: ast.expr) -> str:
    """``.env`` of a constant, ``.env.{env}`` of an f-string or a sum; an empty text for everything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(part for value in node.values if (part := text_of(value) or "{env}"))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = file_name(node.left), text_of(node.right)
        return left + (right if right is not None else "{env}") if left else ""
    return text_of(node) or ""


def _add_field(found: SettingsClass, name: str, item: ast.AnnAssign) -> None:
    annotation = item.annotation
    if name.startswith("_") or name in _NO_FIELDS or _is_class_variable(annotation):
        return
    calls = [node for node in _candidates(annotation, item.value) if last_name(node.func) == "Field"]
    aliases: tuple[str, ...] = ()
    default = text_of(item.value)
    has_default = (
        item.value is not None and not _is_call(item.value, "Field") and not _is_ellipsis(item.value)
    )
    for call in calls:
        options = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        aliases = aliases or _aliases(options)
        first = call.args[0] if call.args else options.get("default")
        default = default or text_of(first)
        has_default = (
            has_default or "default_factory" in options or (first is not None and not _is_ellipsis(first))
        )
    kind = kind_of(annotation)
    required = not has_default and not kind.optional
    found.fields[name] = Field(name, aliases, kind, required, default)


def _is_class_variable(annotation: ast.expr) -> bool:
    inner = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return last_name(inner) == "ClassVar"


def _candidates(annotation: ast.expr, value: ast.expr | None) -> list[ast.Call]:
    """The calls that may describe a field: its value, and what stands in ``Annotated``."""
    nodes: list[ast.expr | None] = [value]
    if isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Annotated":
        nodes += annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else []
    return [node for node in nodes if isinstance(node, ast.Call)]


def _is_call(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) == name


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _aliases(options: dict[str, ast.expr]) -> tuple[str, ...]:
    """The names given by ``validation_alias``, ``alias`` or, in pydantic 1, ``env``."""
    for option in ("validation_alias", "alias", "env"):
        node = options.get(option)
        if isinstance(node, ast.Call):
            return tuple(text for argument in node.args if (text := text_of(argument)))
        if isinstance(node, ast.List | ast.Tuple):
            return tuple(text for item in node.elts if (text := text_of(item)))
        text = text_of(node)
        if text:
            return (text,)
    return ()


def linked(classes: list[SettingsClass]) -> list[SettingsClass]:
    """The settings classes among them, with what they inherit from each other put in; bases come before heirs."""
    by_name = {found.name: found for found in reversed(classes)}
    settings: dict[int, SettingsClass] = {}

    def visit(found: SettingsClass, above: tuple[str, ...]) -> SettingsClass | None:
        if id(found) in settings:
            return settings[id(found)]
        whole = SettingsClass(found.path, found.name, found.line, found.bases)
        is_settings = False
        for base in reversed(found.bases):
            parent = by_name.get(base)
            if base in _BASES:
                is_settings = True
            elif parent is not None and parent is not found and base not in above:
                inherited = visit(parent, (*above, base))
                if inherited is not None:
                    is_settings = True
                    whole.fields |= inherited.fields
                    whole.prefix, whole.env_files = inherited.prefix, inherited.env_files
        if not is_settings:
            return None
        whole.fields |= found.fields
        whole.prefix = found.prefix if found.prefix is not None else whole.prefix
        whole.env_files = found.env_files if found.env_files is not None else whole.env_files
        settings[id(found)] = whole
        return whole

    for found in classes:
        visit(found, (found.name,))
    return list(settings.values())


def settings_of(found: SettingsClass, others: list[SettingsClass]) -> list[Setting]:
    """The variables that fill the class. Required: no heir gives a default, no other name may fill the field."""
    heirs = [other for other in others if found.name in other.bases and other is not found]
    read = []
    for item in found.fields.values():
        names = item.aliases or ((found.prefix or "") + item.name,)
        required = (
            item.required and len(names) == 1 and all(heir.fields[item.name].required for heir in heirs)
        )
        read += [Setting(name, item.kind, required, item.name) for name in names]
    return read
