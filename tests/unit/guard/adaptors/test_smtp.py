"""Mail under the guard, with a real server on this machine: whom staging writes to, and whom it does not."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller

from firedoor.errors import GuardError
from firedoor.problem import Problem
from support.frames import shown
from support.guarding import armed, configuration, declare, refused
from support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.project import ProjectFolder


class Relay:
    """A real server of aiosmtpd's; ``recipients`` are all that it was told of."""

    def __init__(self) -> None:
        self.recipients: list[str] = []
        self.messages = 0
        self.port = free_port()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's word
        self.recipients.append(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the same
        self.messages += 1
        return "250 OK"


@pytest.fixture
def relay() -> Iterator[Relay]:
    made = Relay()
    controller = Controller(made, hostname="127.0.0.1", port=made.port)
    controller.start()
    yield made
    controller.stop()


@pytest.fixture
def staging(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch, relay: Relay) -> Any:
    """The shop's staging, whose relay stands at a port of relays and was started by somebody else."""
    declare(project, testing='reach = ["@shop.de"]')
    monkeypatch.setattr("firedoor.guard.recipients._RELAYS", (relay.port,))
    monkeypatch.setattr("firedoor.guard.listeners.Listeners.at", lambda *_: False)
    return configuration(project, "staging")


def message(*to: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "shop@example.org", ", ".join(to)
    made.set_content("hello")
    return made


def send(relay: Relay, *to: str) -> None:
    with smtplib.SMTP("127.0.0.1", relay.port, timeout=5) as server:
        server.send_message(message(*to))


def test_staging_writes_to_nobody_real(staging: Any, relay: Relay) -> None:
    with armed(staging) as guard:
        send(relay, "ann@example.org", "bob@shop.test")
        assert (relay.recipients, relay.messages) == (["ann@example.org", "bob@shop.test"], 1)
        problems = refused(lambda: send(relay, "ann@example.org", "carl@gmail.com"))
        assert problems == (
            Problem(
                "FD612", environment="staging", origin=None, by="SMTP", caller=problems[0].facts["caller"]
            ),
        )
        assert tuple(guard.refusals) == problems
        with pytest.raises(GuardError) as raised:
            send(relay, "ann@example.org", "carl@gmail.com")
        assert "carl" not in shown(raised.value)
    assert (relay.recipients[2:], relay.messages) == (["ann@example.org"] * 2, 1)


@pytest.mark.parametrize(
    "say",
    [
        lambda server: server.rcpt("<carl@gmail.com>"),
        lambda server: server.docmd("RCPT", "TO:<carl@gmail.com> NOTIFY=NEVER"),
        lambda server: server.docmd("RCPT TO:carl@gmail.com"),
        lambda server: server.rset() and server.sendmail("shop@example.org", ["carl@gmail.com"], "hello"),
    ],
)
def test_however_it_is_said(staging: Any, relay: Relay, say: Any) -> None:
    with armed(staging):
        server = smtplib.SMTP("127.0.0.1", relay.port, timeout=5)
        server.ehlo()
        server.mail("shop@example.org")
        assert [one.code for one in refused(lambda: say(server))] == ["FD612"]
        assert server.sock is None  # no message is left half said
    assert relay.recipients == []


def test_a_catcher_gets_whatever_is_written(
    staging: Any, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("firedoor.guard.recipients._RELAYS", (25,))
    with armed(staging):
        send(relay, "carl@gmail.com")
    assert (relay.recipients, relay.messages) == (["carl@gmail.com"], 1)


def test_production_writes_to_everybody(project: ProjectFolder, relay: Relay, staging: Any) -> None:
    with armed(configuration(project, "production")):
        send(relay, "carl@gmail.com")
    assert (relay.recipients, relay.messages) == (["carl@gmail.com"], 1)


def test_without_a_server_smtplib_says_so_itself(staging: Any) -> None:
    with armed(staging), pytest.raises(smtplib.SMTPServerDisconnected):
        smtplib.SMTP().rcpt("carl@gmail.com")


async def by_aiosmtplib(relay: Relay, *to: str) -> None:
    import aiosmtplib

    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=relay.port, timeout=5) as server:
        await server.send_message(message(*to))


async def test_aiosmtplib_too(project: ProjectFolder, staging: Any, relay: Relay) -> None:
    with armed(staging):
        await by_aiosmtplib(relay, "ann@example.org")
        assert (relay.recipients, relay.messages) == (["ann@example.org"], 1)
        with pytest.raises(GuardError, match="FD612") as refused:
            await by_aiosmtplib(relay, "carl@gmail.com")
        assert "carl" not in shown(refused.value)
    with armed(configuration(project, "production")):
        await by_aiosmtplib(relay, "carl@gmail.com")
    assert relay.recipients == ["ann@example.org", "carl@gmail.com"]
