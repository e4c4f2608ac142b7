"""Giving consent and taking it back: what may be given, and the lines that are written of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firedoor import consent, ledger, unlocking
from firedoor.errors import ConfigurationError, UsageError
from support.destroying import production

if TYPE_CHECKING:
    from firedoor.resolve import Configuration
    from support.project import ProjectFolder


@pytest.fixture
def shop(project: ProjectFolder) -> Configuration:
    return production(project, DATABASE_URL="sqlite:///prod.db")


@pytest.mark.parametrize(
    ("text", "seconds"), [("1s", 1), ("90s", 90), ("15m", 900), ("4h", 14400), ("240m", 14400)]
)
def test_times(text: str, seconds: int) -> None:
    assert unlocking.seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "15 m", "1.5h", "-5m", "1d", "15M", "٣m", "+3m"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        unlocking.seconds_of(text)
    assert str(caught.value) == f"unlock: --for {text}: give a time as 90s, 15m or 2h"


@pytest.mark.parametrize("text", ["0s", "0h", "14401s", "5h", "241m"])
def test_too_short_or_too_long(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        unlocking.seconds_of(text)
    assert str(caught.value) == f"unlock: --for {text}: at least 1s and at most 4h"


def test_environments(shop: Configuration) -> None:
    assert unlocking.environment_of(shop.project, "prod") is shop.project.environment("production")
    with pytest.raises(UsageError) as caught:
        unlocking.environment_of(shop.project, "live")
    assert str(caught.value) == "unlock: live: no environment is called so; there are testing, production"
    with pytest.raises(UsageError) as caught:
        unlocking.environment_of(shop.project, "testing")
    assert str(caught.value) == "unlock: testing is not protected: no statement is refused there"


@pytest.mark.parametrize("name", ["NOTHING", "API_KEY", "database_url", "APP_ENV"])
def test_resources(name: str, shop: Configuration) -> None:
    with pytest.raises(UsageError) as caught:
        unlocking.unlock(shop.project, shop.environment, name, seconds=60, by="kim", reason="x")
    assert str(caught.value) == (
        f"unlock: --resource {name} is no declared resource; there are DATABASE_URL, ARCHIVE_URL, CACHE_URL, "
        "SESSIONS_URL, FILES_URL, volumes"
    )
    assert ledger.read(shop.project.root).events == ()


def test_what_containers_keep_is_no_variable(shop: Configuration) -> None:
    given = unlocking.unlock(
        shop.project, shop.environment, consent.VOLUMES, seconds=60, by="kim", reason="x"
    )
    assert (given.variable, given.void) == ("volumes", "")
    assert consent.find(shop.project, shop.environment, consent.VOLUMES) is not None
    # it lets nothing else through, and nothing else lets it
    assert consent.find(shop.project, shop.environment, "DATABASE_URL") is None
    unlocking.revoke(shop.project, shop.environment, consent.VOLUMES, by="kim", reason="done")
    unlocking.unlock(shop.project, shop.environment, "DATABASE_URL", seconds=60, by="kim", reason="x")
    assert consent.find(shop.project, shop.environment, consent.VOLUMES) is None


def test_nothing_is_declared(project: ProjectFolder) -> None:
    from firedoor import declaration

    project.write("firedoor.toml", "[environments.production]\nprotected = true\n")
    with pytest.raises(UsageError) as caught:
        unlocking.check_resource(declaration.load(project.root), "DATABASE_URL")
    assert str(caught.value) == "unlock: --resource DATABASE_URL is no declared resource; there are volumes"


def test_kinds(shop: Configuration) -> None:
    with pytest.raises(UsageError) as caught:
        unlocking.unlock(
            shop.project, shop.environment, "DATABASE_URL", seconds=60, by="kim", reason="x", statement="drop"
        )
    assert str(caught.value) == (
        "unlock: --statement drop: there are drop-database, drop-table, drop-column, truncate, delete, update, bucket, "
        "program, migration, unreadable"
    )
    assert ledger.read(shop.project.root).events == ()


def test_the_lines(shop: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "login", lambda: "root")
    given = unlocking.unlock(
        shop.project,
        shop.environment,
        "DATABASE_URL",
        seconds=60,
        by="kim",
        reason="tidy",
        statement="truncate",
    )
    taken = unlocking.revoke(shop.project, shop.environment, "DATABASE_URL", by="root", reason="done")
    assert taken == [given]
    unlocked, revoked = ledger.read(shop.project.root).events
    assert (unlocked.event, unlocked.by, unlocked.environment, unlocked.resource, unlocked.reason) == (
        *("unlock", "kim", "production"),
        *("DATABASE_URL", "tidy"),
    )
    assert unlocked.facts == {
        "consent": given.id,
        "counted": unlocked.facts["counted"],
        "here": consent.here(shop.project.root, given.id),
        "login": "root",
        "start": unlocked.facts["start"],
        "statement": "truncate",
        "until": given.until,
    }
    assert (revoked.event, revoked.by, revoked.environment, revoked.resource, revoked.reason) == (
        *("revoke", "root", "production"),
        *("DATABASE_URL", "done"),
    )
    assert revoked.facts == {"consent": given.id}
    assert unlocking.revoke(shop.project, shop.environment, "", by="root", reason="") == []


def test_a_broken_ledger_unlocks_nothing(shop: Configuration, project: ProjectFolder) -> None:
    project.write("firedoor.ledger", "{}\n")
    with pytest.raises(ConfigurationError) as caught:
        unlocking.unlock(shop.project, shop.environment, "DATABASE_URL", seconds=60, by="kim", reason="x")
    assert [one.code for one in caught.value.problems] == ["FD528"]
    assert (project.root / "firedoor.ledger").read_text() == "{}\n"
