"""C9, C11 and C8: keys that are shared or real, tokens and calls from elsewhere, mail to people."""

from __future__ import annotations

import secrets
import socket
import sys
from typing import TYPE_CHECKING

from firedoor.drill import stand_in
from firedoor.drill.attack import Attack, Tried
from firedoor.drill.scene import OWN, STARTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.scene import Scene

_RELAY = 2525  # mail servers that deliver listen there, too
_STARTS = f"print('{STARTED}')"
_SERVES = """\
import sys
from firedoor import load
from firedoor.web import WsgiHandshake, HEADER

def application(environ, start_response):
    start_response("200 OK", [])
    return [b""]

said = []
name = "HTTP_" + HEADER.upper().replace("-", "_")
environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "x", "SERVER_PORT": "80"}
environ["wsgi.url_scheme"] = "http"
door = WsgiHandshake(application)
body = b"".join(door({**environ, name: sys.argv[1]}, lambda status, headers, info=None: said.append(status)))
print(said[0], body.decode())
"""
_MAILS = """\
import smtplib, sys
with smtplib.SMTP(sys.argv[1], int(sys.argv[2]), timeout=2) as server:
    server.sendmail("shop@example.org", [sys.argv[3]], "Subject: hello\\r\\n\\r\\nhello")
"""


def _shared(scene: Scene) -> Tried:
    variable = scene.required("signing-key", "key", "password")
    scene.tell(scene.attacker, **{variable.name: scene.value(scene.target, variable.name)})
    return scene.started(scene.run(_STARTS))


def _own(scene: Scene) -> Tried:
    return scene.started(scene.run(_STARTS))


def _with_key(key: Callable[[], str]) -> Callable[[Scene], Tried]:
    def attempt(scene: Scene) -> Tried:
        variable = scene.required("key")
        scene.tell(scene.attacker, **{variable.name: key()})
        return scene.started(scene.run(_STARTS))

    return attempt


def _test_key() -> str:
    return "sk_test_" + secrets.token_hex(12)


def _in_target(text: Callable[[], str], *kinds: str) -> Callable[[Scene], Tried]:
    def attempt(scene: Scene) -> Tried:
        variable = scene.required(*kinds)
        scene.tell(scene.target, **{variable.name: text()})
        return scene.started(scene.run(_STARTS, environment=scene.target))

    return attempt


def _unnoticed(scene: Scene) -> Tried:
    """It is told, and does not stop the start: the target may not have live keys yet."""
    tried = _in_target(_test_key, "key")(scene)
    return Tried(tried.through and "FD405" not in tried.output, tried.output)


def _target_starts(scene: Scene) -> Tried:
    return scene.started(scene.run(_STARTS, environment=scene.target))


def _called(who: str) -> Callable[[Scene], Tried]:
    """A call that says whose it is, at a service of the target."""

    def attempt(scene: Scene) -> Tried:
        caller = scene.attacker if who == "attacker" else scene.target
        mark = f"{scene.project.name}/{caller.name}"
        output = scene.run(_SERVES, mark, environment=scene.target)
        return Tried("200 OK" in output, output)

    return attempt


def _mailed(recipient: str) -> Callable[[Scene], Tried]:
    def attempt(scene: Scene) -> Tried:
        server = scene.stand_in(_relay_host(), stand_in.smtp, greeting=b"220 drill\r\n", port=_RELAY)
        variable = scene.required("smtp")
        scene.tell(scene.attacker, **{variable.name: f"smtp://{server.host}:{server.port}"})
        output = scene.guarded(_MAILS, server.host, server.port, recipient)
        return Tried(recipient.encode() in server.heard, output)

    return attempt


def _has_keys(scene: Scene) -> str:
    return scene.has("signing-key", "key", "password")


def _named(scene: Scene) -> str:
    return "" if scene.project.name else "the project has no name to call itself by"


def _relay_host() -> str:
    """Where a stand-in has the port to itself, whoever else is drilling: Linux has a whole network of loopback."""
    if sys.platform != "linux":
        return OWN
    return ".".join(map(str, (127, *(1 + secrets.randbelow(254) for _ in range(3)))))


def _is_free(host: str, port: int) -> bool:
    try:
        socket.create_server((host, port)).close()
    except OSError:
        return False
    return True


def _mail(scene: Scene) -> str:
    is_free = _is_free(_relay_host(), _RELAY)
    return scene.has("smtp") or ("" if is_free else f"port {_RELAY}, a relay's, is taken here")


ATTACKS = (
    Attack("key-shared", "the target's key in the attacker's file", "C9", _shared, _own, _has_keys),
    Attack(
        "call-from-attacker",
        "a call of the attacker's to a service of the target",
        "C9",
        _called("attacker"),
        _called("target"),
        _named,
        short=True,
    ),
    Attack(
        "key-live",
        "a live key in the attacker's file",
        "C5",
        _with_key(lambda: "sk_live_" + secrets.token_hex(12)),
        _with_key(_test_key),
        lambda scene: scene.has("key"),
        short=True,
    ),
    Attack(
        "key-aws",
        "a long-lived AWS key in the attacker's file",
        "C5",
        _with_key(
            lambda: "AKIA" + "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(16))
        ),
        _with_key(_test_key),
        lambda scene: scene.has("key"),
    ),
    Attack(
        "key-test-in-target",
        "a test key in the target's file, unnoticed",
        "C10",
        _unnoticed,
        _target_starts,
        lambda scene: scene.has("key"),
    ),
    Attack(
        "key-placeholder",
        "a placeholder for a key in the target's file",
        "C11",
        _in_target(lambda: "changeme", "signing-key", "key", "password"),
        _target_starts,
        _has_keys,
    ),
    Attack(
        "key-insecure",
        "django-insecure-... in the target's file",
        "C11",
        _in_target(lambda: "django-insecure-" + secrets.token_hex(25), "signing-key"),
        _target_starts,
        lambda scene: scene.has("signing-key"),
    ),
    Attack(
        "mail-to-people",
        "mail to somebody's real address",
        "C8",
        _mailed("somebody@gmail.com"),
        _mailed("somebody@example.org"),
        _mail,
    ),
)
