"""Warnings of the guard where warnings are errors: they refuse no connection."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from firedoor.settings.notice import FiredoorWarning
from firedoor.stamps.observation import Observation
from support.guarding import guard_of

if TYPE_CHECKING:
    import pytest

    from support.project import ProjectFolder


def test_a_warning_is_written_where_it_would_be_an_error(
    project: ProjectFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    guard = guard_of(project)
    with warnings.catch_warnings():
        warnings.simplefilter("error", FiredoorWarning)
        for _ in range(2):
            guard.observe(lambda: Observation(("postgresql", "1", "2")), variable="DATABASE_URL")
        guard.observe(lambda: Observation((), unreadable=True), variable="DATABASE_URL")
    written = capsys.readouterr().err
    assert [word for word in written.split() if word.startswith("FD")] == ["FD521", "FD525"]
    assert written.endswith("\n")


def test_a_warning_is_a_warning_elsewhere(project: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> None:
    guard = guard_of(project)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        guard.observe(lambda: Observation(("postgresql", "1", "2")), variable="DATABASE_URL")
    assert [one.category for one in caught] == [FiredoorWarning]
    assert capsys.readouterr().err == ""
