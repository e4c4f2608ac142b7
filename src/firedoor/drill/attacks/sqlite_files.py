"""C3: the target's SQLite file under another name, in the attacker's own file or in a running program."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from firedoor.drill.attack import Attack, Tried

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.scene import Scene

_KEPT = "canary"
_SPOILS = """\
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], uri=sys.argv[1].startswith("file:"))
connection.execute("DELETE FROM canary")
connection.commit()
"""
_ATTACHES = """\
import sqlite3, sys
connection = sqlite3.connect(":memory:")
connection.execute("ATTACH '" + sys.argv[1] + "' AS other")
connection.execute("DELETE FROM other.canary")
connection.commit()
"""


def _linked(scene: Scene, path: str) -> str:
    link = os.path.join(scene.folder, "link.db")
    os.symlink(path, link)
    return link


def _hard_linked(scene: Scene, path: str) -> str:
    link = os.path.join(scene.folder, "hard.db")
    os.link(path, link)
    return link


_SPELLINGS: tuple[tuple[str, str, Callable[[Scene, str], str]], ...] = (
    ("symlink", "a symbolic link to the target's file", _linked),
    ("hard-link", "a hard link to the target's file", _hard_linked),
    (
        "dots",
        "the target's file by way of ..",
        lambda scene, path: f"{scene.folder}/.git/../{os.path.basename(path)}",
    ),
    ("proc", "the target's file by way of /proc/self/root", lambda _, path: f"/proc/self/root{path}"),
)


def _arrange(scene: Scene) -> tuple[str, str, str]:
    """(variable, own file, target's file), both with a row in them."""
    variable = scene.required("database")
    own, live = (os.path.join(scene.folder, name) for name in ("own.db", "live.db"))
    for path in (own, live):
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE canary (name TEXT)")
            connection.execute("INSERT INTO canary VALUES (?)", (_KEPT,))
            connection.commit()
    for environment, path in ((scene.attacker, own), (scene.target, live)):
        scene.tell(environment, **{variable.name: f"sqlite:///{path}"})
    return variable.name, own, live


def _spoiled(path: str, output: str) -> Tried:
    with closing(sqlite3.connect(path)) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM canary").fetchone()
    return Tried(rows == 0, output)


def _told(spell: Callable[[Scene, str], str]) -> Callable[[Scene], Tried]:
    def attempt(scene: Scene) -> Tried:
        variable, _, live = _arrange(scene)
        spelled = spell(scene, live)
        scene.tell(scene.attacker, **{variable: f"sqlite:///{spelled}"})
        return _spoiled(live, scene.run(_SPOILS, spelled))

    return attempt


def _told_own(spell: Callable[[Scene, str], str]) -> Callable[[Scene], Tried]:
    def control(scene: Scene) -> Tried:
        variable, own, _ = _arrange(scene)
        spelled = spell(scene, own)
        scene.tell(scene.attacker, **{variable: f"sqlite:///{spelled}"})
        return _spoiled(own, scene.run(_SPOILS, spelled))

    return control


def _opened(script: str, spell: Callable[[Scene, str], str], *more: str) -> Callable[[Scene], Tried]:
    def attempt(scene: Scene) -> Tried:
        _, _, live = _arrange(scene)
        return _spoiled(live, scene.guarded(script, spell(scene, live), *more))

    return attempt


def _opened_own(script: str, spell: Callable[[Scene, str], str], *more: str) -> Callable[[Scene], Tried]:
    def control(scene: Scene) -> Tried:
        _, own, _ = _arrange(scene)
        return _spoiled(own, scene.guarded(script, spell(scene, own), *more))

    return control


def _plain(_: Scene, path: str) -> str:
    return path


def _address(_: Scene, path: str) -> str:
    """The last letter of the path escaped."""
    return f"file:{path[:-1]}%{ord(path[-1]):02x}?mode=rw"


def _needs(scene: Scene) -> str:
    return scene.has("database") or ("" if os.path.isdir("/proc/self") else "there is no /proc here")


_OPENED = (
    ("plain", "sqlite3 opens the target's file", _SPOILS, _plain, ()),
    ("uri", "sqlite3 opens it by an address with escapes", _SPOILS, _address, ()),
    ("hard-link-opened", "sqlite3 opens a hard link to it", _SPOILS, _hard_linked, ()),
    ("attach", "ATTACH of the target's file", _ATTACHES, _plain, ()),
)
ATTACKS = (
    *(
        Attack(
            f"sqlite-{name}", words, "C3", _told(spell), _told_own(spell), _needs, short=name == "hard-link"
        )
        for name, words, spell in _SPELLINGS
    ),
    *(
        Attack(
            f"sqlite-{name}",
            words,
            "C3",
            _opened(script, spell, *more),
            _opened_own(script, spell, *more),
            _needs,
        )
        for name, words, script, spell, more in _OPENED
    ),
)
