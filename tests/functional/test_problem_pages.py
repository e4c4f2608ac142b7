"""Every page of a problem code tells the truth: its example is reported with this code, in these words."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firedoor import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firedoor.catalogue.entries import Entry

SHOWN = [entry for entry in catalogue.entries_in_order() if entry.example and entry.example.commands]
UNSHOWN = {entry.code for entry in catalogue.entries_in_order()} - {entry.code for entry in SHOWN}
KEPT = ("HOME", "SYSTEMROOT", "XDG_CACHE_HOME", "TMPDIR", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
SECONDS = 60
# `run` names the variables in one line; pytest puts a mark before each line of an error
TOLD_SHORTLY = ("FD312", "FD640")


def follow(entry: Entry, folder: Path) -> str:
    """Do what the page's example says; what its last command printed, in one line."""
    assert entry.example is not None
    shell("git init -q", folder)
    for path, text in entry.example.files.items():
        (folder / path).write_text(text, encoding="utf-8", newline="")
        (folder / path).chmod(0o600)
    *before, last = entry.example.commands
    for command in before:
        shell(command, folder)
    return " ".join(shell(last, folder).split())


def shell(command: str, folder: Path) -> str:
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"LANG": "C.UTF-8", "NO_COLOR": "1"}
    environment["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ("bash", "-c", command),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
        check=False,
    )
    return done.stdout.decode("utf-8", "backslashreplace")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.mark.parametrize("entry", SHOWN, ids=lambda entry: entry.code)
def test_the_example_of_a_page_is_reported_as_the_page_says(entry: Entry, open_folder: Path) -> None:
    assert entry.example is not None
    if entry.code == "FD205" and os.geteuid() == 0:
        pytest.skip("root may read every file")
    printed = follow(entry, open_folder)
    problem = entry.example.problem
    assert entry.code in printed, printed
    if entry.code not in TOLD_SHORTLY:
        assert problem.origin is None or str(problem.origin) in printed, printed
        assert catalogue.what(problem) in printed, printed
        assert f"do: {catalogue.action(problem)}" in printed, printed


def test_only_what_no_shell_can_show_has_no_example() -> None:
    """A selector or variable that stands twice in the environment block needs a program that builds the block.

    Others need a server (tests/real), a resolver, or a machine that lacks something. What is said of services (FD7)
    needs a container engine.
    """
    assert {"FD104", "FD309"} | {"FD409", "FD412"} | {"FD408", "FD410"} | {"FD414", "FD508"} | {
        "FD617",
        "FD619",
    } | {"FD621"} == {code for code in UNSHOWN if not code.startswith("FD7")}


def test_a_sound_project_is_reported_with_no_code_at_all(open_folder: Path) -> None:
    """Control: what the examples report is theirs, not the folder's or the shell's."""
    toml = "[environments.testing]\n\n[environments.production]\nprotected = true\n"
    sound = {"firedoor.toml": toml, ".env.testing": "DEBUG=true\n", ".env.testing.example": "DEBUG=\n"}
    for path, text in sound.items():
        (open_folder / path).write_text(text, encoding="utf-8")
    printed = shell("firedoor check testing && firedoor run -e testing -- true", open_folder)
    assert printed.startswith("testing holds")
    assert "FD" not in printed
