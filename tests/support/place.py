"""A declared project that is the current folder, with a process environment that holds nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    from support.project import ProjectFolder

DECLARATION = """\
[project]
name = "shop"

[environments.development]
aliases = ["dev"]

[environments.testing]
aliases = ["test"]

[environments.production]
aliases = ["prod"]
protected = true
"""
KEPT = (
    *("PATH", "HOME", "XDG_CACHE_HOME", "TMPDIR", "SYSTEMROOT", "PYTHONPATH"),
    *("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"),
)


class Place:
    """A project that is the current folder, in its testing environment."""

    def __init__(self, folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.root: Path = folder.root
        self._monkeypatch = monkeypatch
        (folder.root / ".git").mkdir()
        self.declare("")
        self.export({"APP_ENV": "testing"})
        monkeypatch.chdir(folder.root)

    def declare(self, more: str, base: str = DECLARATION) -> Place:
        """Write firedoor.toml: the three environments and ``more``."""
        self.folder.write("firedoor.toml", base + more)
        return self

    def file(self, text: str, name: str = ".env.testing") -> Place:
        """Write an env file."""
        self.folder.write(name, text.encode(), mode=0o600)
        return self

    def export(self, variables: Mapping[str, str]) -> Place:
        """Make these the process's variables, besides what programs need."""
        for name in set(os.environ) - set(KEPT):
            self._monkeypatch.delenv(name)
        for name, value in variables.items():
            self._monkeypatch.setenv(name, value)
        return self
