"""C2: an environment's name that is misspelt, missing, doubled or contradicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.drill.attack import Attack
from firedoor.drill.scene import STARTED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firedoor.drill.attack import Tried
    from firedoor.drill.scene import Scene

_STARTS = f"print('{STARTED}')"


def _shell(variables: Callable[[Scene], Mapping[str, str]], file: str = "") -> Callable[[Scene], Tried]:
    def attempt(scene: Scene) -> Tried:
        if file:
            selector, target = scene.project.selectors[0], scene.target.name
            scene.write(".env", file.format(selector=selector, target=target, attacker=scene.attacker.name))
        return scene.started(scene.run(_STARTS, exported=variables(scene), choose=False))

    return attempt


def _chosen(scene: Scene) -> dict[str, str]:
    return {scene.project.selectors[0]: scene.attacker.name}


def _misspelt(scene: Scene) -> dict[str, str]:
    name = scene.target.name
    return {scene.project.selectors[0]: name[:3] + name[4:] if len(name) > 4 else f"{name}x"}


def _contradicted(scene: Scene) -> dict[str, str]:
    first, second, *_ = scene.project.selectors
    return {first: scene.attacker.name, second: scene.target.name}


def _agreeing(scene: Scene) -> dict[str, str]:
    return dict.fromkeys(scene.project.selectors, scene.attacker.name)


def _has_default(scene: Scene) -> str:
    return "the declaration has a default" if scene.project.default else ""


ATTACKS = (
    Attack(
        "name-misspelt",
        "a letter is missing in the environment's name",
        "C2",
        _shell(_misspelt),
        _shell(_chosen),
        short=True,
    ),
    Attack(
        "name-case",
        "the name in capitals, with a blank behind it",
        "C2",
        _shell(lambda scene: {scene.project.selectors[0]: f"{scene.target.name.title()} "}),
        _shell(_chosen),
    ),
    Attack(
        "name-empty",
        "the selector is set and empty",
        "C2",
        _shell(lambda scene: {scene.project.selectors[0]: ""}),
        _shell(_chosen),
    ),
    Attack(
        "name-unset",
        "nothing chooses an environment",
        "C2",
        _shell(lambda _: {}),
        _shell(_chosen),
        _has_default,
    ),
    Attack(
        "name-contradicted",
        "two selectors disagree",
        "C2",
        _shell(_contradicted),
        _shell(_agreeing),
        lambda scene: "" if len(scene.project.selectors) > 1 else "the declaration has one selector",
    ),
    Attack(
        "name-doubled",
        "the selector stands twice in .env",
        "C2",
        _shell(lambda _: {}, "{selector}={attacker}\n{selector}={target}\n"),
        _shell(lambda _: {}, "{selector}={attacker}\n"),
    ),
)
