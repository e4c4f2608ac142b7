"""A folder for one attack: the user's declaration as it stands, and made-up values that lead to stand-ins."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from firedoor import declaration, dotenv, process, storage
from firedoor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firedoor.declaration import Project
    from firedoor.environment import Environment

_LOCK_TABLE = re.compile(
    rb"^[ \t]*\[(tool\.firedoor\.)?lock\][^\n]*\n(?:(?![ \t]*\[)[^\n]*(?:\n|$))*", re.MULTILINE
)
_SECRETS = re.compile(rb"""["']?\bsecrets["']?[ \t]*=[ \t]*("{3}|'{3}|["'])/[^\n]*?\1""")

# Programs of attacks may outlive a drill that was killed, for a moment, and write.
_TIDY = """\
import os, shutil, sys, time
sys.stdin.read()
for _ in range(50):
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    if not os.path.lexists(sys.argv[1]):
        break
    time.sleep(0.1)
"""


@contextmanager
def folder() -> Iterator[str]:
    """A folder of this user's alone. It is gone behind the block, and also when this process is killed in it."""
    with (
        TemporaryDirectory(prefix="firedoor-drill-", ignore_cleanup_errors=True) as path,
        process.companion([sys.executable, "-I", "-S", "-c", _TIDY, path]),
    ):
        yield path


def lay_out(project: Project, folder: str) -> Project:
    """The same project, declared in the folder. Its lock, which knows the real values, stays at home.

    So does a folder of secrets that lies elsewhere: what is mounted there is real, and would win.
    """
    name = os.path.basename(project.path)
    source = _LOCK_TABLE.sub(b"", project.source)
    if project.secrets.startswith("/"):
        source = _SECRETS.sub(b"secrets = 'secrets'", source)
    storage.write_bytes(os.path.join(folder, name), source)
    os.mkdir(os.path.join(folder, ".git"))  # nothing above this folder declares anything
    laid = declaration.load(folder, use_cache=False)
    if laid.secrets.startswith("/"):
        raise UsageError(
            f"drill: write {project.secrets} as it is into {name}: [files] secrets stays at home"
        )
    return laid


def write_values(project: Project, environment: Environment, values: Mapping[str, str]) -> None:
    """Make these the whole of the environment's own files: all in the first, nothing in the others."""
    first, *rest = (template.replace("{env}", environment.name) for template in project.files)
    _write(project, first, spelled(values))
    for path in rest:
        _write(project, path, "")


def spelled(values: Mapping[str, str]) -> str:
    """The text of an env file with these values."""
    return "".join(f"{dotenv.render(name, text)}\n" for name, text in values.items())


def remove_values(project: Project, environment: Environment) -> None:
    """Take the environment's own files away."""
    for template in project.files:
        path = os.path.join(project.root, template.replace("{env}", environment.name))
        if os.path.lexists(path):
            os.remove(path)


def _write(project: Project, path: str, text: str) -> None:
    target = os.path.join(project.root, path)
    os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
    storage.write_text(target, text, mode=0o600)
