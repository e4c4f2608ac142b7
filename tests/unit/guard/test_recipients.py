"""Whom an environment may write to, address by address and server by server."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.guard.places import Place
from firedoor.guard.recipients import Recipients, of_command, server
from firedoor.problem import Problem
from support.guarding import guard_of, refused

if TYPE_CHECKING:
    from support.project import ProjectFolder

REFUSED = (Problem("FD612", environment="testing", origin=None, by="SMTP", caller=""),)
SMTP = '[variables.SMTP]\nresource = "smtp"\n'


def recipients(
    project: ProjectFolder, testing: str = "", environment: str = "testing", smtp: str = ""
) -> Recipients:
    files = {".env.testing": f"SMTP={smtp}\n"} if smtp else {}
    return Recipients(guard_of(project, environment, testing=testing, declared=SMTP, files=files))


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.org",
        "ann@mail.example.com",
        "ann@EXAMPLE.NET.",
        "Ann <ann@shop.test>",
        "ann@localhost",
        "ann@a.localhost",
        "ann@shop.invalid",
        "ann@x.example",
        "ann@printer.local",
        "ann@router.home.arpa",
        "ann@db.internal",
        "ann@mailhost",
        "ann@[127.0.0.1]",
        "ann@[IPv6:::1]",
        "root",
        "",
        "ann@",
    ],
)
def test_what_is_nobodys_address_may_be_written_to(project: ProjectFolder, address: str) -> None:
    assert refused(lambda: recipients(project).check([address], by="SMTP")) == ()


@pytest.mark.parametrize(
    "address",
    [
        "ann@gmail.com",
        "ann@notexample.org",
        "ann@example.org.evil.com",
        "ann@shop.de",
        "Ann <ann@gmail.com>",
        "ann@bücher.de",
        "@relay.test:ann@gmail.com",
        "ann@[192.0.2.1]",
        '"a@shop.test"@gmail.com',
    ],
)
def test_what_may_be_somebodys_may_not(project: ProjectFolder, address: str) -> None:
    made = recipients(project)
    assert refused(lambda: made.check(["ann@example.org", address], by="SMTP")) == REFUSED
    assert refused(lambda: made.check(["ann@example.org"], by="SMTP")) == ()


def test_a_named_domain_may_be_written_to(project: ProjectFolder) -> None:
    made = recipients(project, testing='reach = ["@Shop.de", "mail.de"]')
    assert refused(lambda: made.check(["ann@shop.de", "bob@SHOP.de."], by="SMTP")) == ()
    for other in ("ann@mail.de", "ann@a.shop.de", "ann@xshop.de"):
        assert refused(lambda other=other: made.check(["ann@shop.de", other], by="SMTP")) == REFUSED  # type: ignore[misc]  # a default binds the loop's own value


@pytest.mark.parametrize(
    ("testing", "environment", "problems"),
    [
        ('network = "open"', "testing", ()),
        ('network = "not-protected"', "testing", REFUSED),
        ("", "testing", REFUSED),
        ("", "production", ()),
    ],
)
def test_protected_and_open_environments_write_to_whom_they_like(
    project: ProjectFolder, testing: str, environment: str, problems: tuple[Problem, ...]
) -> None:
    made = recipients(project, testing, environment)
    assert refused(lambda: made.check(["ann@gmail.com"], by="SMTP")) == problems


def test_a_sleeping_guard_refuses_nothing(project: ProjectFolder) -> None:
    guard = guard_of(project)
    made = Recipients(guard)
    with guard.unguarded():
        assert refused(lambda: made.check(["ann@gmail.com"], by="SMTP")) == ()
    assert [one.code for one in refused(lambda: made.check(["ann@gmail.com"], by="SMTP"))] == ["FD612"]


LOCAL, PRIVATE, PUBLIC = "localhost", "10.1.2.3", "8.8.8.8"


@pytest.mark.parametrize(
    ("places", "is_catcher"),
    [
        ([Place(LOCAL, 1025, "")], True),
        ([Place("127.0.0.5", 8025, "")], True),
        ([Place("", 0, "/run/mail.sock")], True),
        ([Place(LOCAL, 25, "")], False),
        ([Place(LOCAL, 587, "")], False),
        ([Place(LOCAL, 0, "")], False),
        ([Place(PRIVATE, 1025, ""), Place("mailpit", 1025, "")], True),
        ([Place(PRIVATE, 1025, ""), Place("other", 1025, "")], False),
        ([Place(PRIVATE, 25, ""), Place("mailpit", 25, "")], False),
        ([Place(PUBLIC, 1025, ""), Place("mailpit", 1025, "")], False),
        ([Place("mailpit", 1025, "")], False),
        ([], False),
    ],
)
def test_what_counts_as_a_catcher(project: ProjectFolder, places: list[Place], is_catcher: bool) -> None:
    made = recipients(project, smtp="smtp://mailpit:1025")
    problems = refused(lambda: made.check(["ann@gmail.com"], *places, by="SMTP"))
    assert problems == (() if is_catcher else REFUSED)


def test_what_the_own_tree_started_is_a_catcher_at_any_port(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = guard_of(project)
    monkeypatch.setattr(guard.machine, "listens", lambda place: place.port == 25)
    made = Recipients(guard)
    assert refused(lambda: made.check(["ann@gmail.com"], Place(LOCAL, 25, ""), by="SMTP")) == ()
    assert refused(lambda: made.check(["ann@gmail.com"], Place(LOCAL, 587, ""), by="SMTP")) == REFUSED
    assert refused(lambda: made.check(["ann@gmail.com"], Place(PUBLIC, 25, ""), by="SMTP")) == REFUSED


class Gone:
    """A socket whose other side is no more."""

    family = socket.AF_INET

    def getpeername(self) -> Any:
        raise OSError


class At(Gone):
    def getpeername(self) -> Any:
        return ("127.0.0.1", 25)


def test_where_a_server_is() -> None:
    assert server(Gone(), "mail") == []
    assert server(At(), "mail") == [Place("localhost", 25, ""), Place("mail", 25, "")]
    assert server(At(), "") == [Place("localhost", 25, "")] * 2


@pytest.mark.parametrize(
    ("command", "address"),
    [
        ("rcpt TO:<a@b.de>", "a@b.de"),
        ("RCPT to: <a@b.de> NOTIFY=NEVER", "a@b.de"),
        ("rcpt TO:a@b.de X=1", "a@b.de"),
        ("rcpt", ""),
    ],
)
def test_who_a_command_is_about(command: str, address: str) -> None:
    assert of_command(command) == address
