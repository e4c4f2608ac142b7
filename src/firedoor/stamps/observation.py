"""What a resource answered when it was asked who it is, and the reasons why it did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firedoor.resources import Identity
    from firedoor.stamps.stamp import Stamp

# Why a resource did not answer, in words that quote nothing. A client library's own text may hold the address.
REFUSED = "the connection was refused"
TIMED_OUT = "it did not answer in time"
UNKNOWN_HOST = "its name leads nowhere"
LOGIN_REFUSED = "the login was refused"
NO_LOGIN = "the environment gives no login for it"
NO_SUCH_THING = "the server has no such database, bucket or collection"
TLS_FAILED = "no secure connection could be made"
BROKEN_OFF = "the connection broke off"
NOT_SUPPORTED = "it has no answer to that, or none for this login"
NOT_ONE = "its address names no one thing that could be asked"
FAILED = "the client library gave up"


@dataclass(frozen=True)
class Observation:
    """What a resource says of itself.

    ``identity`` names it among all of its kind in the world; ``server`` is what it stands in, shared with its
    neighbours (empty for none); ``stamp`` is the mark inside it. ``bound`` is what a stamp made now would be bound to.
    ``forgeable`` says that the login that asked could change the stamp, ``unreadable`` that there is a stamp that it
    may not read.
    """

    identity: Identity
    server: Identity = ()
    bound: str = ""
    stamp: Stamp | None = None
    forgeable: bool = False
    unreadable: bool = False

    @property
    def is_copy(self) -> bool:
        """Whether the stamp was made in another place than this: it came with a dump, a clone or a copied file."""
        return self.stamp is not None and self.stamp.bound != self.bound


class Unreachable(Exception):  # noqa: N818 - a fact about the resource, not about the program
    """The resource did not answer. ``reason`` is one of this module's sentences."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ClientMissing(Exception):  # noqa: N818 - as above
    """The client library is not installed. ``extra`` is the extra of firedoor that brings it."""

    def __init__(self, extra: str) -> None:
        super().__init__(extra)
        self.extra = extra


class NotAllowed(Exception):  # noqa: N818 - as above
    """The login may not write a stamp here."""


class Overtaken(Exception):  # noqa: N818 - as above
    """Another stamp is there than was expected. ``found`` is that stamp, None when there is none."""

    def __init__(self, found: Stamp | None) -> None:
        super().__init__()
        self.found = found
