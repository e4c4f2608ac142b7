"""Consents as the ledger tells of them: when one holds, and everything that voids it."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from firedoor import consent, ledger, locking, unlocking
from support.destroying import lock, production, unlock

if TYPE_CHECKING:
    from firedoor.consent import Consent
    from firedoor.resolve import Configuration
    from support.project import ProjectFolder


@pytest.fixture
def shop(project: ProjectFolder) -> Configuration:
    return production(project, DATABASE_URL="sqlite:///prod.db")


def found(shop: Configuration, variable: str = "DATABASE_URL", statement: str = "") -> Consent | None:
    return consent.find(shop.project, shop.environment, variable, statement)


def voids(shop: Configuration) -> list[str]:
    return [one.void for one in consent.listed(shop.project)]


def give(shop: Configuration, *, seconds: int = 60, **changed: str) -> None:
    """A line of the ledger as ``unlock`` writes it, with facts changed; None leaves one out."""
    said = consent.facts(shop.project.root, "0123", seconds, "") | changed
    said = {name: text for name, text in said.items() if text != "-"}
    ledger.append(
        shop.project.root, "unlock", by="kim", environment="production", resource="DATABASE_URL", facts=said
    )


def test_it_holds_for_its_resource_alone(shop: Configuration) -> None:
    assert found(shop) is None
    unlock(shop)
    one = found(shop)
    assert one is not None
    assert (one.environment, one.variable, one.by, one.reason) == (
        "production",
        "DATABASE_URL",
        "kim",
        "tried",
    )
    assert (one.statement, one.void) == ("", "")
    assert 55 < one.seconds_left <= 60
    assert found(shop, "ARCHIVE_URL") is None
    testing = shop.project.environment("testing")
    assert testing is not None
    assert consent.find(shop.project, testing, "DATABASE_URL") is None
    assert consent.of(shop.project, testing) == []
    assert consent.of(shop.project, shop.environment) == [one]


def test_for_one_kind_of_statement(shop: Configuration) -> None:
    unlock(shop, statement="drop-table")
    assert found(shop) is None
    assert found(shop, statement="truncate") is None
    assert found(shop, statement="drop-table") is not None
    unlock(shop)
    assert found(shop, statement="truncate") is not None


def test_revoked(shop: Configuration) -> None:
    unlock(shop)
    unlock(shop, "ARCHIVE_URL")
    lock(shop, "DATABASE_URL")
    assert (found(shop), voids(shop)) == (None, ["", consent.TAKEN_BACK])
    assert found(shop, "ARCHIVE_URL") is not None
    lock(shop)
    assert voids(shop) == [consent.TAKEN_BACK, consent.TAKEN_BACK]
    unlock(shop)
    assert voids(shop) == ["", consent.TAKEN_BACK, consent.TAKEN_BACK]


def test_it_ends(shop: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    unlock(shop)
    monkeypatch.setattr(time, "time", lambda: now + 58)
    assert found(shop) is not None
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert voids(shop) == [consent.ENDED]


def test_the_clock_goes_backwards(shop: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    unlock(shop)
    monkeypatch.setattr(time, "time", lambda: now - 3)
    assert voids(shop) == [consent.CLOCK]


def test_the_clock_stands_still(shop: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that was set back by as much as has passed: the machine's own counting knows better."""
    unlock(shop)
    counted = time.clock_gettime(time.CLOCK_BOOTTIME)
    monkeypatch.setattr(time, "clock_gettime", lambda _: counted + 58)
    assert voids(shop) == [""]
    monkeypatch.setattr(time, "clock_gettime", lambda _: counted + 61)
    assert voids(shop) == [consent.ENDED]
    monkeypatch.setattr(time, "clock_gettime", lambda _: counted - 3)
    assert voids(shop) == [consent.CLOCK]


def test_the_machine_was_started_anew(
    shop: Configuration, monkeypatch: pytest.MonkeyPatch, project: ProjectFolder
) -> None:
    unlock(shop)
    project.write("boot", "another start\n")
    monkeypatch.setattr(consent, "_BOOT_FILE", str(project.root / "boot"))
    assert voids(shop) == [consent.RESTARTED]
    monkeypatch.setattr(consent, "_BOOT_FILE", str(project.root / "missing"))
    assert voids(shop) == [consent.RESTARTED]


def test_where_the_system_does_not_tell_of_its_start(
    shop: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consent, "_BOOT_FILE", "/nowhere")
    unlock(shop)
    assert voids(shop) == [""]
    facts = ledger.read(shop.project.root).events[0].facts
    assert sorted(facts) == ["consent", "here", "login", "until"]


@pytest.mark.parametrize("mark", ["machine", "host", "user", "folder"])
def test_elsewhere(
    mark: str, shop: Configuration, monkeypatch: pytest.MonkeyPatch, project: ProjectFolder
) -> None:
    unlock(shop)
    assert voids(shop) == [""]
    if mark == "machine":
        project.write("empty", "\n").write("machine-id", "another")
        paths = ("/nowhere", str(project.root / "empty"), str(project.root / "machine-id"))
        monkeypatch.setattr(consent, "_MACHINE_FILES", paths)
    elif mark == "host":
        monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "elsewhere", "", "", "")))
    elif mark == "user":
        monkeypatch.setattr(os, "getuid", lambda: 4711)
    else:
        project.write("copy/firedoor.ledger", (project.root / "firedoor.ledger").read_bytes())
        project.write("copy/firedoor.toml", (project.root / "firedoor.toml").read_bytes())
        from firedoor import declaration

        copy = declaration.load(project.root / "copy")
        assert [one.void for one in consent.listed(copy)] == [consent.ELSEWHERE]
        return
    assert voids(shop) == [consent.ELSEWHERE]


