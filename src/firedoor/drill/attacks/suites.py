"""C6: a test suite that reaches for the target, or that is started where nothing is tested."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from firedoor.drill.attack import Attack, Tried
from firedoor.drill.scene import STARTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.scene import Scene
    from firedoor.environment import Environment

_CONNECT = "import socket\nsocket.create_connection(({host!r}, {port}), 2).close()\n"
_TEST = "def test_nothing():\n    pass\n"
_IN_FIXTURE = """\
import socket
import pytest

@pytest.fixture(scope="session", autouse=True)
def before():
    socket.create_connection(({host!r}, {port}), 2).close()

def test_nothing():
    pass
"""
_UNIT = """\
import socket
import pytest

{mark}
def test_unit():
    socket.create_connection(({host!r}, {port}), 2).close()
"""
_PASSED = "1 passed"
_SAYS = f"def test_it():\n    print('{STARTED}')\n"
_KINDS = ("database", "cache", "http", "queue", "vector", "bucket", "smtp")


def _needs(scene: Scene) -> str:
    if find_spec("pytest") is None:
        return "pytest is not installed"
    if not scene.attacker.tests:
        return f"{scene.attacker} is not declared for tests"
    return scene.has(*_KINDS)


def _suite(scene: Scene, place: str, host: str, port: int) -> str:
    connect = _CONNECT.format(host=host, port=port)
    if place == "conftest":
        return scene.suite(_TEST, conftest=connect)
    if place == "module":
        return scene.suite(connect + _TEST)
    return scene.suite(_IN_FIXTURE.format(host=host, port=port))


def _attempt(place: str) -> Callable[[Scene], Tried]:
    return lambda scene: scene.reached(_suite(scene, place, scene.live.host, scene.live.port))


def _control(place: str) -> Callable[[Scene], Tried]:
    return lambda scene: scene.served(_suite(scene, place, scene.own.host, scene.own.port))


def _started_in(environment: Callable[[Scene], Environment], *arguments: str) -> Callable[[Scene], Tried]:
    def attempt(scene: Scene) -> Tried:
        exported = {scene.project.selectors[0]: environment(scene).name}
        return scene.started(scene.suite(_SAYS, "-s", *arguments, exported=exported))

    return attempt


def _other(scene: Scene) -> Environment:
    """An open environment that is not for tests."""
    return next(one for one in scene.project.environments if not one.protected and not one.tests)


def _no_other(scene: Scene) -> str:
    if _needs(scene):
        return _needs(scene)
    others = [one for one in scene.project.environments if not one.protected and not one.tests]
    return "" if others else "every environment that is not protected is for tests"


def _marked(mark: str) -> Callable[[Scene], Tried]:
    """Even one's own server is too far for a unit test."""

    def attempt(scene: Scene) -> Tried:
        output = scene.suite(_UNIT.format(mark=mark, host=scene.own.host, port=scene.own.port))
        return Tried(_PASSED in output, output)

    return attempt


ATTACKS = (
    Attack(
        "suite-conftest",
        "a conftest connects while it is imported",
        "C6",
        _attempt("conftest"),
        _control("conftest"),
        _needs,
    ),
    Attack(
        "suite-collection",
        "a test module connects while it is collected",
        "C6",
        _attempt("module"),
        _control("module"),
        _needs,
    ),
    Attack(
        "suite-fixture",
        "a session's fixture connects",
        "C6",
        _attempt("fixture"),
        _control("fixture"),
        _needs,
        short=True,
    ),
    Attack(
        "suite-unit",
        "a unit test connects, be it to its own server",
        "C6",
        _marked("@pytest.mark.unit"),
        _marked("@pytest.mark.integration"),
        _needs,
    ),
    Attack(
        "suite-in-target",
        "pytest is started in the protected environment",
        "C6",
        _started_in(lambda scene: scene.target),
        _started_in(lambda scene: scene.attacker),
        _needs,
        short=True,
    ),
    Attack(
        "suite-elsewhere",
        "pytest is started in an environment that is not for tests",
        "C6",
        _started_in(_other),
        _started_in(lambda scene: scene.attacker),
        _no_other,
    ),
)
