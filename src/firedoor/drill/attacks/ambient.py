"""C1: what the shell, a fallback file or a default brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from firedoor.drill import sandbox
from firedoor.drill.attack import Attack
from firedoor.drill.scene import STARTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.attack import Tried
    from firedoor.drill.scene import Scene

_STARTS = f"print('{STARTED}')"
_DATABASE = "database"
# What a client library does: its variables count before, or beside, the address that the program gives it.
_OBEYS = """\
import os, socket, sys
host, port = sys.argv[1], int(sys.argv[2])
said = [os.environ.get(name) for name in ("PGHOSTADDR", "PGHOST", "MYSQL_HOST")]
service = os.environ.get("PGSERVICEFILE")
if os.environ.get("PGSERVICE") and service:
    told = dict(line.strip().split("=") for line in open(service) if "=" in line)
    host, port = told["host"], int(told["port"])
host = next(filter(None, said), host)
port = int(os.environ.get("PGPORT") or port)
socket.create_connection((host, port), 2).close()
"""
_OWN = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2).close()"


def _name(scene: Scene) -> str:
    variable = scene.required(_DATABASE)
    return variable.name


def _leading(*names: str) -> Callable[[Scene], Tried]:
    """The shell exports variables that lead a client library to the target."""

    def attempt(scene: Scene) -> Tried:
        told = {"PGPORT": str(scene.live.port)}
        for name in names:
            told[name] = scene.live.host
        if "PGSERVICE" in names:
            told = {"PGSERVICE": "live", "PGSERVICEFILE": scene.write("service.conf", _service(scene))}
        return scene.reached(scene.run(_OBEYS, scene.own.host, scene.own.port, exported=told))

    return attempt


def _service(scene: Scene) -> str:
    return f"[live]\nhost={scene.live.host}\nport={scene.live.port}\n"


def _own(scene: Scene) -> Tried:
    return scene.served(scene.run(_OBEYS, scene.own.host, scene.own.port))


def _exported(scene: Scene) -> Tried:
    name = _name(scene)
    return scene.started(scene.run(_STARTS, exported={name: scene.value(scene.target, name)}))


def _activated(scene: Scene) -> Tried:
    """All of the target's resources, as a virtualenv's activate script exported them."""
    names = [one.name for one in scene.project.variables.values() if one.resource is not None]
    told = {name: scene.value(scene.target, name) for name in names}
    return scene.started(scene.run(_STARTS, exported={name: text for name, text in told.items() if text}))


def _other_name(scene: Scene) -> Tried:
    """The target's address under a name that nobody declared."""
    text = scene.value(scene.target, _name(scene))
    script = f"import os; print('{STARTED}' if 'LIVE_COPY' in os.environ else '')"
    return scene.started(scene.run(script, exported={"LIVE_COPY": text}))


def _nothing_exported(scene: Scene) -> Tried:
    return scene.started(scene.run(_STARTS, exported={"SOMETHING": "else"}))


def _fallback(scene: Scene) -> Tried:
    """The attacker's own file is missing, and `.env` holds the target's values."""
    sandbox.remove_values(scene.project, scene.attacker)
    values = {one: scene.value(scene.target, one) for one in scene.project.variables}
    scene.write(".env", sandbox.spelled({name: text for name, text in values.items() if text}))
    return scene.started(scene.run(_STARTS))


def _default(scene: Scene) -> Tried:
    name = _name(scene)
    scene.tell(scene.attacker, **{name: "x"})
    text = scene.value(scene.target, name)
    scene.write(scene.project.files[0].replace("{env}", scene.attacker.name), _referring(scene, name, text))
    return scene.started(scene.run(_STARTS))


def _own_default(scene: Scene) -> Tried:
    name = _name(scene)
    text = scene.value(scene.attacker, name)
    scene.write(scene.project.files[0].replace("{env}", scene.attacker.name), _referring(scene, name, text))
    return scene.started(scene.run(_STARTS))


def _referring(scene: Scene, name: str, text: str) -> str:
    """The attacker's file with a default for the address, in case nothing sets it."""
    lines = []
    for one in scene.project.variables:
        told = scene.value(scene.attacker, one)
        if one == name:
            lines.append(f"{name}=${{DRILL_UNSET:-{text}}}\n")
        elif told:
            lines.append(sandbox.spelled({one: told}))
    return "".join(lines)


def _empty(scene: Scene) -> Tried:
    """An address that names no host, which the client library fills from what the shell exports."""
    name = _name(scene)
    target = urlsplit(scene.value(scene.target, name))
    scene.tell(scene.attacker, **{name: f"postgresql:///{target.path[1:]}"})
    told = {"PGHOST": scene.live.host, "PGPORT": str(scene.live.port)}
    return scene.reached(scene.run(_OBEYS, "127.0.0.1", scene.own.port, exported=told))


def _template(scene: Scene) -> str:
    template = scene.project.files[0]
    return "" if "{env}" in template else "every environment reads the same file"


def _may_fall_back(scene: Scene) -> str:
    return scene.has(_DATABASE) or _template(scene)


def _needs(scene: Scene) -> str:
    return scene.has(_DATABASE)


ATTACKS = (
    Attack(
        "ambient-PGHOST", "PGHOST is exported and leads to the target", "C1", _leading("PGHOST"), _own, _needs
    ),
    Attack("ambient-PGHOSTADDR", "PGHOSTADDR beats the host", "C1", _leading("PGHOSTADDR"), _own, _needs),
    Attack(
        "ambient-PGSERVICE", "a service file leads to the target", "C1", _leading("PGSERVICE"), _own, _needs
    ),
    Attack("ambient-hostless", "an address without a host, and PGHOST", "C1", _empty, _own, _needs),
    Attack(
        "ambient-exported",
        "the shell exports the target's database address",
        "C1",
        _exported,
        _nothing_exported,
        _needs,
        short=True,
    ),
    Attack(
        "ambient-activated",
        "an activate script exports the target's values",
        "C1",
        _activated,
        _nothing_exported,
        _needs,
    ),
    Attack(
        "ambient-other-name",
        "the target's address under another name",
        "C1",
        _other_name,
        _nothing_exported,
        _needs,
    ),
    Attack(
        "fallback-file",
        "the own file is missing, .env holds the target's",
        "C1",
        _fallback,
        _nothing_exported,
        _may_fall_back,
    ),
    Attack(
        "default-in-reference",
        "a default in ${...} is the target's address",
        "C1",
        _default,
        _own_default,
        _needs,
    ),
)
