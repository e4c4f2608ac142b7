"""What a PostgreSQL server is asked, and what its answers mean. One statement, one round trip, no session state.

Everything is named with its schema, operators too: PGOPTIONS and a search_path could put others in their place. The
whole answer is one text of plain ASCII, so that no driver, encoding or setting can change it.
"""

# ruff: noqa: S608 - statements made of this package's own constants

from __future__ import annotations

from typing import TYPE_CHECKING

from firedoor.stamps.observation import Observation
from firedoor.stamps.stamp import from_text

if TYPE_CHECKING:
    from firedoor.stamps.stamp import Stamp

    Row = tuple[str, ...]

SCHEMA = "firedoor"
TABLE = "firedoor.stamp"

_NONE = "-"
_UNREADABLE = "?"
_MARK = "x"  # before the stamp in hexadecimal digits: an empty one is not none

_SERVER = "(pg_catalog.pg_control_system()).system_identifier"
# The path of any table of the database: base/OID/FILE, or pg_tblspc/…/OID/FILE. pg_class is the one that a new session
# has at hand; looking the oid up in pg_database costs a third of a millisecond more.
_PATH = "pg_catalog.pg_relation_filepath('1259'::pg_catalog.regclass)"
_HEX = "pg_catalog.concat('x', pg_catalog.encode(pg_catalog.convert_to(pg_catalog.left({}, 5000), 'UTF8'), 'hex'))"

# An unqualified table in a statement is an error where it does not exist, and an error costs another round trip.
# query_to_xml runs its text only when the branch is taken.
_STORED = (
    f"SELECT pg_catalog.string_agg({_HEX.format('m.stamp')}, ',') AS h"
    " FROM (SELECT stamp FROM ONLY firedoor.stamp LIMIT 2) AS m"
)

# Who could change the stamp: whoever can become a role that may. Before version 16 whoever may create roles can become
# any but a superuser; the last two roles reach the server's files and programs.
_FORGERS = """
SELECT FROM pg_catalog.pg_roles AS r
WHERE pg_catalog.pg_has_role(SESSION_USER, r.oid, 'MEMBER') AND (
  r.rolsuper
  OR r.oid OPERATOR(pg_catalog.=) c.relowner
  OR r.oid OPERATOR(pg_catalog.=) n.nspowner
  OR pg_catalog.has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
  OR pg_catalog.has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE')
  OR (
    r.rolcreaterole
    AND pg_catalog.current_setting('server_version_num')::pg_catalog.int4 OPERATOR(pg_catalog.<) 160000
  )
  OR r.rolname OPERATOR(pg_catalog.=) 'pg_write_server_files'
  OR r.rolname OPERATOR(pg_catalog.=) 'pg_execute_server_program'
)
"""

# A policy would run its owner's code as whoever reads, and could hide the row: such a table is not read.
_MARKED = f"""
SELECT
  CASE
    WHEN c.relkind OPERATOR(pg_catalog.=) 'r' AND NOT c.relrowsecurity
      AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
    THEN COALESCE(
      pg_catalog.substring(
        pg_catalog.query_to_xml($m${_STORED}$m$, false, false, '')::pg_catalog.text, '<h>([0-9a-fx,]*)</h>'
      ),
      '{_NONE}'
    )
    ELSE '{_UNREADABLE}'
  END AS mark,
  CASE WHEN EXISTS ({_FORGERS}) THEN 'y' ELSE 'n' END AS forgeable
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON c.relnamespace OPERATOR(pg_catalog.=) n.oid
WHERE n.nspname OPERATOR(pg_catalog.=) '{SCHEMA}' AND c.relname OPERATOR(pg_catalog.=) 'stamp'
"""

WHOLE = f"""
SELECT pg_catalog.concat_ws(
  ' ', {_SERVER}, {_PATH}, {_HEX.format("pg_catalog.current_database()::pg_catalog.text")},
  COALESCE(t.mark, '{_NONE}'), COALESCE(t.forgeable, 'n')
)
FROM (VALUES (1)) AS one (n) LEFT JOIN ({_MARKED}) AS t ON true
"""
"""Everything, whatever is there: server, path, name, mark, who could forge it."""

# Every function and operator that a new session has not used yet is looked up first, so here are as few as can be.
_AGAIN_STAMPED = f"SELECT {_SERVER}, {_PATH}, m.stamp FROM ONLY {TABLE} AS m LIMIT 2"
_AGAIN_UNSTAMPED = f"SELECT {_SERVER}, {_PATH}, pg_catalog.to_regclass('{TABLE}')"


class Answer:
    """What a server said to ``WHOLE``."""

    __slots__ = ("_mark", "_name", "_oid", "_path", "_system", "forgeable")

    def __init__(self, text: str) -> None:
        """Raises ValueError when it is no answer to that statement."""
        self._system, self._path, name, self._mark, forgeable = text.split(" ")
        self._oid = self._path.split("/")[-2]
        self._name = _decoded(name)
        self.forgeable = forgeable == "y"

    @property
    def bound(self) -> str:
        """What a stamp is bound to: neither a dump nor a clone takes both numbers along."""
        return f"postgresql:{self._system}:{self._oid}"

    @property
    def is_stamped(self) -> bool:
        """Whether there is a text in the stamp's place that this login could read, be it a stamp or not."""
        return self._mark.startswith(_MARK)

    @property
    def stamp(self) -> Stamp | None:
        """The stamp; None when there is none, or none that this version can read."""
        return from_text(_decoded(self._mark)) if self.is_stamped and "," not in self._mark else None

    def observation(self) -> Observation:
        """The answer as every marker gives it."""
        stamp = self.stamp
        server = ("postgresql", self._system)
        return Observation(
            identity=(*server, self._oid, self._name),
            server=server,
            bound=self.bound,
            stamp=stamp,
            forgeable=self.forgeable,
            unreadable=stamp is None and self._mark != _NONE,
        )

    def again(self) -> tuple[str, Row] | None:
        """A cheaper statement for the next new session, and its one row as long as everything is as it was.

        Other rows, or an error, say nothing but that the whole must be asked. None where nothing can be remembered:
        what cannot be read may change unseen.
        """
        if self._mark == _NONE:
            return _AGAIN_UNSTAMPED, (self._system, self._path, "")
        if self.stamp is None:
            return None
        return _AGAIN_STAMPED, (self._system, self._path, _decoded(self._mark))


def _decoded(mark: str) -> str:
    return bytes.fromhex(mark.removeprefix(_MARK)).decode("utf-8", "replace")
