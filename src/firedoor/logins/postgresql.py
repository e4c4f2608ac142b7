"""PostgreSQL: a session that is closed as soon as it is open."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from firedoor.logins import NoCredentials
from firedoor.stamps import libpq
from firedoor.stamps.observation import FAILED, LOGIN_REFUSED, ClientMissing, Unreachable

if TYPE_CHECKING:
    from firedoor.stamps.address import Address

EXTRA = "postgresql"
_OF_A_PERSON = ("user", "password", "passfile", "sslcert", "sslkey", "sslpassword", "requirepeer")
_NOWHERE = f"{os.devnull}/none"  # or libpq would take a password from the file of whoever runs this


def opens(address: Address, holder: Address) -> bool:
    """Whether the holder's role can connect to the address's database. Raises as firedoor.logins.Login says."""
    outcome = _outcome(address, holder)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _outcome(address: Address, holder: Address) -> bool | Exception:
    """Refusals are raised by a frame that holds no credentials."""
    try:
        wanted, own = libpq.read(address), libpq.read(holder)
    except ImportError:
        return ClientMissing(EXTRA)
    except Exception:  # noqa: BLE001 - libpq cannot read it, and its words may quote it
        return Unreachable(FAILED)
    if not own.get("user"):
        return NoCredentials()
    for keyword in _OF_A_PERSON:
        wanted.pop(keyword, None)
    for keyword in ("user", "password", "sslcert", "sslkey", "sslpassword"):
        if own.get(keyword):
            wanted[keyword] = own[keyword]
    wanted["passfile"] = _NOWHERE
    session = libpq.connect_with(wanted, address.seconds)
    if isinstance(session, libpq.Failure):
        return False if session.reason == LOGIN_REFUSED else Unreachable(session.reason)
    with session:
        return True
