"""Which adaptors there are, and that nobody pays for those that no package brings."""

from __future__ import annotations

import importlib.metadata
import sys
from typing import TYPE_CHECKING

import pytest

from firedoor.guard import registry

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("library", "name"), registry.ADAPTORS, ids=[name for _, name in registry.ADAPTORS])
def test_every_adaptor_says_its_library(library: str, name: str) -> None:
    found = {one().LIBRARY for one in registry.finders()[library]}
    assert found == {library}
    assert f"firedoor.guard.adaptors.{name}" in sys.modules


def test_every_file_of_adaptors_is_in_the_registry() -> None:
    from importlib.resources import files

    folder = files("firedoor.guard.adaptors")
    there = {one.name.removesuffix(".py") for one in folder.iterdir() if one.name.endswith(".py")}
    assert there - {"__init__"} >= {name for _, name in registry.ADAPTORS}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder that packages are looked for in."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    return tmp_path


def install(site: Path, name: str, text: str) -> None:
    folder = site / f"{name}-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (folder / "entry_points.txt").write_text(text)


def test_an_adaptor_that_a_package_brings(site: Path) -> None:
    install(site, "brings", "[firedoor.guard]\nmade_up = brought\n_socket = brought\n")
    (site / "brought.py").write_text("LIBRARY = 'made_up'\n")
    found = registry.finders()
    assert len(found["_socket"]) == 2
    (one,) = found["made_up"]
    assert one().LIBRARY == "made_up"
    del sys.modules["brought"]


def test_packages_are_not_asked_where_none_says_so(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(site, "other", "[console_scripts]\nx = y:z\n")
    (site / "bare-1.dist-info").mkdir()
    (site / "module.py").write_text("")

    def nobody(**_: object) -> object:
        raise AssertionError

    monkeypatch.setattr(importlib.metadata, "entry_points", nobody)
    assert {name for name, _ in registry.ADAPTORS} == set(registry.finders())


def test_a_folder_that_is_not_there(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(site / "missing")])
    assert {name for name, _ in registry.ADAPTORS} == set(registry.finders())


def test_folders_that_are_not_there_and_archives(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "archive.zip").write_bytes(b"PK")
    monkeypatch.setattr(sys, "path", ["", str(site / "missing"), str(site / "archive.zip")])
    monkeypatch.chdir(site)
    asked: list[object] = []

    def none(**named: object) -> list[object]:
        asked.append(named)
        return []

    monkeypatch.setattr(importlib.metadata, "entry_points", none)
    registry.finders()
    assert asked == [{"group": "firedoor.guard"}]
