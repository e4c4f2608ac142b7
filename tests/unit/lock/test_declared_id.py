"""The table that declares a lock: at the end of the declaration, where it changes nothing else."""

from __future__ import annotations

import tomllib

import pytest

from firedoor.lock import declared_id

ID = "0123456789abcdef"
ENVIRONMENT = b"[environments.testing]\n"


@pytest.mark.parametrize(
    ("content", "added"),
    [
        (ENVIRONMENT, b'\n[lock]\nid = "0123456789abcdef"\n'),
        (ENVIRONMENT.rstrip(), b'\n\n[lock]\nid = "0123456789abcdef"\n'),
        (ENVIRONMENT.replace(b"\n", b"\r\n"), b'\r\n[lock]\r\nid = "0123456789abcdef"\r\n'),
        (ENVIRONMENT.replace(b"\n", b"\r\n") + b"#", b'\r\n\r\n[lock]\r\nid = "0123456789abcdef"\r\n'),
        (ENVIRONMENT + b"# a comment", b'\n\n[lock]\nid = "0123456789abcdef"\n'),
    ],
)
def test_the_table_stands_at_the_end(content: bytes, added: bytes) -> None:
    assert declared_id.added_to(content, "firedoor.toml", ID) == content + added


def test_in_a_project_file_it_is_a_tool_s() -> None:
    content = b'[project]\nname = "x"\n[tool.firedoor.environments.testing]\n'
    extended = declared_id.added_to(content, "pyproject.toml", ID)
    assert extended == content + b'\n[tool.firedoor.lock]\nid = "0123456789abcdef"\n'
    assert tomllib.loads(extended.decode())["tool"]["firedoor"]["lock"] == {"id": ID}


@pytest.mark.parametrize(
    ("content", "file"),
    [
        (b"lock = {}\n" + ENVIRONMENT, "firedoor.toml"),
        (b'[lock]\nid = "fedcba9876543210"\n' + ENVIRONMENT, "firedoor.toml"),
        (ENVIRONMENT + b"[variables", "firedoor.toml"),
        (b"", "firedoor.toml"),
        (b"\xff", "firedoor.toml"),
        (b'[project]\nname = "x"\n', "pyproject.toml"),
        (b"[tool]\nfiredoor = {environments = {testing = {}}}\n", "pyproject.toml"),
    ],
)
def test_where_it_would_not_declare_the_lock_a_person_must_look(content: bytes, file: str) -> None:
    assert declared_id.added_to(content, file, ID) is None


def test_the_lines_for_a_person() -> None:
    assert declared_id.table("firedoor.toml", ID) == f'[lock]\nid = "{ID}"\n'
    assert declared_id.table("pyproject.toml", ID) == f'[tool.firedoor.lock]\nid = "{ID}"\n'
