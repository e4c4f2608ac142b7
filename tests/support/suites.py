"""A project with a test suite of its own, which pytest runs with the plugin: here, or in a process of its own."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from support.project import ProjectFolder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from support.project import Result

DECLARED = """\
[project]
name = "shop"
selector = ["APP_ENV", "ENV"]
[environments.development]
aliases = ["dev"]
[environments.testing]
[environments.production]
protected = true
[variables.DATABASE_URL]
resource = "database"
[variables.API_KEY]
resource = "key"
"""
PRODUCTIONS_KEY = "tok_productions_0123456789abcdef"
SETTLED = """\
[pytest]
asyncio_default_fixture_loop_scope = function
addopts = -p no:cacheprovider
"""
# A conftest that leaves a trace: whether it was imported is what matters.
TRACE = "import pathlib\n\npathlib.Path('conftest-was-imported').touch()\n"


class Suite(ProjectFolder):
    """A declared project with three databases in files, a conftest that leaves a trace, and tests."""

    def __init__(self, root: Path, *, declared: str = DECLARED, ini: str = SETTLED) -> None:
        super().__init__(root)
        self.git("init", "-q").write("firedoor.toml", declared).write("pytest.ini", ini)
        self.write("conftest.py", TRACE)
        for name in ("development", "testing", "production"):
            self.write(f".env.{name}", f"DATABASE_URL=sqlite:///{name}.db\n", mode=0o600)
            with closing(sqlite3.connect(root / f"{name}.db")) as made:
                made.execute("CREATE TABLE sales (id)")
        with (root / ".env.production").open("a", encoding="utf-8") as file:
            file.write(f"API_KEY={PRODUCTIONS_KEY}\n")

    @property
    def was_imported(self) -> bool:
        """Whether the conftest was."""
        return (self.root / "conftest-was-imported").exists()

    def tests(self, text: str, name: str = "test_it.py") -> Suite:
        """Write a file of tests."""
        self.write(name, text)
        return self

    def pytest(self, *arguments: str, env: Mapping[str, str] | None = None) -> Result:
        """Run the suite in a process of its own, with ``env`` as all that the shell exports."""
        given = {"APP_ENV": "testing"} if env is None else env
        return self.run(
            sys.executable,
            "-m",
            "pytest",
            *arguments,
            env={**given, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100"},
        )
