"""aiosmtplib: to whom a message goes. Which server is connected to is the core's to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.patching import Patches
from firedoor.guard.recipients import Recipients, of_command, server

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "aiosmtplib.smtp"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Look at each recipient before the server hears of it."""
    patches = Patches()
    recipients = Recipients(guard)
    patches.wrap(module.SMTP, "execute_command", lambda original: _said(recipients, original))
    return patches.undo


def _said(recipients: Recipients, original: Callable[..., Any]) -> Callable[..., Any]:
    async def execute_command(self: Any, *args: bytes, **named: Any) -> Any:
        __tracebackhide__ = True
        is_recipient = args[:1] != () and args[0][:4].upper() == b"RCPT" and not recipients.is_free
        if is_recipient and self.transport is not None:
            try:
                where = server(self.transport.get_extra_info("socket"), self.hostname)
                command = b" ".join(args).decode("utf-8", "replace")
                recipients.check([of_command(command)], *where, by="SMTP")
            except GuardError:
                self.close()  # or the next message would be a part of this one
                del self, args, named  # a traceback that shows locals must not show these
                command = ""
                raise
        return await original(self, *args, **named)

    return execute_command
