"""What every command shares: exit codes, refusals, streams, and the collector that is off while it runs."""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import TYPE_CHECKING

import pytest

from firedoor import cli
from firedoor.cli import check, explain, schema
from firedoor.errors import ConfigurationError, DeclarationError, UsageError
from firedoor.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.project import ProjectFolder


def raising(error: BaseException) -> Callable[[object], int]:
    def main(_: object) -> int:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("say it so"), 2, "firedoor: say it so\n"),
        (UsageError("a\x1b[2Jb"), 2, "firedoor: a\\x1b[2Jb\n"),
        (
            DeclarationError([Problem("FD001", subject="firedoor.toml")]),
            2,
            "whole project\n  error  FD001  firedoor.toml\n",
        ),
        (
            ConfigurationError([Problem("FD302", subject="A", environment="dev")]),
            1,
            "dev\n  error  FD302  A\n",
        ),
        (KeyboardInterrupt(), 130, ""),
        (
            PermissionError(13, "Permission denied", "some/file"),
            2,
            "firedoor: stopped: some/file: Permission denied\n",
        ),
        (OSError(), 2, "firedoor: stopped: the system refused\n"),
    ],
)
def test_what_goes_wrong_ends_in_words_and_a_code(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
) -> None:
    monkeypatch.setattr(check, "main", raising(error))
    before = os.dup(1)
    try:
        assert cli.main(["check"]) == code
    finally:
        os.dup2(before, 1)  # what cannot be written is turned away for good
        os.close(before)
    assert capfd.readouterr().err.startswith(said)


def test_what_nobody_foresaw_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "main", raising(RuntimeError("a bug")))
    with pytest.raises(RuntimeError, match="a bug"):
        cli.main(["check"])


@pytest.mark.parametrize("collecting", [True, False])
def test_the_collector_is_as_it_was(monkeypatch: pytest.MonkeyPatch, collecting: bool) -> None:
    seen = []

    def main(_: object) -> int:
        seen.append(gc.isenabled())
        return 0

    monkeypatch.setattr(schema, "main", main)
    try:
        (gc.enable if collecting else gc.disable)()
        assert cli.main(["schema"]) == 0
        assert (seen, gc.isenabled()) == ([False], collecting)
    finally:
        gc.enable()


def test_words_are_those_of_the_process_by_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["firedoor", "--version"])
    assert cli.main() == 0
    assert capsys.readouterr().out.startswith("firedoor ")


def test_streams_that_are_not_there_or_know_no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert cli.main(["--version"]) == 0
    assert cli.main(["nope"]) == 2
    for name in ("stdout", "stderr"):
        getattr(sys, name).close()
    text = io.StringIO()
    monkeypatch.setattr(sys, "stdout", text)
    monkeypatch.setattr(sys, "stderr", text)
    assert cli.main(["--version"]) == 0
    assert text.getvalue().startswith("firedoor ")


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_letters_that_a_stream_cannot_take(monkeypatch: pytest.MonkeyPatch, errors: str) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, encoding="ascii", errors=errors))
    assert cli.main(["größe\udcff"]) == 2
    sys.stderr.flush()
    assert b"unknown command 'gr\\xf6\\xdfe\\udcff'" in written.getvalue()


def test_a_quiet_explanation(project: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    project.write("firedoor.toml", '[environments.one]\n[variables.A]\nresource = "cache"\n').write(
        ".env.one", "B=1\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A", "x")
        for extra, told in (((), True), (("-q",), False)):
            assert explain.main(["A", "-e", "one", "-C", str(project.root), *extra]) == 0
            assert ("FD311" in capsys.readouterr().err) is told
