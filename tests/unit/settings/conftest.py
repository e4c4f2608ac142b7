"""A project to load settings from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from support.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.project import ProjectFolder


@pytest.fixture
def place(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The project, with an empty file for testing. What a test exports is gone afterwards."""
    before = dict(os.environ)
    yield Place(project, monkeypatch).file("")
    os.environ.clear()
    os.environ.update(before)
