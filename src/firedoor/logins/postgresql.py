"""PostgreSQL: a session that is closed as soon as it is open."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from firedoor.logins import NoCredentials, told
from firedoor.stamps import libpq
from firedoor.stamps.observation import FAILED, LOGIN_REFUSED, ClientMissing, Unreachable

if TYPE_CHECKING:
    from firedoor.stamps.address import Address
    from firedoor.stamps.hidden import Hidden

EXTRA = "postgresql"
_OF_A_LOGIN = ("user", "password", "sslcert", "sslkey", "sslpassword")
_NOWHERE = f"{os.devnull}/none"  # or libpq would take a password from the file of whoever runs this


def opens(address: Address, holder: Address) -> bool:
    """Whether the holder's role can connect to the address's database. Raises as firedoor.logins.Login says."""
    return told(_outcome(address, holder))


def _outcome(address: Address, holder: Address) -> bool | Exception:
    """What ``opens`` gives or raises."""
    try:
        import psycopg
    except ImportError:
        return ClientMissing(EXTRA)
    try:
        own, place = libpq.options_of(holder), libpq.options_of(address)
        if not own.get("user"):
            return NoCredentials()
        with libpq.connect(replace(address, text=_text(place, own), variables={})):
            return True
    except libpq.Failure as failure:
        return False if failure.sentence == LOGIN_REFUSED else Unreachable(failure.sentence)
    except (psycopg.Error, ValueError):
        return Unreachable(FAILED)  # no address that libpq can read


def _text(place: Hidden, own: Hidden) -> str:
    """The place with the other one's login, as a connection string."""
    from psycopg.conninfo import make_conninfo

    kept = {keyword: value for keyword, value in place.items() if keyword not in _OF_A_LOGIN}
    login = {keyword: own[keyword] for keyword in _OF_A_LOGIN if own.get(keyword)}
    return make_conninfo("", **{**kept, **login, "passfile": _NOWHERE})
