"""The pages in docs/ hold the catalogue's text, and nothing else stands among them."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "reference" / "problems"


@pytest.fixture(scope="module")
def generate() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "generate.py"))


def test_pages_are_what_explain_prints(generate: dict[str, Any]) -> None:
    wanted: dict[str, str] = generate["pages"]()
    assert set(wanted) == {"README.md", *(f"{code}.md" for code in catalogue.CODES)}
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert written == wanted, "run `make docs`"
    assert all(written[f"{code}.md"] == catalogue.page(code) for code in catalogue.CODES)


def test_the_list_links_to_every_page(generate: dict[str, Any]) -> None:
    index: str = generate["index"]()
    assert all(f"[{code}]({code}.md)" in index for code in catalogue.CODES)
    assert set(generate["FAMILIES"]) == set(catalogue.FAMILIES)
    for family, title in generate["FAMILIES"].items():
        anchor: Callable[[str, str], str] = generate["anchor"]
        assert f"(#{anchor(family, title)})" in index


def test_generating_writes_what_changed_and_removes_what_is_gone(
    generate: dict[str, Any], tmp_path: Path
) -> None:
    generate["main"].__globals__["PROBLEMS"] = tmp_path / "problems"
    generate["main"]()
    untouched = tmp_path / "problems" / "FD101.md"
    stale = tmp_path / "problems" / "FD998.md"
    changed = tmp_path / "problems" / "FD102.md"
    stale.write_text("gone")
    changed.write_text("old")
    before = untouched.stat().st_mtime_ns
    generate["main"]()
    assert not stale.exists()
    assert changed.read_text(encoding="utf-8") == catalogue.page("FD102")
    assert untouched.stat().st_mtime_ns == before