def test_the_hash_is_another_for_each(shop: Configuration) -> None:
    """A committed ledger does not tell which of its lines come from one machine."""
    root = shop.project.root
    assert consent.here(root, "1") != consent.here(root, "2")
    assert consent.here(root, "1") == consent.here(root, "1")
    unlock(shop)
    unlock(shop)
    events = ledger.read(root).events
    for name in ("consent", "here", "start"):
        assert events[0].facts[name] != events[1].facts[name]


@pytest.mark.parametrize(
    "changed",
    [
        {"until": "-"},
        {"until": "soon"},
        {"until": "2020-01-01T00:00:00Z"},
        {"until": "2999-01-01T00:00:00Z"},
        {"consent": "-"},
        {"counted": "-"},
        {"counted": "-5"},
    ],
    ids=str,
)
def test_odd_lines(changed: dict[str, str], shop: Configuration) -> None:
    give(shop, **changed)  # type: ignore[arg-type]  # none is called seconds
    assert voids(shop) == [consent.ODD]


def test_lines_of_other_facts(shop: Configuration) -> None:
    give(shop)
    assert voids(shop) == [""]
    give(shop, here="-")
    give(shop, start="-")
    assert voids(shop) == [consent.RESTARTED, consent.ELSEWHERE, ""]


def test_no_longer_than_four_hours(shop: Configuration) -> None:
    give(shop, seconds=consent.LONGEST_SECONDS)
    give(shop, seconds=consent.LONGEST_SECONDS + 5)
    assert voids(shop) == [consent.ODD, ""]


def test_an_edited_ledger(shop: Configuration, project: ProjectFolder) -> None:
    unlock(shop)
    path = project.root / "firedoor.ledger"
    line = json.loads(path.read_text())
    line["facts"]["until"] = "2999-01-01T00:00:00Z"
    path.write_text(json.dumps(line, separators=(",", ":")) + "\n")
    assert found(shop) is None
    assert voids(shop) == [], "a line that was changed is none"


def test_a_line_behind_it_was_edited(shop: Configuration, project: ProjectFolder) -> None:
    unlock(shop)
    with (project.root / "firedoor.ledger").open("a") as file:
        file.write("{}\n")
    assert (found(shop), voids(shop)) == (None, [consent.UNSOUND])


def test_a_forked_ledger(shop: Configuration, project: ProjectFolder) -> None:
    path = project.root / "firedoor.ledger"
    ledger.append(shop.project.root, "stamped", by="kim")
    begin = path.read_text()
    unlock(shop)
    one_side = path.read_text()
    path.write_text(begin)
    ledger.append(shop.project.root, "restamped", by="ada")
    other_side = path.read_text().removeprefix(begin)
    path.write_text(one_side + other_side)
    assert (found(shop), voids(shop)) == (None, [consent.FORKED])
    ledger.append(shop.project.root, "stamped", by="kim")
    assert voids(shop) == [""], "the next line closes the fork"


def test_lines_are_gone_that_the_lock_pinned(shop: Configuration, project: ProjectFolder) -> None:
    path = project.root / "firedoor.ledger"
    unlock(shop)
    begin = path.read_text()
    lock(shop)
    locking.update(shop.project, [], ask=None)
    pinned = (project.root / "firedoor.lock").read_text()
    head = ledger.head(shop.project.root)
    if head not in pinned:
        pytest.fail("the lock pins the ledger")
    path.write_text(begin)
    os.utime(path, ns=(1, 1))
    assert (found(shop), voids(shop)) == (None, [consent.UNSOUND])


def test_the_ledger_is_read_anew_when_it_changes(
    shop: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    reader = ledger.read

    def noted(root: str) -> ledger.Ledger:
        reads.append(root)
        return reader(root)

    unlock(shop)
    monkeypatch.setattr(ledger, "read", noted)
    monkeypatch.setattr(consent, "_known", {})
    for _ in range(3):
        assert found(shop) is not None
    assert reads == [shop.project.root]
    lock(shop)
    reads.clear()
    assert found(shop) is None
    assert reads == [shop.project.root]


def test_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.delattr(os, "getuid")
    monkeypatch.delattr(os, "uname")
    monkeypatch.setattr(os, "getlogin", lambda: "kim")
    monkeypatch.setattr(socket, "gethostname", lambda: "one")
    one = consent.here("/shop", "1")
    monkeypatch.setattr(socket, "gethostname", lambda: "other")
    assert consent.here("/shop", "1") != one
    monkeypatch.setattr(socket, "gethostname", lambda: "one")
    monkeypatch.setattr(os, "getlogin", lambda: "ada")
    assert consent.here("/shop", "1") != one


def test_the_newest_is_found_first(shop: Configuration) -> None:
    for reason in ("first", "second"):
        unlocking.unlock(shop.project, shop.environment, "DATABASE_URL", seconds=60, by="kim", reason=reason)
    assert [one.reason for one in consent.listed(shop.project)] == ["second", "first"]


def test_the_words() -> None:
    """They stand behind ``A consent stands in the ledger, and`` and in the table of ``--list``; names are data."""
    assert (consent.GIVEN, consent.REVOKED, consent.LONGEST_SECONDS) == ("unlock", "revoke", 14400)
    assert [consent.ENDED, consent.TAKEN_BACK, consent.ELSEWHERE, consent.CLOCK] == [
        "it has ended",
        "it was revoked",
        "it was given on another machine, to another user or for another copy of the project",
        "the clock goes backwards",
    ]
    assert [consent.RESTARTED, consent.UNSOUND, consent.FORKED, consent.ODD] == [
        "the machine was started anew since",
        "the ledger is not as it was written",
        "the ledger has two ends",
        "its line cannot be read",
    ]
