"""Looking over a project's folder: bounded, without following links, around what is not the project's own."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass, field

from firedoor.declaration import FILE_NAME

MOST_ENTRIES = 20_000
MOST_PYTHON_FILES = 2_000
DEEPEST = 7

_NOT_OURS = frozenset(
    (
        "__pycache__",
        "node_modules",
        "bower_components",
        "site-packages",
        "venv",
        "virtualenv",
        "build",
        "dist",
        "target",
        "vendor",
        "third_party",
        "htmlcov",
        "coverage",
        "migrations",
        "static",
        "staticfiles",
        "media",
        "logs",
        "tmp",
    )
)
_HIDDEN_BUT_OURS = frozenset(
    (".envs", ".env", ".environments", ".docker", ".devcontainer", ".config", ".deploy")
)
_COMPOSE_STEMS = ("compose", "docker-compose")
_COMPOSE_ENDINGS = (".yml", ".yaml")
_SCRIPTS = frozenset(("makefile", "gnumakefile", "justfile", "taskfile.yml", "taskfile.yaml", "package.json"))


@dataclass
class Tree:
    """The files worth reading, as paths relative to the root with forward slashes, nearest to the root first."""

    root: str
    env_like: list[str] = field(default_factory=list)
    python: list[str] = field(default_factory=list)
    compose: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    entries: int = 0
    truncated: bool = False


def look_over(root: str, *, most_entries: int = MOST_ENTRIES) -> Tree:
    """Walk the project breadth first. ``truncated`` says that it was larger than we read."""
    tree = Tree(root)
    waiting = deque([("", 0)])
    while waiting:
        folder, depth = waiting.popleft()
        for name, is_folder in _listed(os.path.join(root, folder)):
            tree.entries += 1
            if tree.entries > most_entries:
                tree.truncated = True
                return tree
            path = f"{folder}/{name}" if folder else name
            if is_folder:
                if _is_ours(os.path.join(root, path), name):
                    waiting.extend([(path, depth + 1)] if depth < DEEPEST else [])
            else:
                _sort(tree, path, name)
    return tree


def _listed(folder: str) -> list[tuple[str, bool]]:
    """Names and whether each is a folder of its own (a link to one is not), in a stable order; files first."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    except OSError:
        return []
    return sorted(found, key=lambda entry: (entry[1], entry[0]))


def _is_ours(path: str, name: str) -> bool:
    if name in _NOT_OURS or (
        name.startswith(".") and name not in _HIDDEN_BUT_OURS and not _is_within_envs(path)
    ):
        return False
    # a virtual environment, another repository, or a project with a declaration of its own
    return not any(os.path.lexists(os.path.join(path, mark)) for mark in ("pyvenv.cfg", ".git", FILE_NAME))


def _is_within_envs(path: str) -> bool:
    return os.path.basename(os.path.dirname(path)) in (".envs", "envs", "environments")


def _sort(tree: Tree, path: str, name: str) -> None:
    lower = name.lower()
    if lower.endswith(".py"):
        if len(tree.python) < MOST_PYTHON_FILES:
            tree.python.append(path)
        else:
            tree.truncated = True
    elif ".env" in lower or "/.envs/" in f"/{path}" or "/envs/" in f"/{path}" or lower.startswith("env."):
        tree.env_like.append(path)
    elif lower.startswith(_COMPOSE_STEMS) and lower.endswith(_COMPOSE_ENDINGS):
        tree.compose.append(path)
    elif lower in _SCRIPTS or lower.endswith((".mk", ".sh")):
        tree.scripts.append(path)
