"""C3: the target's address in the attacker's own file, spelled in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from firedoor.drill.attack import Attack
from firedoor.drill.scene import STARTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from firedoor.drill.attack import Tried
    from firedoor.drill.scene import Scene

_STARTS = f"print('{STARTED}')"
_SPELLINGS: tuple[tuple[str, str, Callable[[str, int, str], str]], ...] = (
    ("short", "127.2", lambda _, port, name: f"postgresql://u@127.2:{port}/{name}"),
    ("decimal", "one number", lambda _, port, name: f"postgresql://u@2130706434:{port}/{name}"),
    ("hexadecimal", "hexadecimal", lambda _, port, name: f"postgresql://u@0x7f000002:{port}/{name}"),
    ("octal", "octal", lambda _, port, name: f"postgresql://u@0177.0.0.2:{port}/{name}"),
    ("mapped", "IPv4 in IPv6", lambda _, port, name: f"postgresql://u@[::ffff:127.0.0.2]:{port}/{name}"),
    (
        "escaped-host",
        "escapes in the host",
        lambda _, port, name: f"postgresql://u@127.0.0.%32:{port}/{name}",
    ),
    (
        "escaped-name",
        "escapes in the name",
        lambda host, port, name: f"postgresql://u@{host}:{port}/%{ord(name[0]):02x}{name[1:]}",
    ),
    (
        "several-hosts",
        "several hosts",
        lambda host, port, name: f"postgresql://u@127.0.0.9:1,{host}:{port}/{name}",
    ),
    (
        "query-host",
        "the host in the query",
        lambda host, port, name: f"postgresql://u@localhost/own?host={host}&port={port}&dbname={name}",
    ),
    (
        "hostaddr",
        "hostaddr beside the host",
        lambda host, port, name: f"postgresql://u@localhost:{port}/{name}?hostaddr={host}",
    ),
    (
        "trailing-dot",
        "a dot behind the host",
        lambda host, port, name: f"postgresql://u@{host}.:{port}/{name}",
    ),
    (
        "driver",
        "another driver, upper case",
        lambda host, port, name: f"POSTGRES+asyncpg://u@{host}:{port}/{name}",
    ),
    ("keywords", "keywords", lambda host, port, name: f"host={host} port={port} dbname={name} user=u"),
    (
        "socket-folder",
        "a socket's folder",
        lambda _, port, name: f"postgresql://u@%2Frun%2Fdrill:{port}/{name}",
    ),
)


def _of(scene: Scene) -> tuple[str, str, int, str]:
    variable = scene.required("database")
    parts = urlsplit(scene.value(scene.target, variable.name))
    return variable.name, str(parts.hostname), int(parts.port or 0), parts.path[1:]


def _attempt(spell: Callable[[str, int, str], str]) -> Callable[[Scene], Tried]:
    def attempt(scene: Scene) -> Tried:
        variable, host, port, name = _of(scene)
        spelled = spell(host, port, name)
        if "%2Frun" in spelled:
            scene.tell(scene.target, **{variable: f"postgresql:///{name}?host=/run/drill&port={port}"})
        scene.tell(scene.attacker, **{variable: spelled})
        return scene.started(scene.run(_STARTS))

    return attempt


def _control(spell: Callable[[str, int, str], str]) -> Callable[[Scene], Tried]:
    """The same spelling of what the attacker owns."""

    def control(scene: Scene) -> Tried:
        variable, _, _, _ = _of(scene)
        told = spell(scene.own.host, scene.own.port, "drill_own").replace("127.2", "127.1")
        for other, own in (
            ("2130706434", "2130706433"),
            ("0x7f000002", "0x7f000001"),
            (".0.2", ".0.1"),
            ("%32", "%31"),
        ):
            told = told.replace(other, own)
        scene.tell(scene.attacker, **{variable: told})
        return scene.started(scene.run(_STARTS))

    return control


# spellings of 127.0.0.2 itself
_NUMBERS = ("short", "decimal", "hexadecimal", "octal", "mapped", "escaped-host")


def _has_database(scene: Scene) -> str:
    return scene.has("database")


def _has_address(scene: Scene) -> str:
    is_there = scene.live.host == "127.0.0.2"
    return _has_database(scene) or ("" if is_there else "only Linux has 127.0.0.2 by itself")


ATTACKS = tuple(
    Attack(
        f"spelling-{name}",
        f"the target's database, spelled with {words}"
        if name != "short"
        else "the target's database as 127.2",
        "C3",
        _attempt(spell),
        _control(spell),
        _has_address if name in _NUMBERS else _has_database,
        short=name in ("query-host", "mapped"),
    )
    for name, words, spell in _SPELLINGS
)
