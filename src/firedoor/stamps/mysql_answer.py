"""What a MySQL or MariaDB server is asked, and what its answers mean. One statement in one round trip.

The stamp is the comment of the table ``firedoor_stamp``: reading it needs any right to that table, changing it needs
ALTER or DROP. A row could be changed by whoever may write to the application's tables, since rights to a whole schema
cannot be taken back for one table.
"""

# ruff: noqa: S608 - statements made of this package's own constants

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from firedoor.stamps.observation import Observation
from firedoor.stamps.stamp import from_text

if TYPE_CHECKING:
    from firedoor.stamps.stamp import Stamp

TABLE = "firedoor_stamp"
BIRTH = "firedoor_birth"

_NONE = "-"
_MARK = "x"  # before hexadecimal digits: an empty text is not none
_DIGITS = 32

# Comments that one of the two takes for a part of the statement. MySQL has an identity; MariaDB has only traits.
_SERVER = """
/*!50700 CONCAT('mysql ', @@server_uuid), */
/*M! CONCAT('mariadb x', HEX(CONCAT_WS(
  ' ', @@hostname, @@port, @@datadir,
  (SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_VARIABLES WHERE VARIABLE_NAME = 'SERVER_UID')
))), */
"""
_COMMENT = f"""
SELECT CONCAT('x', HEX(TABLE_COMMENT)) FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{TABLE}'
"""
_BORN = f"""
SELECT UNIX_TIMESTAMP(CREATE_TIME) FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{BIRTH}'
"""
_ME = (
    "CONCAT('''', LEFT(CURRENT_USER(), CHAR_LENGTH(CURRENT_USER()) - LOCATE('@', REVERSE(CURRENT_USER()))),"
    " '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''')"
)
_RIGHTS = "('ALTER', 'DROP')"
_FORGERS = f"""
EXISTS (
  SELECT 1 FROM information_schema.USER_PRIVILEGES
  WHERE GRANTEE = {_ME} AND PRIVILEGE_TYPE IN ('ALTER', 'DROP', 'SUPER', 'CREATE USER')
) OR EXISTS (
  SELECT 1 FROM information_schema.SCHEMA_PRIVILEGES
  WHERE GRANTEE = {_ME} AND DATABASE() LIKE TABLE_SCHEMA AND PRIVILEGE_TYPE IN {_RIGHTS}
) OR EXISTS (
  SELECT 1 FROM information_schema.TABLE_PRIVILEGES
  WHERE GRANTEE = {_ME} AND TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{TABLE}' AND PRIVILEGE_TYPE IN {_RIGHTS}
)
"""
# What a role may do is not shown there. Whoever has one is taken for able.
_ROLES = """
/*M! OR EXISTS (SELECT 1 FROM information_schema.APPLICABLE_ROLES) */
/*!80019 OR EXISTS (SELECT 1 FROM information_schema.APPLICABLE_ROLES) */
"""

WHOLE = f"""
SELECT CONCAT_WS(
  ' ', {_SERVER} CONCAT('x', COALESCE(HEX(DATABASE()), '')),
  COALESCE(({_COMMENT}), '{_NONE}'), COALESCE(({_BORN}), '{_NONE}'), IF({_FORGERS} {_ROLES}, 'y', 'n')
)
"""
"""Everything: server, schema, comment, when the other table was made, who could forge it."""


class Answer:
    """What a server said to ``WHOLE``."""

    __slots__ = ("_born", "_mark", "_place", "_product", "forgeable", "schema")

    def __init__(self, text: str) -> None:
        """Raises ValueError when it is no answer to that statement."""
        self._product, place, schema, self._mark, self._born, forgeable = text.split(" ")
        self._place = sha256(place.encode()).hexdigest()[:_DIGITS] if place.startswith(_MARK) else place
        self.schema = _decoded(schema)
        self.forgeable = forgeable == "y"

    @property
    def is_stamped(self) -> bool:
        """Whether there is the table whose comment is the stamp."""
        return self._mark != _NONE

    @property
    def bound(self) -> str:
        """What a stamp is bound to. MariaDB's has two halves: see ``holds``."""
        if self._product == "mysql":
            return f"mysql:{self._place}:{self.schema}"
        return f"mariadb:{self._place}:{self._born}:{self.schema}"

    def holds(self, bound: str) -> bool:
        """Whether a stamp with this binding was made here.

        A MariaDB server has no identity of its own. Its name, port, folder and hardware address change when a
        container is made anew; when a table was made changes when the server's files are upgraded or handed to
        another account. Only a copy changes both.
        """
        if self._product == "mysql":
            return bound == self.bound
        product, _, rest = bound.partition(":")
        place, _, rest = rest.partition(":")
        born, _, schema = rest.partition(":")
        same_table = born == self._born and born != _NONE
        return product == "mariadb" and schema == self.schema and (place == self._place or same_table)

    def observation(self) -> Observation:
        """The answer as every marker gives it."""
        stamp: Stamp | None = from_text(_decoded(self._mark)) if self.is_stamped else None
        server = ("mysql", self._place)
        return Observation(
            identity=(*server, self.schema),
            server=server,
            bound=stamp.bound if stamp is not None and self.holds(stamp.bound) else self.bound,
            stamp=stamp,
            forgeable=self.forgeable and self.is_stamped,
            unreadable=stamp is None and self.is_stamped,
        )


def _decoded(mark: str) -> str:
    return bytes.fromhex(mark.removeprefix(_MARK)).decode("utf-8", "replace")
