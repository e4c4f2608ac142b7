"""What Python code reads from the environment, by its syntax tree alone: nothing of the project is run."""

from __future__ import annotations

import ast
import os
import posixpath
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firedoor import reading
from firedoor.discovery import names, selectors
from firedoor.discovery.annotations import last_name, text_of
from firedoor.discovery.settings_classes import SettingsClass, classes_of, file_name

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 512 * 1024
MOST_BYTES = 4 * 1024 * 1024  # of code that speaks of the environment: parsing it takes about two seconds
_HINTS = (
    b"environ",
    b"getenv",
    b"BaseSettings",
    b"Settings)",
    b"Settings,",
    b"decouple",
    b"dotenv",
    b'".env',
    b"'.env",
)
_TEST_FOLDERS = frozenset(("tests", "test", "testing", "e2e", "spec"))
_SETTINGS_WORDS = ("settings", "config", "conf", "configuration")
_CASTS = {
    "bool": "bool",
    "int": "int",
    "float": "float",
    "str": "str",
    "list": "list",
    "tuple": "list",
    "Csv": "list",
    "json": "json",
    "dict": "json",
    "url": "url",
    "db": "url",
    "db_url": "url",
    "cache": "url",
    "cache_url": "url",
    "email": "url",
    "email_url": "url",
    "search_url": "url",
    "path": "path",
    "Path": "path",
}


@dataclass(frozen=True)
class Read:
    """One place that reads a variable. ``certain``: the program cannot start without it."""

    variable: str
    type: str | None
    certain: bool
    path: str
    default: str | None = None


@dataclass
class Code:
    """What all of the code says.

    ``given`` are variables that code or tests set themselves; ``declared`` are the environments of an Enum,
    ``mentioned`` those that code compares its selector with.
    """

    classes: list[SettingsClass] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    env_files: set[str] = field(default_factory=set)
    declared: list[str] = field(default_factory=list)
    mentioned: set[str] = field(default_factory=set)


def scan(root: str, paths: Iterable[str]) -> Code:
    """Read the Python files that could speak of the environment. What cannot be parsed says nothing."""
    code = Code()
    left = MOST_BYTES
    for path in paths:
        data = reading.read_bytes(os.path.join(root, path))
        if isinstance(data, reading.Failure) or len(data) > LARGEST or not _concerns(data):
            continue
        left -= len(data)
        if left < 0:
            break
        tree = _parsed(data)
        if tree is not None:
            _Reader(code, path).read(tree)
    return code


def _concerns(data: bytes) -> bool:
    """Whether the text could speak of the environment at all: most of a large project's code does not."""
    return any(hint in data for hint in _HINTS) or (b"Enum" in data and b"prod" in data)


