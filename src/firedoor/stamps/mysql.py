"""MySQL's and MariaDB's stamp: the comment of the table ``firedoor_stamp``, bound to server and schema.

MySQL has a server's UUID. MariaDB has none: docs/decisions say what its binding tells apart, and what not.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from firedoor.stamps import failure, mysql_options
from firedoor.stamps.mysql_answer import BIRTH, TABLE, WHOLE, Answer
from firedoor.stamps.observation import (
    BROKEN_OFF,
    FAILED,
    LOGIN_REFUSED,
    NO_SUCH_THING,
    NOT_ONE,
    NOT_SUPPORTED,
    TIMED_OUT,
    TLS_FAILED,
    ClientMissing,
    NotAllowed,
    Overtaken,
    Unreachable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from firedoor.stamps.address import Address
    from firedoor.stamps.observation import Observation
    from firedoor.stamps.stamp import Stamp

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


def _unreachable(error: Exception) -> Exception:
    """By the number of PyMySQL's exception, or by what it was caused by."""
    if isinstance(error, ImportError):
        return ClientMissing(EXTRA)
    code = error.args[0] if error.args else 0
    if code in _REASONS:
        return Unreachable(_REASONS[code])
    return Unreachable(failure.reason(error, BROKEN_OFF if code in _LOST else FAILED))


def _not_written(error: Exception) -> Exception:
    return NotAllowed() if error.args and error.args[0] in _FORBIDDEN else _unreachable(error)


@failure.translated(_unreachable)
def observe(address: Address) -> Observation:
    """Ask the server who it is and for its stamp, in one round trip. Raises Unreachable, ClientMissing."""
    with _opened(address) as session:
        return session.answer().observation()


@failure.translated(_not_written)
def write(address: Address, stamp: Stamp, *, replacing: Stamp | None) -> Observation:
    """Put the stamp in, under the server's lock, if ``replacing`` is there now. What is there afterwards.

    Raises Overtaken, NotAllowed, Unreachable, ClientMissing.
    """
    with _opened(address) as session:
        if session.ask(f"SELECT GET_LOCK('{_LOCK}', {max(1, int(address.seconds))})") != 1:
            raise Unreachable(TIMED_OUT)  # another stamper holds it; ours ends with the connection
        return _locked(session, stamp, replacing)


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


@contextmanager
def _opened(address: Address) -> Iterator[_Session]:
    """A session of its own, closed afterwards."""
    import pymysql

    arguments = mysql_options.options(address)
    if not {"database", "read_default_file", "read_default_group"} & arguments.keys():
        raise Unreachable(NOT_ONE)  # a server, and no schema in it: nothing that could hold a stamp
    connection = pymysql.connect(
        **arguments,
        charset="utf8mb4",
        autocommit=True,
        connect_timeout=address.seconds,
        read_timeout=address.seconds,
        write_timeout=address.seconds,
        program_name="firedoor",
    )
    with closing(connection):
        if not connection.db:  # the option file says none
            raise Unreachable(NOT_ONE)
        yield _Session(connection)


def _locked(session: _Session, stamp: Stamp, replacing: Stamp | None) -> Observation:
    """Compare and set. One statement changes the stamp, and the server does it whole or not at all."""
    before = session.answer()
    observed = before.observation()
    if observed.unreadable:
        raise NotAllowed
    if observed.stamp != replacing:
        raise Overtaken(observed.stamp)
    session.ask("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'")
    session.ask(
        f"CREATE TABLE IF NOT EXISTS {BIRTH} (nothing INT) COMMENT = 'when this database was stamped'"
    )
    text = stamp.bound_to(session.answer().bound).to_text()
    if len(text) > _LONGEST:
        raise Unreachable(FAILED)
    comment = session.quoted(text)
    if before.is_stamped:
        session.ask(f"ALTER TABLE {TABLE} COMMENT = {comment}")
    else:
        session.ask(f"CREATE TABLE {TABLE} (nothing INT) COMMENT = {comment}")
    return session.answer().observation()
