"""The grammar of the declaration: which tables and keys exist and what each may hold, compiled to plain data.

One table of fields serves the validation, its suggestions and the published JSON schema. Not on the hot path.
"""

from __future__ import annotations

import difflib
import tomllib
from typing import TYPE_CHECKING, Any

from firedoor import reading, typed_text
from firedoor.declaration import FILE_NAME, PYPROJECT
from firedoor.errors import DeclarationError
from firedoor.origin import DECLARATION, Origin
from firedoor.problem import Problem
from firedoor.schema.fields import (
    ENVIRONMENT,
    FILES,
    LOCK,
    PROJECT,
    SERVICES,
    SETTINGS,
    TABLES,
    VARIABLE,
    Field,
)
from firedoor.schema.positions import Positions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firedoor.compiled_cache import Compiled

RULES = ("required", "overridable", "shared", "shared_server", "live")

Path = tuple[str, ...]
Table = dict[str, Any]


def compile_declaration(declared: bytes | None, pyproject: bytes) -> Compiled | None:
    """The compiled declaration of a folder's ``firedoor.toml`` and pyproject.toml bytes; None if neither declares.

    Raises DeclarationError with every problem found.
    """
    table: Table | None = None
    source = FILE_NAME
    prefix: Path = ()
    if declared is not None:
        table = _parse(declared, FILE_NAME)
    tool = _parse(pyproject, PYPROJECT).get("tool", {}) if pyproject else {}
    if isinstance(tool, dict) and "firedoor" in tool:
        if table is not None:
            raise DeclarationError(
                [Problem("FD008", subject=FILE_NAME, origin=Origin(DECLARATION, PYPROJECT))]
            )
        table, source, prefix = tool["firedoor"], PYPROJECT, ("tool", "firedoor")
    if table is None:
        return None
    text = (declared if declared is not None else pyproject).decode("utf-8")
    return _Compiler(table, source, Positions(text, prefix)).compile()


def _parse(data: bytes, source: str) -> Table:
    text = reading.decode(data)
    if isinstance(text, reading.Failure):
        origin = Origin(DECLARATION, source, text.line, text.column)
        raise DeclarationError([Problem("FD009", subject=source, origin=origin, detail=text.detail)])
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        detail, line, column = _syntax(str(error), text)
    origin = Origin(DECLARATION, source, line, column)
    raise DeclarationError([Problem("FD002", subject=source, origin=origin, detail=detail)])


def _syntax(message: str, text: str) -> tuple[str, int, int]:
    """tomllib words the position into its message. The rest of it may quote a character of a value, so drop it."""
    position = message.rpartition("(at ")[2].rstrip(")")
    words = position.replace(",", "").split()
    if len(words) == 4 and words[1].isdigit() and words[3].isdigit():
        return "TOML cannot be read from here on", int(words[1]), int(words[3])
    return "TOML ends too early", text.count("\n") + 1, 1


def nearest(word: str, known: object) -> str:
    """The known name most like ``word``, or an empty text."""
    names = [str(name) for name in known] if hasattr(known, "__iter__") else []
    folded = {name.casefold(): name for name in names}
    match = difflib.get_close_matches(word.strip().casefold(), list(folded), n=1, cutoff=0.6)
    return folded[match[0]] if match else ""


