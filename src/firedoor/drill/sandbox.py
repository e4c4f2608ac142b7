"""A folder for one attack: the user's declaration as it stands, and made-up values that lead to stand-ins."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from firedoor import declaration, storage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firedoor.declaration import Project
    from firedoor.environment import Environment

_LOCK_TABLE = re.compile(
    rb"^[ \t]*\[(tool\.firedoor\.)?lock\][^\n]*\n(?:(?![ \t]*\[)[^\n]*(?:\n|$))*", re.MULTILINE
)


def lay_out(project: Project, folder: str) -> Project:
    """The same project, declared in the folder. Its lock, which knows the real values, stays at home."""
    name = os.path.basename(project.path)
    storage.write_bytes(os.path.join(folder, name), _LOCK_TABLE.sub(b"", project.source))
    os.mkdir(os.path.join(folder, ".git"))  # nothing above this folder declares anything
    return declaration.load(folder, use_cache=False)


def write_values(project: Project, environment: Environment, values: Mapping[str, str]) -> None:
    """Make these the whole of the environment's own files: all in the first, nothing in the others."""
    first, *rest = (template.replace("{env}", environment.name) for template in project.files)
    _write(project, first, "".join(f"{name}={quoted(text)}\n" for name, text in values.items()))
    for path in rest:
        _write(project, path, "")


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


def quoted(text: str) -> str:
    """The text as an env file spells it literally."""
    return f"'{text}'" if set(text) & set(' #$"\\`') else text
