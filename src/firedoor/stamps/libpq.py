"""A session with a PostgreSQL server through libpq itself, which psycopg brings.

Not through psycopg's own connection: that logs hosts, splits time between attempts, and does not say how far a login
came. Here one deadline holds for everything, and a failure is known by the stage it happened in.
"""

from __future__ import annotations

import selectors
import socket
import time
from typing import TYPE_CHECKING, Any, Self

from firedoor.stamps import failure, libpq_options
from firedoor.stamps.observation import (
    BROKEN_OFF,
    FAILED,
    LOGIN_REFUSED,
    NO_SUCH_THING,
    NOT_SUPPORTED,
    REFUSED,
    TIMED_OUT,
    TLS_FAILED,
)

if TYPE_CHECKING:
    from firedoor.stamps.address import Address
    from firedoor.stamps.hidden import Hidden

# libpq does not hand on the code of an error that ends a login. Its English words are only asked which sentence of
# ours fits best; in any other language the login was refused, which is as true.
_NO_SUCH_DATABASE = (b'database "', b'" does not exist')
_SHORTLY = 1.0  # seconds
_CLOSED = b"closed the connection unexpectedly"

_BY_CODE = {
    "57014": TIMED_OUT,  # cancelled by a timeout of the server
    "55P03": TIMED_OUT,  # somebody holds the lock
    "25P03": TIMED_OUT,  # we were too slow inside the transaction
    "42501": NOT_SUPPORTED,  # the functions that say who the server is are closed to this login
    "42883": NOT_SUPPORTED,  # ... or are not there: it only speaks PostgreSQL's language
    "42P01": NOT_SUPPORTED,
    "0A000": NOT_SUPPORTED,
    "42704": NOT_SUPPORTED,
}
_BROKEN_CLASSES = ("57", "08")  # shut down, connection lost


class Failure(Exception):  # noqa: N818 - an outcome on its way to the frame that may raise
    """Why there is no answer: ``sentence`` is one of firedoor.stamps.observation, ``code`` the server's code."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class Session:
    """An open session. Every wait ends at one deadline. Use it with ``with``: it is closed afterwards."""

    def __init__(self, connection: Any, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.finish()

    def ask(self, statement: str) -> list[str]:
        """The first column of every row, as texts. Raises Failure."""
        from psycopg import pq

        result = self._result(statement)
        if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            return [
                (result.get_value(row, 0) or b"").decode("utf-8", "replace") for row in range(result.ntuples)
            ]
        code = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
        raise Failure(sentence_of(code), code)

    def _result(self, statement: str) -> Any:
        """The last result of a simple query. Raises Failure when the connection ends meanwhile."""
        import psycopg

        connection = self._connection
        result = None
        try:
            connection.send_query(statement.encode())
            while connection.flush():
                _wait(connection, selectors.EVENT_WRITE, self._deadline)
            while True:
                while connection.is_busy():
                    _wait(connection, selectors.EVENT_READ, self._deadline)
                    connection.consume_input()
                following = connection.get_result()
                if following is None:
                    break
                result = following
        except psycopg.Error:
            pass  # told below, without its words
        if result is None:
            raise Failure(BROKEN_OFF)
        return result


def sentence_of(code: str) -> str:
    """Our sentence for one of PostgreSQL's error codes."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    return BROKEN_OFF if not code or code.startswith(_BROKEN_CLASSES) else FAILED


def connect(address: Address) -> Session:
    """A session with the address's server. Raises Failure, and psycopg's errors when libpq cannot read the address."""
    from psycopg import pq

    deadline = time.monotonic() + address.seconds
    connection = pq.PGconn.connect_start(_conninfo(options_of(address)))
    try:
        _log_in(connection, deadline)
    except BaseException:
        connection.finish()
        raise
    connection.nonblocking = 1
    return Session(connection, deadline)


def options_of(address: Address) -> Hidden:
    """The options that libpq takes from the address and the variables beside it."""
    from psycopg import pq

    environment = {one.keyword.decode(): (one.envvar or b"").decode() for one in pq.Conninfo.get_defaults()}
    return libpq_options.options(address, _parsed, environment)


def _parsed(text: str) -> dict[str, str]:
    """libpq's own reading of a connection string: what it says, not what would be added."""
    from psycopg import pq

    options = pq.Conninfo.parse(text.encode())
    return {one.keyword.decode(): one.val.decode() for one in options if one.val is not None}


def _conninfo(options: Hidden) -> bytes:
    quoted = [(key, str(value).replace("\\", "\\\\").replace("'", "\\'")) for key, value in options.items()]
    return " ".join(f"{key}='{value}'" for key, value in quoted).encode()


def _log_in(connection: Any, deadline: float) -> None:
    """Carry the login through. Raises Failure: what it failed of is known by the stage that it came to."""
    from psycopg import pq

    stage: int = pq.ConnStatus.NEEDED
    while connection.status != pq.ConnStatus.BAD:
        polled = connection.connect_poll()
        if polled == pq.PollingStatus.OK:
            return
        if polled == pq.PollingStatus.FAILED:
            break
        stage = connection.status
        reading = polled == pq.PollingStatus.READING
        _wait(connection, selectors.EVENT_READ if reading else selectors.EVENT_WRITE, deadline)
    raise Failure(_why(connection, stage))


def _wait(connection: Any, event: int, deadline: float) -> None:
    """Wait until the socket is ready. Raises Failure at the deadline."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection.socket, event)
        if not selector.select(max(deadline - time.monotonic(), 0)):
            raise Failure(TIMED_OUT)


def _why(connection: Any, stage: int) -> str:
    from psycopg import pq

    if stage in (pq.ConnStatus.NEEDED, pq.ConnStatus.STARTED):
        return _why_not_reached(connection.host.decode("utf-8", "replace"), connection.port)
    if stage == pq.ConnStatus.SSL_STARTUP:
        return TLS_FAILED
    said = connection.error_message
    if all(words in said for words in _NO_SUCH_DATABASE):
        return NO_SUCH_THING
    return BROKEN_OFF if _CLOSED in said else LOGIN_REFUSED


def _why_not_reached(host: str, port: bytes) -> str:
    """libpq does not tell a name without an address from a closed port or an option that it does not take: try it."""
    if not host or host.startswith(("/", "@")):
        return REFUSED
    try:
        socket.create_connection((host, int(port)), _SHORTLY).close()
    except OSError as error:
        return failure.reason(error, REFUSED)
    return FAILED
