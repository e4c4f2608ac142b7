"""The verb: shows, asks at a terminal, writes whole files, overwrites nothing."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from firedoor import storage
from firedoor.cli import init
from firedoor.discovery import make_files
from firedoor.discovery import plan as planning
from firedoor.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from support.project import ProjectFolder


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git/" not in str(path)
    }


def test_it_writes_what_it_shows(project: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    project.write(".env.dev", "A_KEY=mine-and-nobody-elses\n").write(".gitignore", "*.pyc\n")
    assert init.main(["-C", str(project.root)]) == 0
    shown = capsys.readouterr().out
    written = files(project.root)
    for name in ("firedoor.toml", ".env.dev.example", ".env.production.example"):
        for line in written[name].decode().splitlines():
            assert f"  + {line}".rstrip() in shown
    assert "create firedoor.toml: declares dev, production\n" in shown
    assert "extend .gitignore: " in shown
    assert "  + .env.*\n" in shown
    assert "*.pyc" not in shown
    assert shown.endswith("Next: firedoor check --all\n")
    assert written[".gitignore"].startswith(b"*.pyc\n\n# Real env files")
    assert "mine-and-nobody-elses" not in shown
    assert all(b"mine-and" not in text for name, text in written.items() if name != ".env.dev")


def test_it_can_run_twice(project: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    project.write(".env.dev", "A=1\n")
    assert init.main(["-C", str(project.root)]) == 0
    before = files(project.root)
    capsys.readouterr()
    assert init.main(["-C", str(project.root)]) == 0
    assert files(project.root) == before
    assert capsys.readouterr().out.splitlines() == [
        "leave firedoor.toml: declares the environments already",
        "leave .env.dev.example: is there already",
        "leave .env.production.example: is there already",
        "leave .gitignore: keeps real env files out of version control already",
        "Nothing to do. Next: firedoor check --all",
    ]


def test_a_dry_run_writes_nothing(project: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert init.main(["-C", str(project.root), "--dry-run"]) == 0
    assert files(project.root) == {}
    assert "dry run" in capsys.readouterr().out


def test_quiet_names_files_only(project: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    project.write(".env.dev", b"\xff")
    assert init.main(["-C", str(project.root), "-q"]) == 0
    shown = capsys.readouterr().out
    assert "create firedoor.toml" in shown
    assert "[project]" not in shown
    assert "Note:" not in shown


def test_hints_are_notes(project: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    project.write(".env.dev", b"\xff")
    assert init.main(["-C", str(project.root)]) == 0
    assert "Note: .env.dev could not be read" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "writes"),
    [("\n", True), ("y\n", True), (" Yes \n", True), ("n\n", False), ("", False), ("what?\n", False)],
)
def test_at_a_terminal_it_asks(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch, answer: str, writes: bool
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys, "stdout", terminal)
    assert init.main(["-C", str(project.root)]) == (0 if writes else 1)
    assert bool(files(project.root)) is writes
    said = terminal.getvalue()
    assert "Write these 5 files? [Y/n] " in said
    assert ("Nothing was written." in said) is not writes


def test_yes_answers_beforehand(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert init.main(["-C", str(project.root), "--yes"]) == 0
    assert files(project.root)


def test_one_file_is_one_file(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("firedoor.toml", "[environments.dev]\n").write(".env.dev.example", "")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal("\n"))
    monkeypatch.setattr(sys, "stdout", terminal)
    assert init.main(["-C", str(project.root)]) == 0
    assert "Write this file? " in terminal.getvalue()


def test_json_tells_the_same(project: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert init.main(["-C", str(project.root), "--format", "json", "-n"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert files(project.root) == {}
    assert init.main(["-C", str(project.root), "--format", "json"]) == 0
    written = json.loads(capsys.readouterr().out)
    assert shown["changes"] == written["changes"]
    assert (shown["written"], written["written"]) == (False, True)
    assert written["changes"][0] == {
        "path": "firedoor.toml",
        "action": "create",
        "reason": "declares development, testing, production",
        "added": (project.root / "firedoor.toml").read_text().splitlines(),
        "failed": None,
    }
    assert init.main(["-C", str(project.root), "--format", "json"]) == 0
    assert {c["action"] for c in json.loads(capsys.readouterr().out)["changes"]} == {"leave"}


def test_what_cannot_be_written_is_told_and_the_rest_is_done(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = storage.create_text

    def create(path: str, text: str) -> None:
        if path.endswith("testing.example"):
            raise OSError(errno.ENOSPC, "No space left on device")
        if path.endswith("production.example"):
            raise OSError
        real(path, text)

    monkeypatch.setattr(storage, "create_text", create)
    assert init.main(["-C", str(project.root)]) == 1
    out, err = capsys.readouterr()
    assert err == (
        "firedoor: .env.testing.example was not written: No space left on device\n"
        "firedoor: .env.production.example was not written: the system refused\n"
    )
    assert "Wrote firedoor.toml, .env.development.example, .gitignore.\n" in out
    assert "Next:" not in out
    assert init.main(["-C", str(project.root), "--format", "json"]) == 1
    monkeypatch.undo()
    assert init.main(["-C", str(project.root)]) == 0


def test_who_cannot_get_the_lock_writes_nothing(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Busy(storage.Lock):
        def __init__(self, folder: str) -> None:
            super().__init__(folder, timeout=0)

    project.write("firedoor.toml", "[environments.dev]\n").write(".env.dev.example", "")
    with storage.Lock(str(project.root)):
        monkeypatch.setattr(storage, "Lock", Busy)
        assert init.main(["-C", str(project.root), "-q"]) == 1
    assert (
        capsys.readouterr().err == "firedoor: .gitignore was not written: another firedoor is writing here\n"
    )
    assert not (project.root / ".gitignore").exists()
    assert init.main(["-C", str(project.root), "-q"]) == 0


def test_nothing_written_is_nothing_said(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    for name in ("create_text", "write_bytes"):
        monkeypatch.setattr(storage, name, refuse)
    assert init.main(["-C", str(project.root), "-q"]) == 1
    assert "Wrote" not in capsys.readouterr().out


def test_what_appears_meanwhile_is_not_overwritten(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(".gitignore", "*.pyc\n")
    made = planning.plan(str(project.root))
    project.write("firedoor.toml", "mine").write(".gitignore", "*.pyc\n*.log\n.env\n")
    monkeypatch.setattr(init, "plan", lambda _: made)
    assert init.main(["-C", str(project.root), "-q"]) == 1
    assert (project.root / "firedoor.toml").read_text() == "mine"
    ignored = (project.root / ".gitignore").read_text()
    assert ignored.startswith("*.pyc\n*.log\n.env\n\n#")
    assert ignored.count(".env\n") == 1
    assert init.main(["-C", str(project.root), "-q"]) == 1
    assert (project.root / ".gitignore").read_text() == ignored


def test_a_gitignore_that_vanishes_is_written_anew(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(".gitignore", "*.pyc\n")
    made = planning.plan(str(project.root))
    (project.root / ".gitignore").unlink()
    monkeypatch.setattr(init, "plan", lambda _: made)
    assert init.main(["-C", str(project.root), "-q"]) == 0
    assert (project.root / ".gitignore").read_text().startswith("*.pyc\n\n# Real")


def test_make_targets_are_written_beside_the_rest_and_again(
    project: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write(".env.dev", "A=1\n")
    assert init.main(["-C", str(project.root), "--make", "-n"]) == 0
    assert files(project.root).keys() == {".env.dev"}
    assert "create firedoor.mk: has the targets service:start, " in capsys.readouterr().out
    assert init.main(["-C", str(project.root), "--make"]) == 0
    written = files(project.root)
    assert written.keys() >= {"firedoor.toml", "firedoor.mk", "Makefile"}
    capsys.readouterr()
    assert init.main(["-C", str(project.root), "--make", "-q"]) == 0
    assert files(project.root) == written
    assert capsys.readouterr().out.endswith(
        "leave firedoor.mk: has its targets already\n"
        "leave Makefile: includes firedoor.mk already\n"
        "Nothing to do. Next: firedoor check --all\n"
    )


def test_make_targets_follow_the_declaration_and_the_makefile_is_the_user_s(
    project: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("firedoor.toml", "[environments.dev]\n").write("Makefile", "all:\n")
    assert init.main(["-C", str(project.root), "--make", "-q"]) == 0
    assert capsys.readouterr().out.endswith("Next: add this line to Makefile: include firedoor.mk\n")
    project.write("firedoor.toml", "[environments.local]\n")
    assert init.main(["-C", str(project.root), "--make", "-q"]) == 0
    assert "replace firedoor.mk: was made " in capsys.readouterr().out
    assert "-e local -f" in (project.root / "firedoor.mk").read_text()
    assert (project.root / "Makefile").read_text() == "all:\n"
    assert init.main(["-C", str(project.root), "--make", "-q"]) == 0
    assert capsys.readouterr().out.endswith(
        "Nothing to write. Next: add this line to Makefile: include firedoor.mk\n"
    )


def test_edited_make_targets_are_refused_and_the_rest_is_written(
    project: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("firedoor.toml", "[environments.dev]\n").write("firedoor.mk", "mine:\n")
    assert init.main(["-C", str(project.root), "--make", "-q"]) == 1
    out, err = capsys.readouterr()
    reason = (
        "it is not as firedoor wrote it: move your lines to your own Makefile, delete it, and run this again"
    )
    assert f"refuse firedoor.mk: {reason}\n" in out
    assert err == f"firedoor: firedoor.mk was not written: {reason}\n"
    assert "Wrote .env.dev.example, .gitignore, Makefile.\n" in out
    assert init.main(["-C", str(project.root), "--make"]) == 1
    assert init.main(["-C", str(project.root), "--make", "-n"]) == 0
    capsys.readouterr()
    assert init.main(["-C", str(project.root), "--make", "--format", "json"]) == 1
    failed = {change["path"]: change["failed"] for change in json.loads(capsys.readouterr().out)["changes"]}
    assert {path: why for path, why in failed.items() if why} == {"firedoor.mk": reason}
    assert (project.root / "firedoor.mk").read_text() == "mine:\n"


def test_make_targets_that_are_edited_meanwhile_are_not_replaced(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("firedoor.toml", "[environments.dev]\n")
    assert init.main(["-C", str(project.root), "--make", "-q"]) == 0
    project.write("firedoor.toml", "[environments.local]\n")
    made = planning.plan(str(project.root))
    monkeypatch.setattr(init, "plan", lambda _: made)
    real = make_files.extend

    def extend_then_edit(made: planning.Plan) -> None:
        real(made)
        project.write("firedoor.mk", "mine:\n")

    monkeypatch.setattr(make_files, "extend", extend_then_edit)
    assert init.main(["-C", str(project.root), "--make", "-q"]) == 1
    assert capsys.readouterr().err == "firedoor: firedoor.mk was not written: it was edited meanwhile\n"
    assert (project.root / "firedoor.mk").read_text() == "mine:\n"


@pytest.mark.parametrize("arguments", [["dev"], ["--format", "xml"], ["--unknown"]])
def test_what_is_not_understood_changes_nothing(project: ProjectFolder, arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        init.main(["-C", str(project.root), *arguments])
    assert files(project.root) == {}


def test_a_folder_that_is_none(project: ProjectFolder) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        init.main(["-C", str(project.root / "none")])


def test_help_says_what_happens(capsys: pytest.CaptureFixture[str]) -> None:
    assert init.main(["--help"]) == 0
    assert "nothing is overwritten" in capsys.readouterr().out


def test_colours_only_where_they_are_wanted(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init.main(["-C", str(project.root), "-n"]) == 0
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert init.main(["-C", str(project.root), "-n"]) == 0
    assert "\x1b" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_kill_between_writes_leaves_whole_files_and_the_next_run_finishes(project: ProjectFolder) -> None:
    project.write(".env.dev", "A_KEY=1\n").write(".gitignore", "*.pyc\n")
    twin = project.__class__(project.root.parent / "twin")
    twin.write(".env.dev", "A_KEY=1\n").write(".gitignore", "*.pyc\n").write(
        "pyproject.toml", '[project]\nname="project"'
    )
    project.write("pyproject.toml", '[project]\nname="project"')
    assert init.main(["-C", str(twin.root), "-q"]) == 0
    whole = files(twin.root)
    kills = 0
    while killed_after_one_write(project.root):
        kills += 1
        assert kills < 10
        for name, text in files(project.root).items():
            assert text in (whole[name], b"*.pyc\n"), name
    assert files(project.root) == whole
    assert kills >= 4  # one for each file


def killed_after_one_write(root: Path) -> bool:
    """Run init in a fork that is killed as soon as it has written one file; False when it had nothing to write."""
    child = os.fork()
    if child == 0:  # pragma: no cover - the fork
        real = storage._settle

        def settle(target: str) -> None:
            real(target)
            os.kill(os.getpid(), signal.SIGKILL)

        vars(storage)["_settle"] = settle
        init.main(["-C", str(root), "-q"])
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)
