"""Redis and Valkey: a connection with AUTH and SELECT, closed at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firedoor.logins import NoCredentials, told
from firedoor.stamps import failure
from firedoor.stamps.hidden import Hidden
from firedoor.stamps.observation import BROKEN_OFF, FAILED, NO_SUCH_THING, ClientMissing, Unreachable

if TYPE_CHECKING:
    from firedoor.stamps.address import Address

EXTRA = "redis"
_OF_A_LOGIN = ("username", "password")


def opens(address: Address, holder: Address) -> bool:
    """Whether the holder's user can log in to the address's server. Raises as firedoor.logins.Login says.

    A server that asks nobody for a password opens to everybody, so to this one too.
    """
    return told(_outcome(address, holder))


def _outcome(address: Address, holder: Address) -> bool | Exception:
    """What ``opens`` gives or raises."""
    try:
        own, place = _options(holder), _options(address)
    except ImportError:
        return ClientMissing(EXTRA)
    except Exception:  # noqa: BLE001 - what cannot be read may be quoted in the error
        return Unreachable(FAILED)
    credentials = Hidden({name: own[name] for name in _OF_A_LOGIN if own.get(name)})
    bare = Hidden({name: value for name, value in place.items() if name not in _OF_A_LOGIN})
    if not credentials:
        return NoCredentials()
    try:
        return _opens(bare, credentials, address.seconds)
    except Exception as error:  # noqa: BLE001 - its words may quote the address
        return Unreachable(_reason(error))


def _opens(place: Hidden, credentials: Hidden, seconds: float) -> bool:
    from redis.exceptions import AuthenticationError, NoPermissionError

    try:
        _log_in(Hidden({**place, **credentials}), seconds)
    except NoPermissionError:
        return True  # in, though it may not choose this index
    except AuthenticationError:
        return _asks_nobody(place, seconds)
    return True


def _options(address: Address) -> Hidden:
    from redis import connection

    scheme, _, rest = address.text.strip().partition("://")
    known = {"valkey": "redis", "valkeys": "rediss"}.get(scheme.lower(), scheme.lower())
    options: dict[str, Any] = connection.parse_url(f"{known}://{rest}")  # type: ignore[no-untyped-call]  # redis says no types of it
    return Hidden(options)


def _log_in(options: Hidden, seconds: float, *, ping: bool = False) -> None:
    from redis import Connection
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    kind = options.get("connection_class", Connection)
    connection = kind(
        **{name: value for name, value in options.items() if name != "connection_class"}
        | {
            "protocol": 2,
            "retry": Retry(NoBackoff(), 0),
            "socket_timeout": seconds,
            "socket_connect_timeout": seconds,
        }
    )
    try:
        connection.connect()
        if ping:
            connection.send_command("PING")
            connection.read_response()
    finally:
        connection.disconnect()


def _asks_nobody(options: Hidden, seconds: float) -> bool:
    """Whether the refusal meant that there is no password to give. Only a command can tell."""
    from redis.exceptions import AuthenticationError, NoPermissionError

    try:
        _log_in(options, seconds, ping=True)
    except (AuthenticationError, NoPermissionError):
        return False
    return True


def _reason(error: Exception) -> str:
    from redis.exceptions import ConnectionError as NotConnected
    from redis.exceptions import ResponseError

    if isinstance(error, ResponseError):
        return NO_SUCH_THING if str(error).startswith("DB index") else FAILED
    return failure.reason(error, BROKEN_OFF if isinstance(error, NotConnected) else FAILED)
