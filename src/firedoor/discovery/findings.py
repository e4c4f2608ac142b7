"""Everything that was found in a project, put together: files, their contents' shapes, code, Compose, scripts."""

from __future__ import annotations

import contextlib
import os
import tomllib
from dataclasses import dataclass, field
from typing import Any

from firedoor import reading
from firedoor.discovery import compose, names, python_code, scripts
from firedoor.discovery.contents import Contents, Shape, read_all
from firedoor.discovery.layout import EnvFile, Layout, lay_out
from firedoor.discovery.settings_classes import SettingsClass, linked
from firedoor.discovery.walk import Tree, look_over

MOST_ENV_FILES = 300


@dataclass
class Findings:
    """What a project has. Names, shapes and places; no value."""

    root: str
    name: str
    tree: Tree
    layout: Layout
    contents: dict[str, Contents] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    code: python_code.Code = field(default_factory=python_code.Code)
    classes: list[SettingsClass] = field(default_factory=list)
    containers: compose.Compose = field(default_factory=compose.Compose)
    commands: scripts.Scripts = field(default_factory=scripts.Scripts)

    def own_files(self) -> list[EnvFile]:
        """The real files of single environments that the chosen templates mean."""
        return [f for f in self.layout.files if f.template in self.layout.templates and not f.example]


def find(root: str) -> Findings:
    """Look over the project. Reads files, runs nothing, writes nothing."""
    tree = look_over(root)
    code = python_code.scan(root, tree.python)
    found = Findings(
        root=root,
        name=_project_name(root),
        tree=tree,
        layout=lay_out(tree.env_like),
        code=code,
        classes=linked(code.classes),
        containers=compose.scan(root, tree.compose),
        commands=scripts.scan(root, tree.scripts),
    )
    _read_contents(found)
    if _local_is_an_environment(found):
        found.layout = lay_out(tree.env_like, local_is_environment=True)
        found.shapes.clear()
        _read_contents(found)
    return found


def _read_contents(found: Findings) -> None:
    """Read the files of the chosen layout; another folder's files may be another program's."""
    chosen = found.layout
    wanted = {*chosen.templates, *chosen.optional, *chosen.common, chosen.base, ".env", "env"}
    paths = [f.path for f in chosen.files if f.template in wanted][:MOST_ENV_FILES]
    found.contents = read_all(found.root, paths, found.shapes)


def _local_is_an_environment(found: Findings) -> bool:
    """``.env.local`` is an environment's file where "local" is spoken of as one, or development has no other."""
    if ".env.local" not in found.layout.optional and not any(
        f.spelling == "local" for f in found.layout.files
    ):
        return False
    said = {name for held in found.contents.values() for name in held.selected.values()}
    said |= {
        *found.code.declared,
        *found.code.mentioned,
        *found.containers.defaults.values(),
        *found.commands.defaults.values(),
    }
    said |= {value for one in found.classes for item in one.fields.values() for value in item.kind.values}
    if "local" in said:
        return True
    spelled = found.layout.spellings()
    develops = any(names.family(name) == names.DEVELOPMENT for name in spelled)
    return bool(spelled) and not develops and not found.layout.base and not found.commands.layering


def _project_name(root: str) -> str:
    """The name in pyproject.toml, else the folder's."""
    data = reading.read_bytes(os.path.join(root, "pyproject.toml"))
    table: Any = {}
    if not isinstance(data, reading.Failure):
        with contextlib.suppress(ValueError, RecursionError):
            table = tomllib.loads(data.decode("utf-8"))
    for keys in (("project", "name"), ("tool", "poetry", "name")):
        name = table
        for key in keys:
            name = name.get(key) if isinstance(name, dict) else None
        if isinstance(name, str) and name:
            return name
    return os.path.basename(os.path.realpath(root)) or "project"
