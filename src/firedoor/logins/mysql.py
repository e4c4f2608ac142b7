"""MySQL and MariaDB: a session that is closed as soon as it is open."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from firedoor.logins import NoCredentials, told
from firedoor.stamps import failure
from firedoor.stamps.hidden import Hidden
from firedoor.stamps.observation import (
    FAILED,
    LOGIN_REFUSED,
    NO_SUCH_THING,
    REFUSED,
    ClientMissing,
    Unreachable,
)

if TYPE_CHECKING:
    from firedoor.stamps.address import Address

EXTRA = "mysql"
_PORT = 3306
# access denied: to the account, to the database, by a plugin that wants the system's account, expired, locked
_REFUSED = (1044, 1045, 1698, 1862, 3118)
_NO_SUCH_DATABASE = 1049


def opens(address: Address, holder: Address) -> bool:
    """Whether the holder's account can connect to the address's schema. Raises as firedoor.logins.Login says."""
    return told(_outcome(address, holder))


def _outcome(address: Address, holder: Address) -> bool | Exception:
    """What ``opens`` gives or raises."""
    try:
        import pymysql
    except ImportError:
        return ClientMissing(EXTRA)
    try:
        own, place = urlsplit(holder.text.strip()), _place(address)
    except ValueError:
        return Unreachable(FAILED)
    if not own.username:
        return NoCredentials()
    if "unix_socket" in place and not os.path.exists(place["unix_socket"]):
        return Unreachable(REFUSED)  # the client library would leave its own socket open
    login = Hidden({"user": unquote(own.username), "password": unquote(own.password or "")})
    try:
        pymysql.connect(**{**place, **login}).close()
    except Exception as error:  # noqa: BLE001 - its words quote the host
        reason = _reason(error)
        return False if reason == LOGIN_REFUSED else Unreachable(reason)
    return True


def _place(address: Address) -> Hidden:
    parts = urlsplit(address.text.strip().removeprefix("jdbc:"))
    options = {key.lower(): values[-1] for key, values in parse_qs(parts.query).items()}
    found: dict[str, Any] = {
        "host": options.get("host") or parts.hostname or "localhost",
        "port": int(options.get("port") or parts.port or _PORT),
        "database": options.get("database") or options.get("db") or unquote(parts.path).strip("/") or None,
        "connect_timeout": max(1, int(address.seconds)),
        "read_timeout": address.seconds,
        "write_timeout": address.seconds,
        "autocommit": None,
    }
    socket = options.get("unix_socket")
    if socket:
        found["unix_socket"] = socket
    return Hidden(found)


def _reason(error: Exception) -> str:
    code = error.args[0] if error.args else None
    if code in _REFUSED:
        return LOGIN_REFUSED
    if code == _NO_SUCH_DATABASE:
        return NO_SUCH_THING
    original = getattr(error, "original_exception", None)
    return failure.reason(original if isinstance(original, BaseException) else error, FAILED)