def _parsed(data: bytes) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the project's invalid escapes are not our news
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Reader(ast.NodeVisitor):
    """Walks one module, knowing whether a line is sure to run when the module is imported."""

    def __init__(self, code: Code, path: str) -> None:
        self.code = code
        self.path = path
        self.in_tests = (
            not _TEST_FOLDERS.isdisjoint(path.split("/")) or posixpath.basename(path) == "conftest.py"
        )
        stem = posixpath.basename(path).removesuffix(".py")
        parts = [stem, *posixpath.dirname(path).split("/")[-1:]]
        self.in_settings = any(word in part.lower() for part in parts for word in _SETTINGS_WORDS)
        self.depth = 0
        self.decouple = False
        self.reader_names = {"env"}
        self.selects = False
        self.compared: set[str] = set()

    def read(self, tree: ast.Module) -> None:
        if not self.in_tests:
            self.code.classes += classes_of(tree, self.path)
        try:
            self.visit(tree)
        except RecursionError:
            return
        if self.selects:
            self.code.mentioned |= self.compared

    # -- where a line stands ---------------------------------------------------------------------------------

    def _conditional(self, node: ast.AST) -> None:
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_If = visit_IfExp = _conditional  # noqa: N815 - ast calls them so
    visit_Try = visit_While = visit_For = visit_BoolOp = visit_Match = _conditional  # noqa: N815 - ast calls them so

    # -- what a line says -------------------------------------------------------------------------------------

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module == "decouple":
            self.decouple = True

    def visit_Assign(self, node: ast.Assign) -> None:
        if isinstance(node.value, ast.Call) and last_name(node.value.func) in ("Env", "FileAwareEnv"):
            self.reader_names.update(filter(None, map(last_name, node.targets)))
            self._schema(node.value)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        name = text_of(node.slice)
        if name and last_name(node.value) == "environ":
            if isinstance(node.ctx, ast.Load):
                self._read(name, None, certain=True)
            else:
                self.code.given.add(name)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        sides = (node.left, *node.comparators)
        if any(last_name(side) == "argv" for side in sides):
            return  # `"test" in sys.argv` asks what Django was told to do
        for side in sides:
            items = side.elts if isinstance(side, ast.Tuple | ast.List | ast.Set) else [side]
            self._mention(filter(None, map(text_of, items)))
        self.generic_visit(node)

    def visit_MatchValue(self, node: ast.MatchValue) -> None:
        self._mention(filter(None, [text_of(node.value)]))

    def visit_Dict(self, node: ast.Dict) -> None:
        self._mention(filter(None, map(text_of, node.keys)))
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if any(last_name(base) in ("Enum", "StrEnum") for base in node.bases):
            values = [text_of(item.value) or "" for item in node.body if isinstance(item, ast.Assign)]
            if sum(map(names.is_usual, values)) > 1 and not self.in_tests:
                self.code.declared += filter(names.is_name, values)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        self._file(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._file(node)

    def visit_Call(self, node: ast.Call) -> None:
        function, name = last_name(node.func), text_of(node.args[0]) if node.args else None
        owner = last_name(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        options = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        if function in ("int", "float") and node.args and isinstance(node.args[0], ast.Call):
            self._cast(node.args[0], function)
        if name and (function == "getenv" or (function == "get" and owner == "environ")):
            default = node.args[1] if len(node.args) > 1 else options.get("default")
            self._read(name, None, certain=False, default=text_of(default))
        elif name and function in ("setdefault", "setenv"):
            self.code.given.add(name)
        elif name and function == "config" and self.decouple:
            self._library_read(
                name, last_name(options.get("cast")), "default" in options, text_of(options.get("default"))
            )
        elif name and (function in self.reader_names or owner in self.reader_names):
            default = options.get("default", node.args[1] if len(node.args) > 1 else None)
            cast = function if owner in self.reader_names else last_name(options.get("cast"))
            self._library_read(name, cast, default is not None, text_of(default))
        elif function == "load_dotenv" and not node.args and "dotenv_path" not in options:
            self.code.env_files.add(".env")
        self.generic_visit(node)

    # -- notes ------------------------------------------------------------------------------------------------

    def _library_read(self, name: str, cast: str, has_default: bool, default: str | None) -> None:
        self._read(name, _CASTS.get(cast), certain=not has_default, default=default)

    def _read(self, name: str, kind: str | None, *, certain: bool, default: str | None = None) -> None:
        if selectors.may_select(name):
            self.selects = True
        if self.in_tests and not selectors.may_select(name):
            return
        sure = certain and self.depth == 0 and self.in_settings
        self.code.reads.append(Read(name, kind, sure, self.path, default))

    def _cast(self, inner: ast.Call, kind: str) -> None:
        name = text_of(inner.args[0]) if inner.args else None
        if name and last_name(inner.func) in ("getenv", "get") and not self.in_tests:
            self.code.reads.append(Read(name, kind, certain=False, path=self.path))

    def _schema(self, call: ast.Call) -> None:
        """``Env(DEBUG=(bool, False))``: types and defaults of django-environ."""
        for keyword in call.keywords:
            items = keyword.value.elts if isinstance(keyword.value, ast.Tuple) else [keyword.value]
            if keyword.arg and items:
                self._read(keyword.arg, _CASTS.get(last_name(items[0])), certain=False)

    def _mention(self, texts: Iterable[str]) -> None:
        self.compared.update(text for text in texts if names.is_usual(text))

    def _file(self, node: ast.expr) -> None:
        name = posixpath.basename(file_name(node))
        if name.startswith(".env") and len(name) <= len(".env.") + 40 and " " not in name:
            self.code.env_files.add(name)
