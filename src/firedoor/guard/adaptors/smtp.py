"""smtplib, and Django's mail, which is sent with it: to whom a message goes.

Which server is connected to is the core's to look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.guard import places
from firedoor.guard.patching import Patches
from firedoor.guard.recipients import Recipients

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firedoor.guard.core import Guard
    from firedoor.guard.places import Place

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
            accepted = False
            try:
                recipients.check([_address(f"{cmd} {args}")], *_places(self), by="SMTP")
                accepted = True
            finally:
                if not accepted:
                    self.close()  # or the next message would be a part of this one
        return original(self, cmd, args)

    return putcmd


def _address(command: str) -> str:
    """``a@b.example`` of ``rcpt TO:<a@b.example> NOTIFY=NEVER``."""
    told = command.partition(":")[2].strip()
    return told[1:].partition(">")[0] if told.startswith("<") else told.partition(" ")[0]


def _places(connection: Any) -> list[Place]:
    """Where the server is: by the address that answered, and by the name that was asked for."""
    try:
        address = connection.sock.getpeername()
    except OSError:
        return []
    at = places.of(int(connection.sock.family), address)
    named = places.of_name(getattr(connection, "_host", None), at.port if at is not None else None)
    return [one for one in (at, named) if one is not None and (one.host or one.path)]
