"""Does the login of one address open what another address leads to? One file for each kind, found by scheme."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from firedoor import resources

if TYPE_CHECKING:
    from firedoor.stamps.address import Address


class Login(Protocol):
    """What the module of one kind offers. ``EXTRA`` is the extra that brings the client library."""

    EXTRA: str

    def opens(self, address: Address, holder: Address) -> bool:
        """Log in where ``address`` leads with the user and password of ``holder``, and leave without a statement.

        Raises NoCredentials, Unreachable, ClientMissing.
        """


class NoCredentials(Exception):  # noqa: N818 - a fact about the address, not about the program
    """The holder's address holds no user and password that could be tried."""


def told(outcome: bool | Exception) -> bool:
    """The outcome, or the refusal raised: by a frame that holds no credentials."""
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


# scheme, as firedoor.resources reads it, to the module that tries it
_SCHEMES = {"postgresql": "postgresql", "mysql": "mysql", "redis": "redis"}


def login(address: Address) -> Login | None:
    """The module that can try logins where the address leads; None when firedoor cannot."""
    name = _SCHEMES.get(resources.family(address.kind, address.text))
    if name is None:
        return None
    found: Login = import_module(f"firedoor.logins.{name}")
    return found
