"""C10 and C11: the target weakened: debugging, reloaders, real files in git."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from firedoor.drill.attack import Attack, Tried, not_yet
from firedoor.drill.scene import STARTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.declaration import Variable
    from firedoor.drill.scene import Scene

_STARTS = f"print('{STARTED}')"


def _flag(scene: Scene) -> Variable | None:
    """A boolean that the target requires to be false."""
    for name, allowed in scene.target.require.items():
        variable = scene.project.variables.get(name)
        if variable is not None and variable.type == "bool" and not any(allowed):
            return variable
    return None


def _has_flag(scene: Scene) -> str:
    return "" if _flag(scene) else f"no boolean is required to be false in {scene.target}"


def _flagged(text: str) -> Callable[[Scene], Tried]:
    def attempt(scene: Scene) -> Tried:
        variable = _flag(scene)
        told = {} if variable is None else {variable.name: text}
        scene.tell(scene.target, **told)
        return scene.started(scene.run(_STARTS, environment=scene.target))

    return attempt


def _launched(*command: str, exported: dict[str, str] | None = None) -> Callable[[Scene], Tried]:
    """A command line in the target; in the server's place stands a script of its name that says that it started."""

    def attempt(scene: Scene) -> Tried:
        name, *rest = command
        path = scene.write(f"bin/{name}", f"#!/bin/sh\necho {STARTED}\n")
        os.chmod(path, 0o700)
        search = os.pathsep.join((os.path.dirname(path), os.environ.get("PATH", "")))
        told = {"PATH": search, **(exported or {})}
        return scene.started(scene.command("run", "-e", scene.target.name, "--", name, *rest, exported=told))

    return attempt


ATTACKS = (
    Attack("debug-true", "DEBUG=true in the target", "C10", _flagged("true"), _flagged("false"), _has_flag),
    Attack(
        "debug-misspelt",
        "DEBUG=ture, which some read as false and some as true",
        "C10",
        _flagged("ture"),
        _flagged("false"),
        _has_flag,
    ),
    Attack(
        "debug-blank",
        "DEBUG='1 ', with a blank behind it",
        "C10",
        _flagged("1 "),
        _flagged("False"),
        _has_flag,
    ),
    Attack(
        "reload",
        "uvicorn --reload in the target",
        "C10",
        _launched("uvicorn", "app:app", "--reload"),
        _launched("uvicorn", "app:app", "--workers", "2"),
        short=True,
    ),
    Attack(
        "reload-variable",
        "GUNICORN_CMD_ARGS=--reload in the target's shell",
        "C10",
        _launched("gunicorn", "app", exported={"GUNICORN_CMD_ARGS": "--reload"}),
        _launched("gunicorn", "app", exported={"GUNICORN_CMD_ARGS": "--workers 2"}),
    ),
    Attack(
        "runserver",
        "Django's development server in the target",
        "C10",
        _launched("django-admin", "runserver"),
        _launched("django-admin", "check"),
    ),
    not_yet(
        "mail-backend",
        "a mail backend that prints, wildcard hosts",
        "C10",
        "no readiness checks of frameworks yet",
    ),
    not_yet(
        "git-history",
        "the target's file in an old commit",
        "C11",
        "git's index is looked at, not its history",
    ),
    not_yet(
        "promotion",
        "a release that nobody verified, or that its author approved",
        "C12",
        "firedoor does not promote releases yet",
    ),
)
