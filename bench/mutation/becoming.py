"""How a process takes a mistake upon itself: the module's own functions get the mutated code, its tables are replaced.

Every reference to a function, wherever it was imported to, then runs the mistake. Functions are found behind
decorators, properties, methods of any sort, partial applications, caches and in the closures that decorators leave.
"""

from __future__ import annotations

import ast
import functools
import sys
from enum import EnumType
from pathlib import Path
from types import CellType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bench.mutation.operators import Mutant

_OF_MODULES = ("__name__", "__file__", "__package__", "__spec__")
_OF_CLASSES = ("member_descriptor", "getset_descriptor")
_GENERATED = "<string>"  # the file of what dataclasses write


class UntriedError(Exception):
    """A function cannot take the mistake: its new code closes over other variables."""


class Importer(NamedTuple):
    """A module that took a name from another one, and what it calls it."""

    module: ModuleType
    name: str
    called: str


def importers(module: str) -> list[Importer]:
    """Which of the modules that are loaded took what from this one by ``from ... import``."""
    found = []
    for other in list(sys.modules.values()):
        file = getattr(other, "__file__", None)
        if (
            file
            and file.endswith(".py")
            and "site-packages" not in file
            and Path(file).is_relative_to(Path.cwd())
        ):
            found += [Importer(other, name, called) for name, called in _taken(file, module)]
    return found


def _taken(file: str, module: str) -> Iterator[tuple[str, str]]:
    for node in _imports(file):
        if node.module == module:
            for alias in node.names:
                yield alias.name, alias.asname or alias.name


@functools.cache
def _imports(file: str) -> tuple[ast.ImportFrom, ...]:
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))


def become(module: ModuleType, mutant: Mutant, importing: Iterable[Importer]) -> None:
    """Make the mistake in this process, for good. Whatever the mutated module raises while it loads goes through."""
    own = vars(module)
    fresh: dict[str, Any] = {name: own[name] for name in _OF_MODULES}
    exec(compile(mutant.tree, str(module.__file__), "exec"), fresh)  # noqa: S102 - our own module, changed
    pairs = _Pairs(module, own, fresh, at_import=mutant.at_import)
    for name in own.keys() - fresh.keys():
        if not name.startswith("__") and not isinstance(own[name], ModuleType):
            del own[name]
    for name, new in fresh.items():
        old = own.get(name)
        if not pairs.join(old, new) and mutant.at_import and not name.startswith("__") and old != new:
            own[name] = _with_own_functions(new, own)
            for importer in importing:
                if importer.name == name and vars(importer.module).get(importer.called) is old:
                    setattr(importer.module, importer.called, own[name])


class _Pairs:
    """The functions of a module and those of its mutated twin, each told to run the other's code."""

    def __init__(
        self, module: ModuleType, own: dict[str, Any], fresh: dict[str, Any], *, at_import: bool
    ) -> None:
        self._module = module
        self._at_import = at_import
        self._files = (module.__file__, _GENERATED)
        self._own = {id(new): own[name] for name, new in fresh.items() if name in own}
        self._seen: set[int] = set()

    def join(self, old: Any, new: Any) -> bool:
        """Whether these are twins that are told apart by code alone; what is not has to be replaced."""
        if old is new:
            return True
        if type(old) is not type(new):
            return False
        if isinstance(new, type):
            return self._join_classes(old, new)
        if isinstance(new, FunctionType):
            self._join_functions(old, new)
            return True
        return self._join_insides(old, new)

    def _join_insides(self, old: Any, new: Any) -> bool:
        if isinstance(new, dict | list | tuple):
            self._join_tables(old, new)
            return False
        inner = list(_inside(new))
        for name in inner:
            self.join(getattr(old, name), getattr(new, name))
        if hasattr(old, "cache_clear"):
            old.cache_clear()
        if isinstance(old, functools.partial):
            return bool(old.args == new.args and old.keywords == new.keywords)
        return bool(inner)

    def _join_classes(self, old: type, new: type) -> bool:
        if new.__module__ != self._module.__name__:
            return False
        if id(old) in self._seen:
            return True
        self._seen.add(id(old))
        for name, member in vars(new).items():
            before = vars(old).get(name)
            if not self.join(before, member) and self._is_to_replace(old, name, before, member):
                setattr(old, name, self._own.get(id(member), member))
        return True

    def _is_to_replace(self, owner: type, name: str, before: Any, member: Any) -> bool:
        if not self._at_import or isinstance(owner, EnumType) or name.startswith("__") or name == "_abc_impl":
            return False
        return type(member).__name__ not in _OF_CLASSES and bool(before != member)

    def _join_tables(self, old: Any, new: Any) -> None:
        """Functions without a name of their own stand in tables."""
        if isinstance(new, dict):
            twins = [(old[key], new[key]) for key in new.keys() & old.keys()]
        else:
            twins = list(zip(old, new, strict=True)) if len(old) == len(new) else []
        for before, after in twins:
            if isinstance(after, FunctionType):
                self.join(before, after)

    def _join_functions(self, old: FunctionType, new: FunctionType) -> None:
        if id(old) in self._seen:
            return
        self._seen.add(id(old))
        self.join(getattr(old, "__wrapped__", None), getattr(new, "__wrapped__", None))
        cells = list(zip(old.__closure__ or (), new.__closure__ or (), strict=False))
        if old.__code__.co_freevars == new.__code__.co_freevars:
            for before, after in cells:
                self._join_cells(before, after)
        if old.__code__.co_filename not in self._files:
            return
        if old.__code__.co_freevars != new.__code__.co_freevars:
            raise UntriedError(old.__qualname__)
        old.__code__ = new.__code__
        if new.__defaults__ is not None or old.__defaults__ is not None:
            old.__defaults__ = tuple(self._own.get(id(one), one) for one in new.__defaults__ or ())
        if new.__kwdefaults__ is not None or old.__kwdefaults__ is not None:
            given = (new.__kwdefaults__ or {}).items()
            old.__kwdefaults__ = {name: self._own.get(id(one), one) for name, one in given}

    def _join_cells(self, old: CellType, new: CellType) -> None:
        try:
            before, after = old.cell_contents, new.cell_contents
        except ValueError:  # nothing was put in yet
            return
        if not self.join(before, after) and before != after:
            old.cell_contents = self._own.get(id(after), after)


def _inside(thing: Any) -> Iterator[str]:
    """Under which names a function stands in what is around it."""
    for kind, names in (
        (property, ("fget", "fset", "fdel")),
        (functools.cached_property, ("func",)),
        (functools.partial, ("func",)),
        ((staticmethod, classmethod), ("__func__",)),
    ):
        if isinstance(thing, kind):
            yield from names
            return
    if hasattr(thing, "__wrapped__"):
        yield "__wrapped__"


def _with_own_functions(table: Any, own: dict[str, Any]) -> Any:
    if not isinstance(table, dict):
        return table
    return {
        key: own.get(value.__name__, value) if isinstance(value, FunctionType) else value
        for key, value in table.items()
    }
