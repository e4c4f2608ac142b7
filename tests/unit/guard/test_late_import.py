"""Hearing of a library's first import, and changing nothing else about it."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.resources
import sys
from typing import TYPE_CHECKING

import pytest

from firedoor.guard.late_import import LateImports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package ``made_up`` with a submodule and a file of data."""
    folder = tmp_path / "made_up"
    folder.mkdir()
    (folder / "__init__.py").write_text("from made_up import inner\nwork = inner.work\n")
    (folder / "inner.py").write_text("def work():\n    return 'work'\n")
    (folder / "data.txt").write_text("data")
    (tmp_path / "broken.py").write_text("raise ValueError('broken')\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in ("made_up", "made_up.inner", "broken"):
        sys.modules.pop(name, None)


def told(*names: str) -> tuple[LateImports, list[tuple[str, ModuleType]]]:
    heard: list[tuple[str, ModuleType]] = []
    return LateImports(names, lambda name, module: heard.append((name, module))), heard


def test_the_library_is_told_of_when_it_has_run_and_only_once(library: Path) -> None:
    finder, heard = told("made_up", "made_up.inner", "json")
    finder.install()
    try:
        made_up = importlib.import_module("made_up")
        importlib.import_module("made_up")
        importlib.import_module("json")
    finally:
        finder.remove()
    assert [(name, module) for name, module in heard] == [
        ("made_up.inner", sys.modules["made_up.inner"]),
        ("made_up", made_up),
    ]
    assert made_up.work() == "work"


def test_the_module_is_what_it_would_have_been(library: Path) -> None:
    finder, _ = told("made_up")
    finder.install()
    try:
        made_up = importlib.import_module("made_up")
    finally:
        finder.remove()
    assert type(made_up.__loader__) is importlib.machinery.SourceFileLoader
    assert made_up.__spec__ is not None
    assert made_up.__spec__.loader is made_up.__loader__
    assert importlib.resources.files("made_up").joinpath("data.txt").read_text() == "data"


def test_modules_of_c_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "_queue")
    finder, heard = told("_queue")
    finder.install()
    try:
        importlib.import_module("_queue")
    finally:
        finder.remove()
    assert [name for name, _ in heard] == ["_queue"]


def test_before_it_is_imported_the_loader_does_all_that_its_own_does(library: Path) -> None:
    finder, heard = told("made_up")
    finder.install()
    try:
        spec = importlib.util.find_spec("made_up")
    finally:
        finder.remove()
    assert spec is not None
    assert spec.loader is not None
    assert spec.loader.get_filename("made_up").endswith("__init__.py")  # type: ignore[attr-defined]  # known at run time only
    assert heard == []


def test_what_is_not_asked_for_or_not_there(library: Path) -> None:
    finder, heard = told("made_up", "no_such_library")
    finder.install()
    try:
        assert finder.find_spec("json") is None
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("no_such_library")
    finally:
        finder.remove()
        finder.remove()
    assert finder not in sys.meta_path
    assert heard == []


def test_a_library_that_fails_is_not_told_of(library: Path) -> None:
    finder, heard = told("broken")
    finder.install()
    try:
        with pytest.raises(ValueError, match="broken"):
            importlib.import_module("broken")
    finally:
        finder.remove()
    assert heard == []


def test_other_finders_may_be_old_or_have_nothing_to_load(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        """Without ``find_spec``, as before Python 3.4."""

    class Strange:
        def find_spec(self, fullname: str, path: object, target: object) -> object:
            if fullname != "strange":
                return None
            return importlib.machinery.ModuleSpec("strange", None)

    finder, heard = told("strange")
    monkeypatch.setattr(sys, "meta_path", [finder, Old(), Strange()])
    spec = finder.find_spec("strange")
    assert spec is not None
    assert spec.loader is None
    assert heard == []


def test_a_finder_that_asks_again_for_the_same_name(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As those of editable installs do: they look behind themselves with ``importlib.util.find_spec``."""
    finder, _ = told("made_up")

    class Asking:
        def find_spec(self, fullname: str, path: object, target: object) -> object:
            assert finder.find_spec(fullname) is None
            return None

    monkeypatch.setattr(sys, "meta_path", [finder, Asking(), *sys.meta_path])
    assert finder.find_spec("made_up") is not None


def test_a_module_without_a_spec(library: Path) -> None:
    finder, heard = told("made_up")
    spec = finder.find_spec("made_up")
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__spec__ = None
    sys.modules["made_up"] = module
    assert spec.loader is not None
    spec.loader.exec_module(module)
    assert heard == [("made_up", module)]
