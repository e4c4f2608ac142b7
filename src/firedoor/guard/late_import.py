"""Hearing of a library's first import: what must be done with it is done right after, before its importer has it."""

from __future__ import annotations

import sys
from _thread import _local
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class LateImports:
    """Finds nothing itself: lets the others find the modules in ``names``, and calls ``imported`` when they ran."""

    def __init__(self, names: Collection[str], imported: Callable[[str, ModuleType], None]) -> None:
        self._names = frozenset(names)
        self._imported = imported
        self._asking = _local()

    def install(self) -> None:
        """Stand before all other finders."""
        sys.meta_path.insert(0, self)

    def remove(self) -> None:
        """Stand there no more."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the others find, with a loader that tells us when the module has run."""
        if fullname not in self._names or getattr(self._asking, "name", None) == fullname:
            return None
        before, self._asking.name = getattr(self._asking, "name", None), fullname
        try:
            spec = _found(self, fullname, path, target)
        finally:
            self._asking.name = before
        if spec is not None and spec.loader is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = _Loader(spec.loader, self._imported)  # type: ignore[assignment]  # a loader as importlib defines one
        return spec


def _found(
    finder: LateImports, fullname: str, path: Sequence[str] | None, target: ModuleType | None
) -> ModuleSpec | None:
    for other in list(sys.meta_path):
        if other is not finder and hasattr(other, "find_spec"):
            spec = other.find_spec(fullname, path, target)
            if spec is not None:
                return spec
    return None


class _Loader:
    """The module's own loader, which gives way to it as soon as the module has run."""

    def __init__(self, loader: Any, imported: Callable[[str, ModuleType], None]) -> None:
        self._loader = loader
        self._imported = imported

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the loader does it."""
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        """Run the module as if nobody stood between, then tell of it."""
        __tracebackhide__ = True
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._imported(module.__name__, module)
