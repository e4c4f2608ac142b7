"""Secrets as files: what a folder sets, and what is said of everything else in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from firedoor import reading, secret_files
from firedoor.declaration import Project, Variable
from firedoor.environment import Environment
from firedoor.origin import FILE, Origin
from firedoor.problem import ERROR, Problem

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("KEY", "OTHER", "camelCase")


def project(root: Path) -> Project:
    return Project(
        root=str(root),
        path=str(root / "firedoor.toml"),
        name="p",
        environments=(Environment("prod"),),
        variables={name: Variable(name) for name in NAMES},
    )


def found(root: Path, folder: str = "secrets") -> secret_files.Found:
    declared = project(root)
    return secret_files.of(declared, declared.environments[0], folder)


def problem(code: str, subject: str, path: str, **facts: str) -> Problem:
    return Problem(
        code, subject=subject, environment="prod", origin=Origin(FILE, path), severity=ERROR, **facts
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secrets").mkdir()
    return tmp_path / "secrets"


def test_each_declared_name_sets_its_variable(folder: Path) -> None:
    for name in ("OTHER", "KEY", "camelCase"):
        (folder / name).write_text(f"the text of {name}\n")
    (folder / "stranger").write_bytes(b"\xff\0")
    (folder / "..data").mkdir()
    held = found(folder.parent)
    assert held.texts == [
        (name, f"secrets/{name}", f"the text of {name}") for name in ("KEY", "OTHER", "camelCase")
    ]
    assert held.problems == []


def test_a_folder_anywhere(folder: Path) -> None:
    (folder / "KEY").write_text("x")
    held = found(folder.parent / "elsewhere", str(folder))
    assert held.texts == [("KEY", f"{folder}/KEY", "x")]


def test_as_kubernetes_mounts_them(folder: Path) -> None:
    (folder / "..2024").mkdir()
    (folder / "..2024" / "KEY").write_text("x\n")
    (folder / "..data").symlink_to("..2024")
    (folder / "KEY").symlink_to("..data/KEY")
    assert found(folder.parent).texts == [("KEY", "secrets/KEY", "x")]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\n", ""),
        (b"\r\n", ""),
        (b"x\n", "x"),
        (b"x\r\n", "x"),
        (b"x\n\n", "x\n"),
        (b"x\r\n\n", "x\r\n"),
        (b"x\n\r\n", "x\n"),
        (b"x\r", "x\r"),
        (b" x ", " x "),
        (b"'x'\n", "'x'"),
        (b"a$b${KEY}$(id)#c\n", "a$b${KEY}$(id)#c"),
        (b"-----BEGIN\nabc\n-----END\n", "-----BEGIN\nabc\n-----END"),
        ("\ufeffschlüssel\n".encode(), "\ufeffschlüssel"),
    ],
)
def test_the_text_is_taken_as_it_is_without_one_line_end(folder: Path, data: bytes, text: str) -> None:
    (folder / "KEY").write_bytes(data)
    assert found(folder.parent).texts == [("KEY", "secrets/KEY", text)]


def test_no_folder_no_secrets(tmp_path: Path) -> None:
    held = found(tmp_path)
    assert (held.texts, held.problems) == ([], [])


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("KEY=x\n")
    held = found(tmp_path)
    assert held.texts == []
    assert held.problems == [problem("FD226", "secrets", "secrets", detail=os.strerror(20))]


def test_a_folder_that_nobody_may_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise OSError  # as Windows does, without a number or words

    monkeypatch.setattr(os, "listdir", refuse)
    assert found(folder.parent).problems == [
        problem("FD226", "secrets", "secrets", detail="the system refused")
    ]


def test_what_is_no_file_of_text(folder: Path) -> None:
    (folder / "KEY").mkdir()
    (folder / "OTHER").symlink_to("gone")
    held = found(folder.parent)
    assert held.texts == []
    assert held.problems == [
        problem("FD226", "secrets/KEY", "secrets/KEY", detail="it is not a regular file"),
        problem("FD226", "secrets/OTHER", "secrets/OTHER", detail="it is missing"),
    ]


@pytest.mark.parametrize(
    ("data", "detail"), [(b"a\0b", "a NUL stands in it"), (b"caf\xe9", "it is not UTF-8")]
)
def test_bytes_that_no_variable_can_have(folder: Path, data: bytes, detail: str) -> None:
    (folder / "KEY").write_bytes(data)
    (folder / "OTHER").write_bytes(b"fine")
    held = found(folder.parent)
    assert held.problems == [problem("FD227", "secrets/KEY", "secrets/KEY", detail=detail)]
    assert held.texts == [("OTHER", "secrets/OTHER", "fine")]


def test_the_largest_secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 8)
    (folder / "KEY").write_bytes(b"12345678")
    (folder / "OTHER").write_bytes(b"123456789")
    held = found(folder.parent)
    assert held.texts == [("KEY", "secrets/KEY", "12345678")]
    assert held.problems == [
        problem("FD226", "secrets/OTHER", "secrets/OTHER", detail="it is larger than 10 MiB")
    ]


@pytest.mark.parametrize(
    ("name", "variable"), [("key", "KEY"), ("Other", "OTHER"), ("CAMELCASE", "camelCase")]
)
def test_a_name_in_another_case(folder: Path, name: str, variable: str) -> None:
    (folder / name).write_text("x")
    held = found(folder.parent)
    assert held.texts == []
    assert held.problems == [problem("FD228", variable, f"secrets/{name}", file=f"secrets/{name}")]


@pytest.mark.parametrize("selector", ["APP_ENV", "ENV"])
def test_a_selector_chooses_nothing_here(folder: Path, selector: str) -> None:
    (folder / selector).write_text("prod")
    held = found(folder.parent)
    assert held.texts == []
    assert held.problems == [problem("FD229", selector, f"secrets/{selector}", selector=selector)]
