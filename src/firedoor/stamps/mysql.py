"""MySQL's and MariaDB's stamp: the comment of the table ``firedoor_stamp``, bound to server and schema.

MySQL has a server's UUID. MariaDB has none: docs/decisions say what its binding tells apart, and what not.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from firedoor.stamps import failure, mysql_options
from firedoor.stamps.mysql_answer import BIRTH, TABLE, WHOLE, Answer
from firedoor.stamps.observation import (
    BROKEN_OFF,
    FAILED,
    LOGIN_REFUSED,
    NO_SUCH_THING,
    NOT_SUPPORTED,
    TIMED_OUT,
    TLS_FAILED,
    ClientMissing,
    NotAllowed,
    Observation,
    Overtaken,
    Unreachable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firedoor.stamps.address import Address
    from firedoor.stamps.hidden import Hidden
    from firedoor.stamps.stamp import Stamp

    Outcome = Observation | Exception

EXTRA = "mysql"

_LOCK = "firedoor_stamp"
_LONGEST = 2048  # characters of a table's comment

_REASONS = {
    1044: LOGIN_REFUSED,  # no right to this schema
    1045: LOGIN_REFUSED,
    1698: LOGIN_REFUSED,
    1040: LOGIN_REFUSED,  # too many connections
    1129: LOGIN_REFUSED,  # this host is blocked
    1130: LOGIN_REFUSED,
    1049: NO_SUCH_THING,
    1193: NOT_SUPPORTED,  # no such variable: it only speaks MySQL's language
    1064: NOT_SUPPORTED,
    1205: TIMED_OUT,
    1969: TIMED_OUT,
    3024: TIMED_OUT,
    1053: BROKEN_OFF,  # the server is shutting down
    1927: BROKEN_OFF,  # the connection was killed
    2026: TLS_FAILED,
}
# no right to the table, the schema or the command; a server that only reads
_FORBIDDEN = frozenset((1142, 1044, 1227, 1290, 1370, 1836))
_LOST = (2006, 2013)


def observe(address: Address) -> Observation:
    """Ask the server who it is and for its stamp, in one round trip. Raises Unreachable, ClientMissing."""
    return _raised(_connected(address, _observed))


def write(address: Address, stamp: Stamp, *, replacing: Stamp | None) -> Observation:
    """Put the stamp in, under the server's lock, if ``replacing`` is there now. What is there afterwards.

    Raises Overtaken, NotAllowed, Unreachable, ClientMissing.
    """
    seconds = max(1, int(address.seconds))
    return _raised(_connected(address, lambda session: _written(session, seconds, stamp, replacing)))


def grants(address: Address) -> Sequence[str]:  # noqa: ARG001 - the same for every address
    """What an administrator may run: rights to read for a role without any to the schema, and none to change."""
    return (
        "GRANT CREATE, ALTER ON <database>.* TO <stamping role>;",
        f"GRANT SELECT ON <database>.{TABLE} TO <application role>;",
        f"GRANT SELECT ON <database>.{BIRTH} TO <application role>;",
        "REVOKE ALTER, DROP ON <database>.* FROM <application role>;",
    )


class _Session:
    """A connection, by the statements that are sent over it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def ask(self, statement: str) -> Any:
        """The first value of the first row; None without any."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone()
        return None if row is None else row[0]

    def answer(self) -> Answer:
        """What the server says of itself now."""
        return Answer(str(self.ask(WHOLE)))

    def quoted(self, text: str) -> str:
        """The text as a literal, as long as no backslash escapes."""
        return "'" + text.replace("'", "''") + "'"


def _raised(outcome: Outcome) -> Observation:
    """Refusals are raised here, where no frame below holds a value of the address."""
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _connected(address: Address, act: Callable[[_Session], Outcome]) -> Outcome:
    """What ``act`` finds over a connection of its own, or why there is none."""
    try:
        import pymysql
    except ImportError:
        return ClientMissing(EXTRA)
    try:
        arguments = mysql_options.options(address)
        if "database" not in arguments:
            return Unreachable(
                NOT_SUPPORTED
            )  # a server, and no schema in it: nothing that could hold a stamp
        with closing(_opened(pymysql, arguments, address.seconds)) as connection:
            return act(_Session(connection))
    except pymysql.Error as error:
        return Unreachable(_reason(error))
    except (OSError, ValueError, RuntimeError) as error:
        return Unreachable(failure.reason(error, FAILED))


def _opened(pymysql: Any, arguments: Hidden, seconds: float) -> Any:
    return pymysql.connect(
        **arguments,
        charset="utf8mb4",
        autocommit=True,
        connect_timeout=seconds,
        read_timeout=seconds,
        write_timeout=seconds,
        program_name="firedoor",
    )


def _reason(error: Exception) -> str:
    """Our sentence for PyMySQL's exception: by the number of its own, or by what it was caused by."""
    code = error.args[0] if error.args else 0
    if code in _REASONS:
        return _REASONS[code]
    return failure.reason(error, BROKEN_OFF if code in _LOST else FAILED)


def _observed(session: _Session) -> Outcome:
    return session.answer().observation()


def _written(session: _Session, seconds: int, stamp: Stamp, replacing: Stamp | None) -> Outcome:
    import pymysql

    try:
        if session.ask(f"SELECT GET_LOCK('{_LOCK}', {seconds})") != 1:
            return Unreachable(TIMED_OUT)  # another stamper holds it; ours ends with the connection
        return _locked(session, stamp, replacing)
    except pymysql.Error as error:
        if error.args and error.args[0] in _FORBIDDEN:
            return NotAllowed()
        return Unreachable(_reason(error))


def _locked(session: _Session, stamp: Stamp, replacing: Stamp | None) -> Outcome:
    """Compare and set. One statement changes the stamp, and the server does it whole or not at all."""
    before = session.answer()
    observed = before.observation()
    if observed.unreadable:
        return NotAllowed()
    if observed.stamp != replacing:
        return Overtaken(observed.stamp)
    session.ask("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'")
    session.ask(
        f"CREATE TABLE IF NOT EXISTS {BIRTH} (nothing INT) COMMENT = 'when this database was stamped'"
    )
    text = stamp.bound_to(session.answer().bound).to_text()
    if len(text) > _LONGEST:
        return Unreachable(FAILED)
    comment = session.quoted(text)
    if before.is_stamped:
        session.ask(f"ALTER TABLE {TABLE} COMMENT = {comment}")
    else:
        session.ask(f"CREATE TABLE {TABLE} (nothing INT) COMMENT = {comment}")
    return session.answer().observation()
