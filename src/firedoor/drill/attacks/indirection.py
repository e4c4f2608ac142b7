"""C3: others that lead to the target: a proxy on loopback, a redirect from a mock, a forwarder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.drill import stand_in
from firedoor.drill.attack import Attack, Tried

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.scene import Scene
    from firedoor.drill.stand_in import StandIn

_KINDS = ("http", "database", "cache", "queue", "vector", "bucket", "smtp")
_GETS = "import sys, urllib.request\nurllib.request.urlopen(sys.argv[1], timeout=4).read()"
_BY_PROXY = """\
import os, sys, urllib.request
os.environ["http_proxy"] = sys.argv[2]
os.environ["no_proxy"] = ""
urllib.request.urlopen(sys.argv[1], timeout=4).read()
"""


def _url(server: StandIn) -> str:
    return f"http://{server.host}:{server.port}/"


def _redirect(scene: Scene, target: StandIn) -> str:
    """What the attacker owns answers with the way to the target."""
    there = f"{_url(target)}there"
    elsewhere = stand_in.http(b"", status="302 Found", header=f"Location: {there}\r\n")
    arrived = stand_in.http()
    scene.own.answer = lambda data: (arrived if b"/there" in data else elsewhere)(data)
    return scene.guarded(_GETS, _url(scene.own))


def _proxied(scene: Scene, target: StandIn) -> str:
    """What the attacker owns forwards to the target; its own requests it answers itself."""
    is_own = target is scene.own
    scene.own.answer = stand_in.http() if is_own else stand_in.forwarding(target.host, target.port)
    return scene.guarded(_BY_PROXY, _url(target), _url(scene.own))


def _asked_for(scene: Scene, what: bytes) -> Callable[[str], Tried]:
    """Whether the attacker's own server was asked for it."""
    return lambda output: Tried(what in scene.own.heard, output)


def _redirected_home(scene: Scene) -> Tried:
    return _asked_for(scene, b"GET /there")(_redirect(scene, scene.own))


def _proxied_home(scene: Scene) -> Tried:
    return _asked_for(scene, f"GET {_url(scene.own)}".encode())(_proxied(scene, scene.own))


def _needs(scene: Scene) -> str:
    return scene.has(*_KINDS)


ATTACKS = (
    Attack(
        "redirect",
        "a mock answers 302 to the target",
        "C3",
        lambda scene: scene.reached(_redirect(scene, scene.live)),
        _redirected_home,
        _needs,
    ),
    Attack(
        "proxy",
        "HTTP_PROXY on loopback, forwarding to the target",
        "C3",
        lambda scene: scene.reached(_proxied(scene, scene.live)),
        _proxied_home,
        _needs,
    ),
)
