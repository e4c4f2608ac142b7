"""What is generated in docs/reference is up to date; no page of a code that is gone stands among the pages."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from firedoor import catalogue
from firedoor.schema.fields import json_schema

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def generate() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "generate.py"))


def test_pages_are_what_explain_prints(generate: dict[str, Any]) -> None:
    wanted: dict[str, str] = generate["generated"]()
    pages = {f"problems/{path.name}" for path in (REFERENCE / "problems").iterdir()}
    assert {"problems/README.md", *(f"problems/{code}.md" for code in catalogue.CODES)} == pages
    written = {name: (REFERENCE / name).read_text(encoding="utf-8") for name in wanted}
    assert written == wanted, "run `make docs`"
    assert all(written[f"problems/{code}.md"] == catalogue.page(code) for code in catalogue.CODES)


def test_the_schema_is_the_declarations(generate: dict[str, Any]) -> None:
    schema = json.loads(generate["generated"]()["firedoor.schema.json"])
    assert schema == json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)


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
    generate["main"](tmp_path)
    untouched, stale, changed = (
        tmp_path / "problems" / name for name in ("FD101.md", "FD998.md", "FD102.md")
    )
    stale.write_text("gone")
    changed.write_text("old")
    before = untouched.stat().st_mtime_ns
    generate["main"](tmp_path)
    assert not stale.exists()
    assert changed.read_text(encoding="utf-8") == catalogue.page("FD102")
    assert untouched.stat().st_mtime_ns == before
