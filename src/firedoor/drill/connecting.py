"""What attacks that connect have in common: a script that is told an address, and who was reached by it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.attack import Tried
    from firedoor.drill.scene import Scene

# every script begins with it
ADDRESS = "import sys; host, port = sys.argv[1], int(sys.argv[2])\n"
KINDS = ("database", "cache", "http", "queue", "vector", "bucket", "smtp")


def needs(scene: Scene) -> str:
    """Something of the target's has an address."""
    return scene.has(*KINDS)


def installed(*libraries: str) -> Callable[[Scene], str]:
    """As ``needs``, and the libraries are there."""

    def unmet(scene: Scene) -> str:
        missing = [name for name in libraries if find_spec(name) is None]
        return needs(scene) or (f"{', '.join(missing)} is not installed" if missing else "")

    return unmet


def to_target(script: str, host: str = "") -> Callable[[Scene], Tried]:
    """The script with the target's address, its host spelled as ``host``."""

    def attempt(scene: Scene) -> Tried:
        return scene.reached(scene.connecting(ADDRESS + script, host or scene.live.host, scene.live.port))

    return attempt


def to_own(script: str) -> Callable[[Scene], Tried]:
    """The script with the attacker's own address."""

    def control(scene: Scene) -> Tried:
        return scene.served(scene.connecting(ADDRESS + script, scene.own.host, scene.own.port))

    return control
