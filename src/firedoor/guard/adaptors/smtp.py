"""smtplib, and Django's mail, which is sent with it: to whom a message goes.

Which server is connected to is the core's to look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.errors import GuardError
from firedoor.guard.patching import Patches
from firedoor.guard.recipients import Recipients, of_command, server

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard

LIBRARY = "smtplib"


def arm(guard: Guard, module: ModuleType) -> Callable[[], None]:
    """Look at each recipient before the server hears of it."""
    patches = Patches()
    recipients = Recipients(guard)
    patches.wrap(module.SMTP, "putcmd", lambda original: _said(recipients, original))
    return patches.undo


def _said(recipients: Recipients, original: Callable[..., Any]) -> Callable[..., Any]:
    def putcmd(self: Any, cmd: str, args: str = "") -> Any:
        __tracebackhide__ = True
        is_recipient = cmd[:4].lower() == "rcpt" and not recipients.is_free
        if is_recipient and self.sock is not None:
            try:
                where = server(self.sock, getattr(self, "_host", None))
                recipients.check([of_command(f"{cmd} {args}")], *where, by="SMTP")
            except GuardError:
                self.close()  # or the next message would be a part of this one
                del self, cmd, args  # a traceback that shows locals must not show these
                raise
        return original(self, cmd, args)

    return putcmd
