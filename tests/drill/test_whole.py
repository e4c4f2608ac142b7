"""The whole drill: by defaults, sealed, and with barriers that somebody switched off."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from firedoor.drill.outcome import NOT_APPLICABLE, PASSED, SEAL, counts
from support.drilling import EVERYTHING, drilled
from support.sealing import by_address

if TYPE_CHECKING:
    from firedoor.drill.outcome import Outcome
    from support.project import ProjectFolder

linux = pytest.mark.skipif(sys.platform != "linux", reason="stand-ins need 127.0.0.2, and a seal Linux")
# What no drill on one machine with stand-ins can try, here with everything installed; see their reasons.
UNTRIED = {"server-side", "login-elsewhere", "mail-backend", "git-history", "promotion"}
LEAST = 90


def wrong(found: dict[str, Outcome]) -> list[str]:
    return [name for name, one in found.items() if not one.holds]


@linux
def test_every_attack_is_stopped_by_defaults_and_every_control_passes(project: ProjectFolder) -> None:
    found = drilled(project)
    assert wrong(found) == []
    untried = {name for name, one in found.items() if one.verdict == NOT_APPLICABLE}
    assert untried >= UNTRIED
    tried = counts(found.values())
    assert tried["applicable"] >= LEAST
    assert tried["stopped"] == tried["applicable"]
    assert all(one.reason for name, one in found.items() if name in untried)
    assert [name for name, one in found.items() if one.layer == "nobody said why"] == []
    assert sorted(os.listdir(project.root)) == ["firedoor.toml"]


@linux
@by_address
def test_every_attack_is_stopped_with_the_seal_and_every_control_passes(project: ProjectFolder) -> None:
    found = drilled(project, sealed=True)
    assert wrong(found) == []
    assert {one.layer for name, one in found.items() if name in ("escape-ctypes", "escape-syscall")} == {SEAL}
    untried = {name for name, one in found.items() if one.verdict == NOT_APPLICABLE}
    missing = {"escape-psql"} if shutil.which("psql") is None else set()
    assert untried - missing - UNTRIED == set()


LOOSENED = {
    "an open network is open to everybody but the target": (
        EVERYTHING.replace('aliases = ["test"]', 'aliases = ["test"]\nnetwork = "open"'),
        {"suite-unit", "escape-socket"},
        set(),
    ),
    "one key for all": (
        EVERYTHING.replace('resource = "key"', 'resource = "key"\nshared = true'),
        {"key-shared"},
        {"key-shared"},
    ),
    "one server for all": (
        EVERYTHING.replace(
            'resource = "database"', 'resource = "database"\nshared = ["testing", "production"]'
        ),
        {"spelling-mapped", "spelling-query-host", "escape-socket"},
        {"spelling-mapped", "spelling-query-host"},
    ),
    "the shell may say which database": (
        EVERYTHING.replace(
            'resource = "database"', 'resource = "database"\noverridable = true\nshared = true'
        ),
        {"ambient-exported", "name-misspelt"},
        {"ambient-exported"},
    ),
    "debugging is not forbidden": (
        EVERYTHING.replace("DEBUG = false", "DEBUG = [false, true]"),
        {"debug-true", "reload"},
        set(),
    ),
}


@linux
@pytest.mark.parametrize("what", LOOSENED)
def test_a_barrier_that_is_switched_off_is_seen(what: str, project: ProjectFolder) -> None:
    """Exactly what it let through has passed; the control of each still arrives."""
    declared, tried, passed = LOOSENED[what]
    assert declared != EVERYTHING
    found = drilled(project, declared, lambda name: name in tried)
    assert {name for name, one in found.items() if one.verdict == PASSED} == passed
    assert all(one.control for one in found.values())


ESCAPES = {"escape-socket", "escape-udp", "escape-child", "escape-ctypes", "client-urllib", "sqlite-attach"}


@linux
def test_without_the_guard_what_it_stops_goes_through(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("firedoor.drill.scene._GUARDED", "")
    found = drilled(project, wanted=ESCAPES.__contains__)
    assert {name for name, one in found.items() if one.verdict == PASSED} == ESCAPES
    assert all(one.control for one in found.values())


@linux
def test_where_nothing_starts_at_all_the_controls_fail(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("firedoor.drill.scene._GUARDED", "raise SystemExit('FD601')\n")
    found = drilled(project, wanted={"escape-socket", "name-misspelt"}.__contains__)
    assert {name: one.control for name, one in found.items()} == {
        "name-misspelt": True,
        "escape-socket": False,
    }
