"""aiosmtplib's adaptor against a stand-in of its client: what is said, where, and what is closed."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from firedoor.errors import GuardError
from firedoor.guard.adaptors import aiosmtplib_mail, httpcore2_pools, httpcore_pools
from support.frames import shown
from support.guarding import guard_of

if TYPE_CHECKING:
    from support.project import ProjectFolder


class Transport:
    """Leads to a relay on a port of relays."""

    def get_extra_info(self, _: str) -> Any:
        return SimpleNamespace(family=socket.AF_INET, getpeername=lambda: ("127.0.0.1", 25))


class Client:
    """What aiosmtplib's SMTP is to an adaptor."""

    hostname = "localhost"

    def __init__(self, transport: Transport | None) -> None:
        self.transport = transport
        self.said: list[tuple[bytes, ...]] = []

    def close(self) -> None:
        self.transport = None

    async def execute_command(self, *args: bytes, timeout: float | None = None) -> str:  # noqa: ASYNC109 - as there
        self.said.append(args)
        return "250 ok"


CARL = (b"RCPT", b"TO:<carl@gmail.com>", b"NOTIFY=NEVER")


@pytest.mark.parametrize(
    ("environment", "command", "is_refused"),
    [
        ("testing", CARL, True),
        ("testing", (b"rcpt TO:<carl@gmail.com>",), True),
        ("testing", (b"RCPT", b"TO:<ann@example.org>"), False),
        ("testing", (b"NOOP",), False),
        ("testing", (), False),
        ("production", CARL, False),
    ],
)
async def test_whom_a_command_is_about(
    project: ProjectFolder, environment: str, command: tuple[bytes, ...], is_refused: bool
) -> None:
    before = Client.execute_command
    undo = aiosmtplib_mail.arm(guard_of(project, environment), SimpleNamespace(SMTP=Client))  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
    client = Client(Transport())
    if is_refused:
        with pytest.raises(GuardError, match="FD612") as refused:
            await client.execute_command(*command)
        assert "carl" not in shown(refused.value)
    else:
        assert await client.execute_command(*command, timeout=1.0) == "250 ok"
    assert (client.transport is None, client.said) == (is_refused, [] if is_refused else [command])
    undo()
    assert Client.execute_command is before


async def test_without_a_server_aiosmtplib_says_so_itself(project: ProjectFolder) -> None:
    undo = aiosmtplib_mail.arm(guard_of(project), SimpleNamespace(SMTP=Client))  # type: ignore[arg-type]  # wrong on purpose, or a stand-in
    assert await Client(None).execute_command(*CARL) == "250 ok"
    undo()


def test_httpcore2_is_guarded_as_httpcore_is() -> None:
    assert httpcore2_pools.arm is httpcore_pools.arm
    assert (httpcore2_pools.LIBRARY, httpcore_pools.LIBRARY) == ("httpcore2", "httpcore")
