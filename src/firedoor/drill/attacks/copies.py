"""C4 and C7: data that was copied, restored or shared, told by the stamp inside it or by its server."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from firedoor.drill.attack import Attack, Tried, not_yet
from firedoor.drill.scene import STARTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.scene import Scene

_STARTS = f"print('{STARTED}')"
_ASKS = f"import firedoor; firedoor.verify(); print('{STARTED}')"


def _stamped(scene: Scene) -> tuple[str, str]:
    """(attacker's file, target's file), each with its own stamp."""
    variable = scene.required("database")
    paths = []
    for environment in (scene.attacker, scene.target):
        path = os.path.join(scene.folder, f"{environment.name}.db")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE people (name TEXT)")
            connection.commit()
        scene.tell(environment, **{variable.name: f"sqlite:///{path}"})
        paths.append(path)
    _silence_others(scene)
    for environment in (scene.attacker, scene.target):
        scene.command("stamp", "-e", environment.name, "--by", "drill", variable.name)
    return paths[0], paths[1]


def _silence_others(scene: Scene) -> None:
    """Only what is asked about here is asked: the stand-ins of other kinds cannot answer."""
    for variable in scene.project.variables.values():
        if variable.resource not in (None, "database", "key", "signing-key", "password"):
            for environment in (scene.attacker, scene.target):
                scene.tell(environment, **{variable.name: ""})


def _restored(towards: str) -> Callable[[Scene], Tried]:
    """One environment's data restored over the other's, which then starts as applications do, asking."""

    def attempt(scene: Scene) -> Tried:
        attackers, targets = _stamped(scene)
        if towards == "attacker":
            shutil.copyfile(targets, attackers)
            return scene.started(scene.run(_ASKS))
        shutil.copyfile(attackers, targets)
        return scene.started(scene.run(_ASKS, environment=scene.target))

    return attempt


def _asked(who: str) -> Callable[[Scene], Tried]:
    def control(scene: Scene) -> Tried:
        _stamped(scene)
        return scene.started(
            scene.run(_ASKS, environment=scene.attacker if who == "attacker" else scene.target)
        )

    return control


def _stamped_again(scene: Scene) -> Tried:
    """A migration that ran against the wrong database puts the attacker's stamp into it."""
    attackers, targets = _stamped(scene)
    shutil.copyfile(targets, attackers)
    output = scene.command("stamp", "-e", scene.attacker.name, "--by", "drill")
    return Tried("stamped now" in output or "stamped anew" in output, output)


def _stamped_once(scene: Scene) -> Tried:
    attackers, _ = _stamped(scene)
    os.remove(attackers)
    with closing(sqlite3.connect(attackers)) as connection:
        connection.execute("CREATE TABLE people (name TEXT)")
        connection.commit()
    output = scene.command("stamp", "-e", scene.attacker.name, "--by", "drill")
    return Tried("stamped now" in output, output)


def _on_one_server(kind: str, change: Callable[[str], str]) -> Callable[[Scene], Tried]:
    """The target's server, and a part of it that is not the target's."""

    def attempt(scene: Scene) -> Tried:
        variable = scene.required(kind)
        text = scene.value(scene.target, variable.name)
        scene.tell(scene.attacker, **{variable.name: change(text)})
        return scene.started(scene.run(_STARTS))

    return attempt


def _on_own_server(scene: Scene) -> Tried:
    return scene.started(scene.run(_STARTS))


def _needs(*kinds: str) -> Callable[[Scene], str]:
    def unmet(scene: Scene) -> str:
        variable = scene.variable(*kinds)
        if variable is None:
            return scene.has(*kinds)
        allowed = {scene.attacker.name, scene.target.name} <= {*variable.shared_server}
        return "the declaration lets both be on one server" if allowed else ""

    return unmet


def _required(scene: Scene) -> str:
    """Resources that cannot be silenced cannot be asked here either."""
    loud = [
        one.name
        for one in scene.project.variables.values()
        if one.required and one.resource not in (None, "database", "key", "signing-key", "password")
    ]
    return scene.has("database") or (
        f"{loud[0]} is required, and its stand-in cannot be asked" if loud else ""
    )


ATTACKS = (
    Attack(
        "copy-of-target",
        "the target's dump, restored into the attacker's database",
        "C7",
        _restored("attacker"),
        _asked("attacker"),
        _required,
        short=True,
    ),
    Attack(
        "copy-over-target",
        "the attacker's dump, restored over the target's database",
        "C7",
        _restored("target"),
        _asked("target"),
        _required,
    ),
    Attack("stamp-again", "a stamp over somebody else's", "C7", _stamped_again, _stamped_once, _required),
    Attack(
        "cache-index",
        "another index of the target's Redis, where FLUSHALL empties all",
        "C4",
        _on_one_server("cache", lambda text: text.rpartition("/")[0] + "/5"),
        _on_own_server,
        _needs("cache"),
        short=True,
    ),
    Attack(
        "database-beside",
        "another database on the target's server",
        "C4",
        _on_one_server("database", lambda text: text + "_tests"),
        _on_own_server,
        _needs("database"),
    ),
    Attack(
        "bucket-prefix",
        "a prefix inside the target's bucket",
        "C4",
        _on_one_server("bucket", lambda text: text.rstrip("/") + "/tests"),
        _on_own_server,
        _needs("bucket"),
    ),
    Attack(
        "queue-shared",
        "a worker on the target's queue",
        "C4",
        _on_one_server("queue", lambda text: text),
        _on_own_server,
        _needs("queue"),
    ),
    not_yet(
        "server-side",
        "dblink, FDW and COPY TO PROGRAM from the own database",
        "C3",
        "a server connects, not this project: it needs a real one",
    ),
    not_yet(
        "login-elsewhere",
        "the attacker's login opens the target's database",
        "C5",
        "it needs a real server: firedoor check --try-credentials",
    ),
)
