"""What a policy asks about the machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from firedoor import resolution
from firedoor.guard.locked import Locked
from firedoor.guard.machine import Machine
from firedoor.guard.places import Place
from firedoor.guard.policy import Owner
from firedoor.guard.tree import Tree
from firedoor.lock.document import Lock

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

OWNER = Owner("production", "URL")
PLACE = Place("db.test", 5432, "")


class Known(Locked):
    """A lock that knows one owner of everything."""

    def __init__(self) -> None:
        super().__init__(Lock("shop", b"", (2, 1, 1)), {})

    def owner_of(self, identities: object) -> Owner:
        return OWNER


def machine(known: Locked | None = None) -> tuple[Machine, list[int]]:
    read: list[int] = []

    def load() -> Locked | None:
        read.append(1)
        return known

    return Machine(Tree(os.getpid(), ""), load), read


def test_the_lock_is_read_when_it_is_first_needed_and_once() -> None:
    made, read = machine(Known())
    assert read == []
    assert made.owner(PLACE) == made.owner_of([("x",)]) == OWNER
    assert made.has_lock()
    assert read == [1]
    without, read = machine()
    assert without.owner(PLACE) is without.owner_of([("x",)]) is None
    assert not without.has_lock()
    assert read == [1]


def test_names_by_the_hosts_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hosts").write_text("127.0.0.2 innocent.test\n")
    monkeypatch.setattr(resolution, "HOSTS_FILE", str(tmp_path / "hosts"))
    made, _ = machine()
    assert made.by_hosts_file("innocent.test") == ("127.0.0.2",)
    for nothing in ("other.test", "", "127.0.0.2", "::9"):
        assert made.by_hosts_file(nothing) == ()


def test_what_names_lead_to_and_led_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolution, "ask", lambda name: frozenset({"192.0.2.1"}))
    made, _ = machine()
    assert made.addresses(["a.test"]) == {"a.test": frozenset({"192.0.2.1"})}
    assert not made.was_looked_up("192.0.2.1")
    made.resolver.tell("a.test", ["192.0.2.1"], lasting=False)
    assert made.was_looked_up("192.0.2.1")


def test_how_the_machine_calls_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("_socket.gethostname", lambda: "Pc.Example.org")
    made, _ = machine()
    assert made.names_of_machine() == {"pc.example.org", "pc", "pc.example.org.local", "pc.local"}


def test_who_listens() -> None:
    made, _ = machine()
    assert not made.listens(Place("localhost", 1, ""))
