"""C3: others that lead to the target: a proxy on loopback, a redirect from a mock, a forwarder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.drill import stand_in, values
from firedoor.drill.attack import Attack
from firedoor.drill.scene import OWN

if TYPE_CHECKING:
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


def _lead(scene: Scene, server: StandIn) -> None:
    """The attacker declares the server as its own: everything about it is allowed."""
    variable = scene.required(*_KINDS)
    kind = str(variable.resource)
    scene.tell(
        scene.attacker, **{variable.name: values.address(kind, scene.attacker.name, server.host, server.port)}
    )


def _redirect(scene: Scene, target: StandIn) -> str:
    mock = scene.stand_in(OWN, stand_in.http(b"", status="302 Found", header=f"Location: {_url(target)}\r\n"))
    _lead(scene, mock)
    return scene.guarded(_GETS, _url(mock))


def _proxied(scene: Scene, target: StandIn) -> str:
    proxy = scene.stand_in(OWN, stand_in.forwarding(target.host, target.port))
    _lead(scene, proxy)
    return scene.guarded(_BY_PROXY, _url(target), _url(proxy))


def _needs(scene: Scene) -> str:
    return scene.has(*_KINDS)


ATTACKS = (
    Attack(
        "redirect",
        "a mock answers 302 to the target",
        "C3",
        lambda scene: scene.reached(_redirect(scene, scene.live)),
        lambda scene: scene.served(_redirect(scene, scene.own)),
        _needs,
    ),
    Attack(
        "proxy",
        "HTTP_PROXY on loopback, forwarding to the target",
        "C3",
        lambda scene: scene.reached(_proxied(scene, scene.live)),
        lambda scene: scene.served(_proxied(scene, scene.own)),
        _needs,
    ),
)
