"""Keys and shapes of env files; never a value."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from firedoor.discovery import contents

if TYPE_CHECKING:
    import pytest

    from support.project import ProjectFolder

TEXT = """
# about the project
APP_ENV=dev
DEBUG=true

LOG_LEVEL=INFO
PORT=8000
RATE=0.5
EMPTY=
DATABASE_URL=postgresql+asyncpg://app:hidden-word@localhost/app
CACHE_URL=locmem://
BROKER_URL=redis+hidden://localhost
NODE_ENV=some thing
"""


def test_shapes_count_and_lines_keep_fixed_words_only(project: ProjectFolder) -> None:
    project.write(".env", TEXT)
    shapes: dict[str, contents.Shape] = {}
    held = contents.read_all(str(project.root), [".env"], shapes)[".env"]
    assert held.readable
    assert held.keys == [line.partition("=")[0] for line in TEXT.splitlines() if "=" in line]
    assert held.selected == {"APP_ENV": "dev"}
    assert [line.key for line in held.lines if line.gap] == ["APP_ENV", "LOG_LEVEL"]
    assert {line.key: line.plain for line in held.lines if line.plain} == {
        "DEBUG": "true",
        "LOG_LEVEL": "INFO",
    }
    assert {line.key: line.scheme for line in held.lines if line.scheme} == {
        "DATABASE_URL": "postgresql+asyncpg",
        "BROKER_URL": "redis",
    }
    assert shapes["DEBUG"] == contents.Shape(seen=1, bools=1, words=1)
    assert shapes["PORT"] == contents.Shape(seen=1, ints=1, floats=1)
    assert shapes["RATE"] == contents.Shape(seen=1, floats=1)
    assert shapes["EMPTY"] == contents.Shape(seen=1, empty=1)
    assert shapes["EMPTY"].filled == 0
    assert shapes["CACHE_URL"] == contents.Shape(seen=1, strange=1)
    assert shapes["DATABASE_URL"] == contents.Shape(seen=1, schemes={"postgresql+asyncpg"})
    assert b"hidden" not in pickle.dumps((held, shapes))


def test_what_cannot_be_read_has_no_lines(project: ProjectFolder) -> None:
    project.write(".env", b"A=\xff").write("folder/x", "")
    for path in (".env", "folder", "missing"):
        held = contents.read_all(str(project.root), [path], {})[path]
        assert (held.readable, held.lines) == (False, [])


def test_a_malformed_file_gives_what_it_has(project: ProjectFolder) -> None:
    project.write(".env", 'A=1\nnot a line\nB="open\n')
    assert contents.read_all(str(project.root), [".env"], {})[".env"].keys[:1] == ["A"]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=8))
def test_no_value_survives(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    folder = tmp_path_factory.mktemp("read")
    (folder / ".env").write_text(f"KEY=zq{value}", encoding="utf-8")
    shapes: dict[str, contents.Shape] = {}
    held = contents.read_all(str(folder), [".env"], shapes)
    assert b"zq" + value.encode() not in pickle.dumps((held, shapes))
