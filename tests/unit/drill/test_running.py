"""Running: who attacks whom, one scene for each try, outcomes in the registry's order."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from firedoor import declaration
from firedoor.drill import running
from firedoor.drill.attack import Attack, Tried
from firedoor.drill.outcome import NOT_APPLICABLE, PASSED, STOPPED, Outcome
from firedoor.drill.scene import STARTED, Scene
from firedoor.problem import Problem

if TYPE_CHECKING:
    from firedoor.declaration import Project
    from support.project import ProjectFolder

SHOP = """\
[project]
name = "shop"

[environments.development]
[environments.testing]
[environments.production]
protected = true

[variables.DATABASE_URL]
resource = "database"

[variables.KEY]
resource = "signing-key"
"""
HELD = Attack("held", "held", "C1", lambda _: Tried(False, "FD601"), lambda _: Tried(True))


def declared(project: ProjectFolder, text: str) -> Project:
    project.write("firedoor.toml", text)
    return declaration.load(str(project.root), use_cache=False)


@pytest.fixture
def shop(project: ProjectFolder) -> Project:
    return declared(project, SHOP)


def names(project: Project, wanted: str | None = None) -> tuple[str, str] | Problem:
    found = running.parts(project, None if wanted is None else project.environment(wanted))
    return found if isinstance(found, Problem) else (found[0].name, found[1].name)


def test_tests_attack_and_what_is_protected_is_aimed_at(shop: Project) -> None:
    assert names(shop) == ("testing", "production")
    assert names(shop, "development") == ("development", "production")


def test_without_tests_the_first_open_environment_attacks(project: ProjectFolder) -> None:
    text = "[environments.qa]\n[environments.dev]\n[environments.live]\nprotected = true\n"
    assert names(declared(project, text)) == ("qa", "live")


def test_nothing_protected(project: ProjectFolder) -> None:
    found = names(declared(project, '[project]\nname = "shop"\n[environments.testing]\n'))
    assert found == Problem("FD660", subject="shop")


def test_nobody_attacks(project: ProjectFolder, shop: Project) -> None:
    alone = Problem("FD661", subject="production", environment="production")
    assert names(shop, "production") == alone
    assert names(declared(project, "[environments.production]\nprotected = true\n")) == alone


def drill(shop: Project, *attacks: Attack, **told: bool) -> list[Outcome]:
    attacker, target = shop.environments[1:]
    return running.drill(shop, attacker, target, attacks, **told)  # type: ignore[arg-type]  # what a test gives


def test_outcomes_stand_in_the_order_of_attacks_whoever_ends_first(shop: Project) -> None:
    second_has_ended = threading.Event()

    def waits(_: Scene) -> Tried:
        return Tried(not second_has_ended.wait(30))

    def ends(_: Scene) -> Tried:
        second_has_ended.set()
        return Tried(True)

    slow = replace(HELD, name="slow", attempt=waits)
    fast = replace(HELD, name="fast", control=ends)
    assert [one.attack.name for one in drill(shop, slow, fast)] == ["slow", "fast"]
    assert second_has_ended.is_set()


def test_verdicts(shop: Project) -> None:
    passed = replace(HELD, name="passed", attempt=lambda _: Tried(True))
    twin = replace(HELD, name="twin", control=lambda _: Tried(False))
    unmet = replace(HELD, name="unmet", unmet=lambda scene: f"no {scene.attacker.name}")
    assert drill(shop, HELD, passed, twin, unmet) == [
        Outcome(HELD, STOPPED, True, "guard", "FD601"),
        Outcome(passed, PASSED, True),
        Outcome(twin, STOPPED, False, "guard", "FD601"),
        Outcome(unmet, NOT_APPLICABLE, reason="no testing"),
    ]
    assert drill(shop) == []


def test_silence_in_a_sealed_drill(shop: Project) -> None:
    silent = replace(HELD, attempt=lambda scene: Tried(not scene.sealed))
    assert drill(shop, silent, sealed=True) == [Outcome(silent, STOPPED, True, "seal")]


def test_each_is_told_as_it_is_ready(shop: Project) -> None:
    heard: list[Outcome] = []
    attacker, target = shop.environments[1:]
    found = running.drill(shop, attacker, target, [HELD, HELD], done=heard.append)
    assert heard == found


def test_each_try_has_a_folder_of_its_own_that_goes_away(shop: Project) -> None:
    folders: list[str] = []

    def noted(scene: Scene) -> Tried:
        folders.append(scene.folder)
        scene.write("deep/down/file", "x")
        return Tried(False)

    drill(shop, replace(HELD, attempt=noted, control=noted))
    assert len(set(folders)) == 2
    assert not any(map(os.path.lexists, folders))
    assert os.listdir(shop.root) == ["firedoor.toml"]


def test_an_error_in_an_attack_is_raised_and_nothing_is_left(shop: Project) -> None:
    folders: list[str] = []

    def breaks(scene: Scene) -> Tried:
        folders.append(scene.folder)
        raise LookupError("ours")

    with pytest.raises(LookupError, match="ours"):
        drill(shop, replace(HELD, attempt=breaks))
    assert not any(map(os.path.lexists, folders))


# --- scenes ---


def test_a_scene_tells_each_environment_values_of_its_own(shop: Project) -> None:
    with Scene(shop, "testing", "production") as scene:
        assert scene.value(scene.attacker, "DATABASE_URL") == (
            f"postgresql://drill_testing@127.0.0.1:{scene.own.port}/drill_testing"
        )
        assert f"@{scene.live.host}:{scene.live.port}/" in scene.value(scene.target, "DATABASE_URL")
        keys = {scene.value(one, "KEY") for one in scene.project.environments}
        assert len(keys) == 3
        assert scene.server(scene.project.environments[0]) is None
        assert (scene.has("cache", "queue"), scene.has("database")) == (
            "no variable is declared as cache or queue",
            "",
        )
        with pytest.raises(LookupError, match="no variable is declared as cache"):
            scene.required("cache")
        assert scene.required("database").name == "DATABASE_URL"
        files = sorted(name for name in os.listdir(scene.folder) if name.startswith(".env"))
        assert files == [".env.development", ".env.production", ".env.testing"]


def test_a_scene_starts_programs_without_what_the_users_shell_exports(
    shop: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("DATABASE_URL", "postgresql://live.example.org/live")
    with Scene(shop, "testing", "production") as scene:
        says = f"import os; print('{STARTED}', os.environ['APP_ENV'], 'live.example' in os.environ['DATABASE_URL'])"
        assert f"{STARTED} testing False" in scene.run(says)
        assert scene.started(scene.run(says)).through
        assert "FD101" in scene.run(says, choose=False)
        assert (
            scene.program([sys.executable, "-c", "import os; print(os.environ.get('APP_ENV'))"]) == "None\n"
        )


def test_real_servers_behind_the_stand_ins(shop: Project) -> None:
    from firedoor.drill.stand_in import StandIn, http

    real = StandIn("127.0.0.1", http(b"really"))
    try:
        with Scene(shop, "testing", "production", real={"target": ("127.0.0.1", real.port)}) as scene:
            gets = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read())"
            url = f"http://{scene.live.host}:{scene.live.port}/"
            assert scene.program([sys.executable, "-c", gets, url]) == "b'really'\n"
            assert scene.live.was_reached
            assert not scene.own.was_reached
        assert real.heard.startswith(b"GET / ")
    finally:
        real.close()