class _Compiler:
    """Walks one declaration table, collecting every problem before it refuses."""

    def __init__(self, table: Table, source: str, positions: Positions) -> None:
        self.table = table
        self.source = source
        self.positions = positions
        self.problems: list[Problem] = []

    def compile(self) -> Compiled:
        self._known_tables()
        project = self._table(("project",), PROJECT)
        files = self._table(("files",), FILES)
        settings = self._table(("settings",), SETTINGS)
        lock = self._table(("lock",), LOCK)
        environments = self._named("environments", ENVIRONMENT)
        variables = self._named("variables", VARIABLE)
        names = self._spellings(environments)
        if not environments:
            self._problem("FD005", ("environments",), "environments")
        self._references(project, variables, names)
        self._accepted(environments, names)
        compiled: Compiled = {
            "file": self.source,
            "name": project.get("name", ""),
            "selectors": project.get("selector", ("APP_ENV", "ENV")),
            "default": names.get(project["default"]) if "default" in project else None,
            "environments": tuple(self._environment(n, t, files, variables) for n, t in environments.items()),
            "files": files.get("templates", (".env.{env}",)),
            "optional_files": files.get("optional", ()),
            "fallback_file": files.get("fallback_file", ".env"),
            "secrets": files.get("secrets", ""),
            "variables": tuple((n, self._variable(n, t, names)) for n, t in variables.items()),
            "settings_class": settings.get("class"),
            "lock": lock.get("id"),
            "services": self._table(("services",), SERVICES),
        }
        if self.problems:
            raise DeclarationError(sorted(self.problems, key=Problem.key))
        return compiled

    def _problem(self, code: str, path: Path, subject: str, **facts: str) -> None:
        line, column = self.positions.find(path)
        origin = Origin(DECLARATION, self.source, line, column)
        self.problems.append(Problem(code, subject=subject, origin=origin, **facts))

    def _known_tables(self) -> None:
        for name in self.table:
            if name not in TABLES:
                self._problem("FD003", (name,), name, suggestion=nearest(name, TABLES))

    def _table(self, path: Path, fields: Mapping[str, Field], table: object = None) -> Table:
        """The table's fields in compiled form; unknown keys and wrong values become problems."""
        found = self.table.get(path[0], {}) if table is None else table
        if not isinstance(found, dict):
            self._problem("FD004", path, ".".join(path), expected="a table")
            return {}
        compiled: Table = {}
        for key, value in found.items():
            field = fields.get(key)
            where = (*path, key)
            if field is None:
                self._problem("FD003", where, ".".join(where), suggestion=nearest(key, fields))
                continue
            problem, fitted = field.fit(value)
            if problem:
                self._problem("FD004", where, ".".join(where), expected=problem)
            else:
                compiled[key] = fitted
        return compiled

    def _named(self, family: str, fields: Mapping[str, Field]) -> dict[str, Table]:
        tables = self.table.get(family, {})
        if not isinstance(tables, dict):
            self._problem("FD004", (family,), family, expected="a table of tables")
            return {}
        named = {}
        valid: Callable[[str], bool] = _environment_name if family == "environments" else _variable_name
        for name, table in tables.items():
            if not valid(name):
                self._problem("FD004", (family, name), f"{family}.{name}", expected=_NAME_RULES[family])
            named[name] = self._table((family, name), fields, table)
            for alias in named[name].get("aliases", ()):
                if not valid(alias):
                    path = (family, name, "aliases")
                    self._problem("FD004", path, ".".join(path), expected=_NAME_RULES[family])
        return named

    def _spellings(self, environments: dict[str, Table]) -> dict[str, str]:
        """Every name and alias to its canonical name; one spelling for two environments is a problem (FD006)."""
        names: dict[str, str] = {}
        for canonical, table in environments.items():
            for spelling in (canonical, *table.get("aliases", ())):
                if spelling in names or (spelling != canonical and spelling in environments):
                    other = names.get(spelling, spelling)
                    self._problem(
                        "FD006", ("environments", canonical), spelling, names=f"{other}, {canonical}"
                    )
                names.setdefault(spelling, canonical)
        return names

    def _references(self, project: Table, variables: dict[str, Table], names: dict[str, str]) -> None:
        default = project.get("default")
        if default is not None and default not in names:
            self._problem("FD007", ("project", "default"), default, suggestion=nearest(default, names))
        for variable, table in variables.items():
            for rule in RULES:
                listed = table.get(rule, False)
                for name in listed if isinstance(listed, tuple) else ():
                    if name not in names:
                        path = ("variables", variable, rule)
                        self._problem("FD007", path, name, suggestion=nearest(name, names))

    def _accepted(self, environments: dict[str, Table], names: dict[str, str]) -> None:
        """What an environment accepts is named as that environment calls itself: one of ours by its own name."""
        for environment, table in environments.items():
            for name in table.get("accepts", ()):
                if "/" not in name and name not in names:
                    path = ("environments", environment, "accepts")
                    self._problem("FD007", path, name, suggestion=nearest(name, names))
            if "accepts" in table:
                table["accepts"] = tuple(dict.fromkeys(names.get(name, name) for name in table["accepts"]))

    def _environment(
        self, name: str, table: Table, files: Table, variables: dict[str, Table]
    ) -> tuple[Any, ...]:
        protected = table.get("protected", False)
        fallback = table.get("fallback", "never" if protected else files.get("fallback", "file"))
        require = {}
        for variable, allowed in table.get("require", {}).items():
            if not _variable_name(variable):
                path = ("environments", name, "require", variable)
                self._problem("FD004", path, ".".join(path), expected=_NAME_RULES["variables"])
            require[variable] = self._allowed(name, variable, allowed, variables.get(variable, {}))
        unstamped = table.get("unstamped", "error" if protected else "warning")
        profiles = table.get("profiles", ())
        held = (name, table.get("aliases", ()), protected, fallback, profiles, require, unstamped)
        return (*held, *self._guarded(name, table, protected=protected))

    def _guarded(self, name: str, table: Table, *, protected: bool) -> tuple[Any, ...]:
        """What tests may do here, and what a guard lets through."""
        spellings = {name, *table.get("aliases", ())}
        tests = table.get("tests", not protected and not spellings.isdisjoint(_NAMES_OF_TESTS))
        if tests and protected:
            path = ("environments", name, "tests")
            self._problem(
                "FD004", path, ".".join(path), expected="false: no tests run in a protected environment"
            )
        usual = "declared" if tests else "open" if protected else "not-protected"
        return (
            tests,
            table.get("network", usual),
            table.get("reach", ()),
            table.get("guard", "patches"),
            table.get("accepts", ()),
        )

    def _allowed(
        self, environment: str, variable: str, allowed: tuple[Any, ...], declared: Table
    ) -> tuple[Any, ...]:
        """A requirement compares in the variable's own type: ``"no"`` for a bool is the bool."""
        kind = declared.get("type", "str")
        if kind not in ("bool", "int", "float"):
            return allowed
        fitted = tuple(typed_text.parse(kind, item) if isinstance(item, str) else item for item in allowed)
        if any(not _is_of(kind, item) for item in fitted):
            path = ("environments", environment, "require", variable)
            self._problem(
                "FD004", path, ".".join(path), expected=f"{kind} values, as the variable is declared"
            )
        return fitted

    def _variable(self, name: str, table: Table, names: dict[str, str]) -> Table:
        compiled = {key: value for key, value in table.items() if key in VARIABLE}
        for rule in RULES:
            if isinstance(compiled.get(rule), tuple):
                compiled[rule] = tuple(names.get(spelling, spelling) for spelling in compiled[rule])
        if compiled.get("type") == "enum" and not compiled.get("values"):
            self._problem(
                "FD004", ("variables", name), f"variables.{name}", expected='`values` beside type = "enum"'
            )
        if "values" in compiled and "type" not in compiled:
            compiled["type"] = "enum"
        return compiled


def _is_of(kind: str, item: object) -> bool:
    if kind == "bool":
        return isinstance(item, bool)
    return isinstance(item, (int, float)) and not isinstance(item, bool)


# an environment that goes by one of these is for tests, unless it says otherwise
_NAMES_OF_TESTS = ("test", "testing")
_NAME_RULES = {
    "environments": "a name of letters, digits, '-', '_' and '.', starting with a letter or digit",
    "variables": "a variable name of letters, digits, '_', '.' and '-', not starting with a digit",
}


def _environment_name(name: str) -> bool:
    return (
        name.isascii()
        and name[:1].isalnum()
        and name.replace("-", "a").replace("_", "a").replace(".", "a").isalnum()
    )


def _variable_name(name: str) -> bool:
    plain = name.replace("_", "a").replace(".", "a").replace("-", "a")
    return name.isascii() and plain.isalnum() and not name[0].isdigit() and name[0] not in ".-"
