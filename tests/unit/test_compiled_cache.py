"""The cache of compiled declarations: where it is, what it believes, what it survives. As used: test_declaration.py."""

from __future__ import annotations

import marshal
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from firedoor import compiled_cache

if TYPE_CHECKING:
    from pathlib import Path

    from firedoor.compiled_cache import Compiled

FOLDER = "/srv/some/where"
DECLARED = b"[environments.dev]\n"
COMPILED: Compiled = {
    "file": "firedoor.toml",
    "name": "x",
    "selectors": ("APP_ENV",),
    "default": None,
    "environments": (("dev", (), True, "never", (), {}, "error"),),
    "files": (".env.{env}",),
    "optional_files": (),
    "fallback_file": ".env",
    "secrets": "",
    "variables": (("URL", {"resource": "database"}),),
    "settings_class": None,
    "lock": None,
    "services": {},
}


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def read(folder: str = FOLDER, declared: bytes | None = DECLARED, pyproject: bytes = b"p") -> Compiled | None:
    return compiled_cache.read(folder, declared, pyproject)


def write(folder: str = FOLDER) -> None:
    compiled_cache.write(folder, DECLARED, b"p", COMPILED)


def entry(base: Path) -> Path:
    (found,) = (base / "firedoor").iterdir()
    return found


def test_what_was_written_is_read() -> None:
    assert read() is None
    write()
    assert read() == COMPILED


@pytest.mark.parametrize(
    ("folder", "declared", "pyproject"),
    [
        ("/srv/some/else", DECLARED, b"p"),
        (FOLDER, b"[environments.dev] \n", b"p"),
        (FOLDER, None, b"p"),
        (FOLDER, DECLARED, b""),
    ],
)
def test_only_for_the_same_folder_and_bytes(folder: str, declared: bytes | None, pyproject: bytes) -> None:
    write()
    assert read(folder, declared, pyproject) is None


def test_another_version_s_entry_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    write()
    monkeypatch.setattr(compiled_cache, "FORMAT", "firedoor 0")
    assert read() is None


def test_the_version_is_firedoor_s_and_the_interpreter_s() -> None:
    assert f"firedoor 6 {sys.implementation.cache_tag} {marshal.version}" == compiled_cache.FORMAT


def test_no_bit_may_rot(base: Path) -> None:
    write()
    path = entry(base)
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert read() is None
    path.write_bytes(whole)
    assert read() == COMPILED


@pytest.mark.parametrize(
    "content",
    [None, (), (1, 2, 3, 4), "text", (compiled_cache.FORMAT, FOLDER, DECLARED, b"p"), b"\xff"],
    ids=["nothing", "empty", "short", "text", "without the last", "bytes"],
)
def test_whole_but_of_another_form(base: Path, content: Any) -> None:
    """The checksum is right: somebody, or another version, wrote something else."""
    write()
    data = marshal.dumps(content)
    entry(base).write_bytes(compiled_cache._checksum(data).encode() + data)
    assert read() is None


@pytest.mark.parametrize("data", [b"", b"\xff\xff", b"(", marshal.dumps((1, 2))[:-3]])
def test_whole_but_not_marshalled(base: Path, data: bytes) -> None:
    write()
    entry(base).write_bytes(compiled_cache._checksum(data).encode() + data)
    assert read() is None


def test_no_regular_file(base: Path) -> None:
    write()
    path = entry(base)
    path.unlink()
    path.mkdir(mode=0o700)
    assert read() is None
    write()
    assert path.is_dir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_keeps_nobody_waiting(base: Path) -> None:
    write()
    path = entry(base)
    path.unlink()
    os.mkfifo(path, 0o600)
    assert read() is None


def test_nothing_stays_open(base: Path) -> None:
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("needs a system that lists open files")
    write()
    before = len(os.listdir("/proc/self/fd"))
    for mode in (0o600, 0o622):
        entry(base).chmod(mode)
        read()
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("bits", [0o020, 0o002])
@pytest.mark.parametrize("of_folder", [False, True])
def test_what_others_could_write_is_not_believed(base: Path, bits: int, *, of_folder: bool) -> None:
    write()
    path = entry(base).parent if of_folder else entry(base)
    mode = path.stat().st_mode
    path.chmod(mode | bits)
    assert read() is None
    path.chmod(mode | 0o044)
    assert read() == COMPILED


def test_names_are_readable_and_never_two_folders_one(base: Path) -> None:
    long = "/srv/" + "x" * 60
    for folder in (FOLDER, long, "/other" + long, "C:/x"):
        write(folder)
    names = sorted(path.name.rpartition(".")[0].rpartition(".")[0] for path in (base / "firedoor").iterdir())
    assert names == sorted(["%srv%some%where", "x" * 40, "x" * 40, "C%%x"])
    assert {path.suffix for path in (base / "firedoor").iterdir()} == {".declaration"}
    assert read(long) == read("/other" + long) == COMPILED


@pytest.mark.parametrize(
    ("xdg", "home", "expected"),
    [
        ("/x", "/home/me", "/x/firedoor"),
        ("relative", "/home/me", "/home/me/.cache/firedoor"),
        ("", "/home/me", "/home/me/.cache/firedoor"),
        (None, "/home/me", "/home/me/.cache/firedoor"),
        (None, "relative", None),
        (None, "", None),
        (None, None, None),
    ],
)
def test_where(
    monkeypatch: pytest.MonkeyPatch, xdg: str | None, home: str | None, expected: str | None
) -> None:
    for name, text in (("XDG_CACHE_HOME", xdg), ("HOME", home)):
        if text is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, text)
    assert compiled_cache.folder() == expected
    if expected is None:
        write()
        assert read() is None


def test_where_on_windows(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """%LOCALAPPDATA% is the user's own by its access control list, whatever the mode says."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(base / "local"))
    assert compiled_cache.folder() == str(base / "local" / "firedoor")
    write()
    (found,) = (base / "local" / "firedoor").iterdir()
    found.chmod(0o666)
    assert read() == COMPILED
